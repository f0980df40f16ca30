import Allocation
import Dashboard
import Foundation
import RunEvents
import RunStore
import Screen
import Terminal

/// The dashboard on a terminal, over a run that is being recorded or has been.
///
/// It follows the file and steers by writing into it, or moves through its records. It owns the terminal
/// and runs on a thread of its own; a task follows the file and wakes it.
struct DashboardLoop<Records: RunRecords & Sendable> {
  /// How the dashboard stands to the run.
  let mode: Mode
  /// Where anything about the run can be looked up.
  let records: Records
  /// The run's file, where it is followed.
  var reader: RunReader?
  /// Writes interventions; nil where the run is not steered.
  var steering: RunSteering?
  /// Colours and glyphs asked for.
  let appearance: Appearance
  /// Step to begin at; nil for the end of a live run and for playing a recorded one.
  var step: Int?
  /// Runs to compare, the first of them the one that is shown.
  var comparison: [ComparedRun] = []

  /// Why the dashboard was left.
  enum Departure: Sendable {
    /// The trainer goes on without it.
    case detached
    /// The run has ended.
    case ended
    /// The trainer was asked to stop and may still be at it.
    case stopping
    /// The terminal went away.
    case terminalGone
  }

  /// Shows the run until the person leaves; returns how, and the state as last seen.
  func show() async throws -> (Departure, DashboardState) {
    try await withCheckedThrowingContinuation { continuation in
      let thread = Thread {
        continuation.resume(
          with: Result {
            var session = try DashboardSession(self)
            defer { session.close() }
            return try session.run()
          })
      }
      thread.name = "dashboard"
      thread.stackSize = 8 << 20
      thread.start()
    }
  }
}

/// One sitting in front of a dashboard.
private struct DashboardSession<Records: RunRecords & Sendable>: ~Copyable {
  private let loop: DashboardLoop<Records>
  private let inbox: EventInbox
  private let following: Task<Void, Never>?
  private let appearance: Appearance
  private var screen: TerminalScreen
  private var model: DashboardModel
  private var navigator: RunNavigator
  private var pace = FramePace(interval: .milliseconds(66))
  private var hasEnded = false

  /// Opens the terminal and begins to follow the run.
  init(_ loop: DashboardLoop<Records>) throws {
    self.loop = loop
    // A file that is wrong must not keep anybody from a run: it is said, and what is right in it holds.
    let file = ConfigurationPath.read(ConfigurationPath.standard) ?? ConfigurationFile()
    let complaint = file.problems.first.map { problem in
      let more = file.problems.count - 1
      return "\(ConfigurationPath.standard), \(problem)"
        + (more > 0 ? " (and \(more) more: ranktop config check)" : "")
    }
    let appearance = loop.appearance.completed(by: file)
    self.appearance = appearance
    if let rate = file.frameRate { pace = FramePace(interval: .milliseconds(1000 / rate)) }
    var model = DashboardModel(
      mode: loop.mode,
      allocators: AllocatorKind.allCases.map {
        AllocatorChoice(name: $0.rawValue, summary: $0.summary)
      })
    model.keys = file.keys
    model.begin(with: file.defaults)
    var navigator = RunNavigator(
      cursor: loop.step ?? (loop.mode == .replay && loop.comparison.isEmpty ? 0 : nil))
    let now = ProcessInfo.processInfo.systemUptime
    navigator.setSpeed(file.defaults.replaySpeed, elapsed: 0, now: now)
    var seq: Int64 = 0
    if let reader = loop.reader {
      // A long run is joined where it stands, not read from its beginning.
      seq = try reader.lastSeq()
      model.begin(
        with: DashboardState(
          try reader.digest(throughSeq: seq),
          history: RunHistory(try reader.overview(throughSeq: seq))))
    } else {
      model.begin(with: try loop.records.finalState())
      if loop.step == nil && loop.comparison.isEmpty { navigator.play(true, elapsed: 0, now: now) }
      try model.follow(navigator, in: loop.records)
    }
    if !loop.comparison.isEmpty {
      model.comparison = loop.comparison
      model.show(.compare)
    }
    let screen = try TerminalScreen(appearance.terminalOptions)
    if let palette = file.palette { model.choose(palette) }
    if let complaint { model.say(complaint, .warning, now: now) }
    for note in screen.capabilities.notes { model.say(note, now: now) }
    let waker = screen.waker
    let inbox = EventInbox()
    self.inbox = inbox
    following = loop.reader.map { reader in
      Task.detached { [inbox, seq] in
        await inbox.fill(from: reader, after: seq) { waker.wake() }
      }
    }
    self.screen = screen
    self.model = model
    self.navigator = navigator
  }

