import Dashboard
import RunEvents
import Synchronization
import Testing

struct ReplayTests {
  private let events = FixtureRun(totalSteps: 300, cadence: 3).events

  /// The state just after a step, by the plain sum of the events.
  private func sum(through step: Int) -> DashboardState {
    var state = DashboardState()
    for event in events {
      if case .step(let report) = event, report.step > step { break }
      state.apply(event)
    }
    return state
  }

  @Test(arguments: [1, 7, 64, 5000])
  func `seeking anywhere gives the state that playing gives`(spacing: Int) {
    var player = ReplayPlayer(events, spacing: spacing)
    var random = SeededGenerator(seed: 11)
    for _ in 0..<60 {
      let step = Int.random(in: -5...320, using: &random)
      player.seek(step: step)
      #expect(player.state == sum(through: step))
      #expect(player.state.step == min(max(step, 0), 300))
    }
  }

  @Test(arguments: [false, true])
  func `a live dashboard and its replay are equal at every step`(isEventful: Bool) {
    let events = isEventful ? FixtureRun(totalSteps: 300, cadence: 3).eventful : self.events
    var live = DashboardState()
    var player = ReplayPlayer(events, spacing: 50)
    for (index, event) in events.enumerated() {
      live.apply(event)
      let isLastOfStep: Bool
      if index + 1 < events.count, case .step = events[index + 1] {
        isLastOfStep = true
      } else {
        isLastOfStep = index + 1 == events.count
      }
      guard isLastOfStep else { continue }
      #expect(player.state == live)
      player.stepForward()
    }
    #expect(player.isAtEnd)
  }

  @Test func `one step back undoes one step on`() {
    var player = ReplayPlayer(events, spacing: 16)
    player.seek(step: 120)
    let state = player.state
    player.stepForward()
    #expect(player.state.step == 121)
    player.stepBack()
    #expect(player.state == state)
    player.seekToStart()
    player.stepBack()
    #expect(player.state.step == 0 && player.position == 2)
  }

  @Test func `decisions are reached one after the other, there and back`() {
    var player = ReplayPlayer(events, spacing: 16)
    var steps: [Int] = []
    while !player.isAtEnd {
      player.seekToNextDecision()
      if !player.isAtEnd { steps.append(player.state.step) }
    }
    let expected = events.compactMap {
      if case .decision(let decision) = $0 { decision.step } else { nil }
    }
    #expect(steps == expected)
    var back: [Int] = []
    while player.state.step > 0 {
      player.seekToPreviousDecision()
      back.append(player.state.step)
    }
    #expect(back == expected.reversed() + [0])
  }

  @Test func `time runs at the chosen speed and stops at the end`() throws {
    var player = ReplayPlayer(events)
    #expect(player.advance(to: 5) == false)
    player.play(true, now: 100)
    let first = try #require(player.nextDeadline)
    #expect(player.advance(to: first.nextDown) == false)
    #expect(player.advance(to: first + 1e-9) == true)
    #expect(player.state.step == 1)
    player.setSpeed(4, now: first)
    let elapsed = try #require(player.state.report).elapsed
    _ = player.advance(to: first + 10)
    let now = try #require(player.state.report).elapsed
    #expect(now <= elapsed + 40 && now > elapsed + 39)
    player.play(false, now: first + 10)
    #expect(player.nextDeadline == nil && player.advance(to: 1e6) == false)
    player.play(true, now: 0)
    _ = player.advance(to: 1e6)
    #expect(player.isAtEnd && !player.isPlaying)
    player.play(true, now: 2e6)
    #expect(player.state.step == 0 && player.isPlaying)
  }

  @Test func `a long task goes on in its own time`() {
    let events: [RunEvent] = [
      .started(FixtureRun().manifest), report(1), progress(1, done: 120), progress(1, done: 200),
      report(2, seconds: 12),
    ]
    var player = ReplayPlayer(events)
    player.play(true, now: 0)
    _ = player.advance(to: 0.75)
    #expect(player.state.step == 1 && player.state.task == nil)
    #expect(player.nextDeadline == 0.5 + 6)
    _ = player.advance(to: 6.75)
    #expect(player.state.task?.done == 120)
    _ = player.advance(to: 25)
    #expect(player.state.step == 2 && player.state.task == nil && player.isAtEnd)
    player.seek(step: 1)
    #expect(player.state.task?.done == 200)
  }

  @Test func `keys drive the player through actions`() {
    var player = ReplayPlayer(events)
    var model = DashboardModel(mode: .replay)
    for key in "]ll,n" {
      for action in model.press(.character(key)) { #expect(player.perform(action, now: 0) == true) }
      model.state = player.state
      model.playback = player.playback
    }
    #expect(player.state.decisionCount == 2)
    #expect(player.perform(.redraw, now: 0) == false)
    player.perform(.seek(123), now: 0)
    #expect(player.state.step == 123)
    player.perform(.end, now: 0)
    #expect(player.isAtEnd)
    player.perform(.start, now: 0)
    #expect(player.state.step == 0)
    player.perform(.speed(8), now: 0)
    player.perform(.speed(.nan), now: 0)
    #expect(player.playback.speed == 8)
  }

  @Test func `a run without events, or without steps, can be replayed`() {
    var empty = ReplayPlayer([RunEvent]())
    empty.seek(step: 5)
    empty.stepForward()
    empty.stepBack()
    empty.seekToNextDecision()
    empty.seekToPreviousDecision()
    empty.play(true, now: 0)
    #expect(empty.state == DashboardState() && !empty.isPlaying && empty.isAtEnd)
    let only = ReplayPlayer(FixtureRun(totalSteps: 0).events)
    #expect(only.isAtEnd && only.state.isStopped)
  }

  @Test func `a jump reads the events of one keyframe's stretch, not those on the way`() {
    let source = CountingSource(events: events)
    var player = ReplayPlayer(source, spacing: 32)
    player.seekToEnd()
    for step in [10, 290, 20, 250, 0, 299] {
      let before = source.reads.load(ordering: .relaxed)
      player.seek(step: step)
      // Every event is looked at once before it is applied and once when it is.
      #expect(source.reads.load(ordering: .relaxed) - before < 2 * 32 + 32)
    }
  }

  @Test func `a long run keeps few keyframes and still seeks truly`() {
    let run = FixtureRun(layers: 1, kinds: ["q"], totalSteps: 4000, decisions: false, cadence: 1000)
    let events = run.events
    var player = ReplayPlayer(events, spacing: 1)
    player.seekToEnd()
    var random = SeededGenerator(seed: 5)
    for _ in 0..<20 {
      let step = Int.random(in: 0...4000, using: &random)
      player.seek(step: step)
      #expect(player.state.step == step)
      #expect(player.state.losses.buckets.reduce(0) { $0 + $1.count } == step)
    }
  }
}

/// Events that count how often they are read.
private final class CountingSource: EventSource {
  let events: [RunEvent]
  let reads = Atomic(0)

  init(events: [RunEvent]) { self.events = events }

  var count: Int { events.count }

  subscript(index: Int) -> RunEvent {
    reads.add(1, ordering: .relaxed)
    return events[index]
  }
}
