import Foundation
import RunEvents
import RunStore
import Synchronization
import Testing

/// A clock that stands until it is set.
private final class TestClock: Sendable {
  private let seconds: Mutex<Double>

  init(_ seconds: Double) {
    self.seconds = Mutex(seconds)
  }

  var time: Double {
    get { seconds.withLock { $0 } }
    set { seconds.withLock { $0 = newValue } }
  }
}

/// Reading while another connection writes.
@Suite(.timeLimit(.minutes(2))) struct FollowingTests {
  private static let batch = 7

  private static func batchOfSteps(_ number: Int) -> [RunEvent] {
    (number * batch + 1...(number + 1) * batch).map {
      $0 % 2 == 0 ? .step(Sample.report($0)) : Sample.alarm($0)
    }
  }

  @Test(arguments: [false, true])
  func `a reader sees whole transactions only, in order`(rollbackJournal: Bool) async throws {
    let folder = try RunFolder()
    var options = RunRecorder.Options()
    options.forcesRollbackJournal = rollbackJournal
    let recorder = try RunRecorder(creating: folder.file(), options: options)
    let reader = try RunReader(opening: folder.file())
    let count = rollbackJournal ? 50 : 500
    async let recording: Void = {
      for number in 0..<count { try recorder.record(Self.batchOfSteps(number)) }
    }()
    var seen: [Int] = []
    while seen.count < count * Self.batch {
      let chunk = try reader.events(after: Int64(seen.count), limit: .max)
      #expect(chunk.count % Self.batch == 0)
      seen += chunk.map(\.event.step)
      if chunk.isEmpty { await Task.yield() }
    }
    try await recording
    #expect(seen == Array(1...count * Self.batch))
  }

  @Test func `following gives history, then news, then ends`() async throws {
    let folder = try RunFolder()
    let recorder = try RunRecorder(creating: folder.file())
    for number in 0..<1000 { try recorder.record(Self.batchOfSteps(number)) }
    let reader = try RunReader(opening: folder.file())
    var seen: [Int] = []
    var batches = 0
    for try await batch in reader.follow(pollEvery: .milliseconds(1)) {
      seen += batch.map(\.step)
      batches += 1
      if seen.count == 7000 { try recorder.record(Self.batchOfSteps(1000)) }
      if seen.count == 7007 { try recorder.record([.stopped(Sample.stop(7008))]) }
    }
    #expect(seen == Array(1...7008))
    #expect(batches >= 4, "history comes in bounded pieces")
    #expect(try reader.liveness() == .finished(Sample.stop(7008)))

    var again: [Int] = []
    for try await batch in reader.follow() { again += batch.map(\.step) }
    #expect(again == seen)
  }

  @Test func `what goes through the channel reaches the follower`() async throws {
    let folder = try RunFolder()
    let recorder = try RunRecorder(creating: folder.file())
    let channel = EventChannel(capacity: 8)
    async let recording: Void = {
      try await recorder.record(from: channel, pausing: .milliseconds(1))
      try recorder.finish()
    }()
    Thread {
      for step in 1...200 { _ = try? channel.send(Sample.alarm(step)) }
      _ = try? channel.send(.stopped(Sample.stop(201)))
      channel.finish()
    }.start()
    var seen: [Int] = []
    for try await batch in try RunReader(opening: folder.file()).follow() {
      seen += batch.map(\.step)
    }
    try await recording
    #expect(seen == Array(1...201))
    // Where the follower held the file for too long, whoever opens it next makes it a single one.
    _ = try RunReader(opening: folder.file())
    #expect(try folder.files == ["run.ranktop"])
  }

  @Test func `a file with events after its end is followed to the last`() async throws {
    let folder = try RunFolder()
    let events = [.stopped(Sample.stop(1)), Sample.alarm(2), Sample.alarm(3)]
    let reader = try RunReader(opening: folder.finishedRun(events))
    var seen: [RunEvent] = []
    for try await batch in reader.follow() { seen += batch }
    #expect(seen == events)
  }

  @Test func `releasing the file while following loses nothing`() async throws {
    let folder = try RunFolder()
    let recorder = try RunRecorder(creating: folder.file())
    let reader = try RunReader(opening: folder.file())
    try recorder.record([Sample.alarm(1)])
    var seen: [Int] = []
    for try await batch in reader.follow(pollEvery: .milliseconds(1)) {
      seen += batch.map(\.step)
      reader.release()
      let next = seen.count + 1
      try recorder.record([next < 20 ? Sample.alarm(next) : .stopped(Sample.stop(next))])
      if next > 20 { break }
    }
    #expect(seen == Array(1...20))
  }

  @Test func `a run is joined after what is known of it`() async throws {
    let folder = try RunFolder()
    let recorder = try RunRecorder(creating: folder.file())
    for number in 0..<10 { try recorder.record(Self.batchOfSteps(number)) }
    let reader = try RunReader(opening: folder.file())
    var seen: [Int] = []
    for try await batch in reader.follow(after: 68, pollEvery: .milliseconds(1)) {
      seen += batch.map(\.step)
      if seen == [69, 70] { try recorder.record(Self.batchOfSteps(10)) }
      if seen.last == 77 { try recorder.record([.stopped(Sample.stop(78))]) }
    }
    #expect(seen == Array(69...78))
    try recorder.finish()
  }

  @Test func `a run that is taken up again goes on for who waits for it`() async throws {
    let folder = try RunFolder()
    let dead = try RunRecorder(creating: folder.file(), options: SampleRun.ghost)
    let bytes = CheckpointBytes(data: Data([1]), fingerprint: "", wasAsked: false)
    let opening: [RunEvent] = [
      .started(SampleRun(seed: 1).manifest), .step(Sample.report(1)), SampleRun.note(1),
    ]
    _ = try dead.record(opening, with: [bytes], keeping: 1)
    try dead.record([.step(Sample.report(2))])
    let seam = Seam(
      step: 1, source: nil, lastRecorded: 2, alive: SampleRun(seed: 1).manifest.aliveAtStart)
    let reader = try RunReader(opening: folder.file())
    var seen: [RunEvent] = []
    var recorder: RunRecorder?
    var pauses = 0
    for try await batch in reader.follow(pollEvery: .milliseconds(1), waitsForResumption: true) {
      seen += batch
      if batch.isEmpty {
        pauses += 1
        #expect(recorder == nil, "said once, while nobody records")
        let checkpoint = try #require(try reader.checkpoints().last)
        recorder = try RunRecorder(resuming: folder.file(), from: checkpoint, seam: seam)
      } else if seen.last == .resumed(seam) {
        try recorder?.record([.step(Sample.report(2)), .stopped(Sample.stop(2))])
      }
    }
    #expect(pauses == 1)
    #expect(
      seen == opening + [.step(Sample.report(2)), .resumed(seam), .step(Sample.report(2))]
        + [.stopped(Sample.stop(2))])
    try recorder?.finish()
    try dead.finish()

    // Who does not wait is told by the end.
    let other = try RunFolder()
    let killed = try RunRecorder(creating: other.file(), options: SampleRun.ghost)
    try killed.record(opening)
    var batches: [[RunEvent]] = []
    for try await batch in try RunReader(opening: other.file()).follow() { batches.append(batch) }
    #expect(batches == [opening])
    try killed.finish()
  }

  @Test func `cancelling the task ends the following of a silent run`() async throws {
    let folder = try RunFolder()
    let recorder = try RunRecorder(creating: folder.file())
    let reader = try RunReader(opening: folder.file())
    let task = Task {
      for try await _ in reader.follow() {}
      return Task.isCancelled
    }
    task.cancel()
    #expect(try await task.value)
    try recorder.finish()
  }

  @Test func `a trainer on another host is alive as long as its heart beats`() async throws {
    let folder = try RunFolder()
    let clock = TestClock(1000)
    var options = RunRecorder.Options()
    options.trainer = TrainerProcess(pid: 77, processStart: 5, host: "elsewhere.invalid")
    options.now = { clock.time }
    let recorder = try RunRecorder(creating: folder.file(), options: options)
    let reader = try RunReader(opening: folder.file())
    #expect(try reader.liveness(at: 1009) == .live(pid: 77, host: "elsewhere.invalid"))
    #expect(try reader.liveness(at: 1011) == .died(step: 0))
    clock.time = 1020
    try recorder.record([.step(Sample.report(1))])
    #expect(try reader.liveness(at: 1029) == .live(pid: 77, host: "elsewhere.invalid"))
    #expect(try reader.liveness(at: 1031) == .died(step: 1))
    clock.time = 1040
    try recorder.heartbeat()
    #expect(try reader.liveness(at: 1049) == .live(pid: 77, host: "elsewhere.invalid"))
  }

  @Test func `another process with the trainer's number is not the trainer`() throws {
    let folder = try RunFolder()
    var options = RunRecorder.Options()
    options.trainer.processStart -= 1
    let recorder = try RunRecorder(creating: folder.file(), options: options)
    let reader = try RunReader(opening: folder.file())
    #expect(try reader.liveness() == .died(step: 0))
    try recorder.finish()
  }

  @Test func `this process is alive`() throws {
    let folder = try RunFolder()
    let recorder = try RunRecorder(creating: folder.file())
    let reader = try RunReader(opening: folder.file())
    #expect(
      try reader.liveness(at: .infinity) == .live(pid: getpid(), host: TrainerProcess.currentHost))
    #expect(TrainerProcess.current.processStart > 0)
    try recorder.finish()
  }
}