  mutating func close() {
    following?.cancel()
    screen.close()
  }

  /// Draws and reads keys until the person leaves.
  mutating func run() throws -> (DashboardLoop<Records>.Departure, DashboardState) {
    while true {
      takeEvents()
      playOn()
      var actions = model.tick(now: now)
      if pace.isDue { draw() }
      let deadline = [model.nextDeadline, navigator.isPlaying ? now + 0.066 : nil]
        .compactMap { $0 }.min()
      guard let input = screen.wait(timeout: pace.timeout(deadline: deadline, now: now)) else {
        return (.terminalGone, model.head)
      }
      if case .key(let key) = input {
        model.screen = (screen.size.width, screen.size.height)
        actions += model.apply(key, now: now)
        pace.changedByHand()
      } else if case .timedOut = input {
        pace.changed()
      }
      for action in actions {
        if let departure = perform(action) { return (departure, model.head) }
      }
    }
  }

  private func draw(_ size: (width: Int, height: Int)) -> Frame {
    model.frame(
      width: size.width, height: size.height,
      theme: appearance.theme(for: screen.capabilities, palette: model.palette))
  }

  /// Writes the picture as shown, under a name that is free.
  private mutating func save(to file: PictureFile?) {
    let frame = draw((screen.size.width, screen.size.height))
    report {
      let path = try SavedPicture.write(
        frame, to: file, name: $0.model.pictureName,
        title: "ranktop: \($0.model.head.manifest?.name ?? "run")")
      $0.model.say("saved as \(path)", now: $0.now)
    }
  }

  private mutating func draw() {
    let (width, height) = (screen.size.width, screen.size.height)
    report {
      try $0.model.fulfil(
        width: width, height: height, in: $0.loop.records, judge: DecisionJudge.inspect)
    }
    screen.show(draw((width, height)))
    pace.drawn()
  }

  private var now: Double { ProcessInfo.processInfo.systemUptime }

  /// Does something with the records; what goes wrong is said to the person.
  private mutating func report(_ body: (inout Self) throws -> Void) {
    do { try body(&self) } catch { model.say("\(error)", .bad, now: now) }
  }

  // MARK: The run

  private mutating func takeEvents() {
    let arrived = inbox.take()
    for event in arrived.events { model.apply(event) }
    if arrived.hasEnded && !hasEnded {
      hasEnded = true
      if let failure = arrived.failure { model.say(failure, .bad, now: now) }
      model.hasTrainerDied = arrived.failure == nil && !model.head.isStopped
    }
    if arrived.isAbandoned { model.hasTrainerDied = !model.head.isStopped }
    if !arrived.events.isEmpty || arrived.isAbandoned || arrived.hasEnded { pace.changed() }
  }

  private mutating func playOn() {
    guard navigator.isPlaying else { return }
    report {
      guard try $0.navigator.advance(to: $0.now, in: $0.loop.records) else { return }
      try $0.model.follow($0.navigator, in: $0.loop.records)
      $0.pace.changed()
    }
  }

  private mutating func play(_ isPlaying: Bool) {
    navigator.play(isPlaying, elapsed: elapsed, now: now)
    report { try $0.model.follow($0.navigator, in: $0.loop.records) }
  }

  private mutating func navigate() throws {
    try model.follow(navigator, in: loop.records)
    navigator.setAnchor(elapsed: elapsed, now: now)
  }

  /// Training time at the cursor, in seconds.
  private var elapsed: Double { model.state.report?.elapsed ?? 0 }

  /// Does what the dashboard asks; returns a departure when it is to be left.
  private mutating func perform(_ action: Action) -> DashboardLoop<Records>.Departure? {
    switch action {
    case .request(let intervention):
      do {
        _ = try loop.steering?.request(intervention)
      } catch {
        model.withdraw(intervention, because: error.description, now: now)
      }
    case .stop:
      do {
        _ = try loop.steering?.request(.stop)
        return .stopping
      } catch {
        if error.code == .runEnded { return .ended }
        model.say(error.description, .bad, now: now)
      }
    case .detach: return .detached
    case .quit: return model.head.isStopped || model.hasTrainerDied ? .ended : .detached
    case .redraw: screen.redraw()
    case .save: save(to: nil)
    case .saveAs(let file): save(to: file)
    case .play(let isPlaying): play(isPlaying)
    case .speed(let speed):
      navigator.setSpeed(speed, elapsed: elapsed, now: now)
      model.playback = navigator.playback
    case .move(let move):
      report {
        if let refusal = try $0.navigator.move(move, in: $0.loop.records) {
          $0.model.say(refusal, .warning, now: $0.now)
        }
        try $0.navigate()
      }
    }
    return nil
  }
}
