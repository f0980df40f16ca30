import Foundation
import GRDB
import RunEvents
import RunStore
import Testing

/// Two processes, one file: requests go in on one side and come out, settled, on the other.
@Suite(.timeLimit(.minutes(1))) struct SteeringTests {
  @Test func `a request is taken up once and its outcome is an event`() throws {
    let folder = try RunFolder()
    let recorder = try RunRecorder(creating: folder.file())
    try recorder.record([.started(Sample.manifest())])
    #expect(try recorder.takePendingInterventions() == [])

    let steering = try RunSteering(opening: folder.file(), author: "ana@desk")
    #expect(try steering.request(.budget(144), at: 5.5) == 1)
    #expect(try steering.request(.allocator("adalora"), at: 6.5) == 2)
    // Anybody may write into the table: what is no request comes through as such.
    let strange = Intervention.unknown(kind: "budget", value: "abc")
    #expect(try steering.request(strange, at: 7.5) == 3)
    let taken = try recorder.takePendingInterventions()
    #expect(
      taken == [
        InterventionRecord(
          id: 1, intervention: .budget(144), author: "ana@desk", requestedAt: 5.5, step: nil,
          outcome: .pending),
        InterventionRecord(
          id: 2, intervention: .allocator("adalora"), author: "ana@desk", requestedAt: 6.5,
          step: nil, outcome: .pending),
        InterventionRecord(
          id: 3, intervention: strange, author: "ana@desk", requestedAt: 7.5, step: nil,
          outcome: .pending),
      ])
    let reader = try RunReader(opening: folder.file())
    #expect(try reader.interventions() == taken, "both are visible while pending")
    #expect(try reader.events().count == 1, "and are no events yet")

    // Taken up but not settled yet: they are not handed out again.
    try recorder.record([.step(Sample.report(1))])
    #expect(try recorder.takePendingInterventions() == [])

    var settled = taken
    settled[0].step = 1
    settled[0].outcome = .applied
    settled[1].step = 1
    settled[1].outcome = .rejected("there is no allocator of that name")
    settled[2].step = 1
    settled[2].outcome = .rejected("that is no request")
    try recorder.record(settled.map { .intervention($0) })
    #expect(try reader.interventions() == settled)
    #expect(try reader.events(after: 2).map(\.event) == settled.map { .intervention($0) })
    #expect(try recorder.takePendingInterventions() == [])

    try steering.request(.pause)
    #expect(try recorder.takePendingInterventions().map(\.intervention) == [.pause])
  }

  @Test func `a run goes on when who had a decision proposed is gone`() throws {
    let folder = try RunFolder()
    let recorder = try RunRecorder(creating: folder.file())
    try recorder.record([.started(Sample.manifest())])
    let steering = try RunSteering(opening: folder.file(), author: "ana")
    try steering.request(.propose)
    #expect(try recorder.takePendingInterventions().map(\.intervention) == [.propose])
    #expect(try recorder.takePendingInterventions() == [], "this process lives")
    // Another one, which does not.
    let gone = "4000000 1 \(TrainerProcess.currentHost)"
    let queue = try DatabaseQueue(path: folder.file().path)
    func ask(_ kind: String, _ value: String?) throws {
      try queue.write {
        try $0.execute(
          sql:
            "INSERT INTO interventions (kind, value, author, requested_at) VALUES (?, ?, 'bo', 1)",
          arguments: [kind, value])
      }
    }
    try ask("propose", gone)
    let taken = try recorder.takePendingInterventions()
    #expect(taken.map(\.intervention) == [.propose, .runOn])
    #expect(taken.last?.author == "ranktop" && taken.last?.id == 0)
    #expect(try recorder.takePendingInterventions() == [], "said once")
    // Whoever is answered needs nothing more, and of another host nothing is known.
    try ask("propose", gone)
    try ask("run-on", nil)
    #expect(try recorder.takePendingInterventions().map(\.intervention) == [.propose, .runOn])
    try ask("propose", "4000000 1 elsewhere")
    #expect(try recorder.takePendingInterventions().map(\.intervention) == [.propose])
    #expect(try recorder.takePendingInterventions() == [])
  }

  @Test(arguments: [false, true])
  func `steering and recording do not disturb each other`(rollbackJournal: Bool) async throws {
    let folder = try RunFolder()
    var options = RunRecorder.Options()
    options.forcesRollbackJournal = rollbackJournal
    let recorder = try RunRecorder(creating: folder.file(), options: options)
    let steering = try RunSteering(opening: folder.file())
    let requests = rollbackJournal ? 10 : 60
    async let asking: Void = {
      for number in 1...requests { try steering.request(.budget(number)) }
    }()
    var taken: [InterventionRecord] = []
    var step = 0
    while taken.count < requests {
      step += 1
      let new = try recorder.takePendingInterventions()
      taken += new
      try recorder.record([.step(Sample.report(step))] + new.map { .intervention($0) })
      await Task.yield()
    }
    try await asking
    #expect(taken.map(\.intervention) == (1...requests).map { .budget($0) })
    let events = try RunReader(opening: folder.file()).allEvents()
    #expect(events.count == step + requests)
  }

  @Test func `nobody listens to a run that has ended`() throws {
    let folder = try RunFolder()
    let file = try folder.finishedRun([.stopped(Sample.stop(684))])
    let steering = try RunSteering(opening: file)
    let error = #expect(throws: StoreError.self) { try steering.request(.pause) }
    #expect(error?.code == .runEnded)
    #expect(
      error?.message
        == "\(file.path) ended at step 684: nothing listens to it any more. Start a new run to "
        + "change anything.")
  }

  @Test func `nobody listens to a run whose trainer is gone`() throws {
    let folder = try RunFolder()
    var options = RunRecorder.Options()
    options.trainer.processStart -= 1
    let recorder = try RunRecorder(creating: folder.file(), options: options)
    try recorder.record([.step(Sample.report(9))])
    let steering = try RunSteering(opening: folder.file())
    let error = #expect(throws: StoreError.self) { try steering.request(.stop) }
    #expect(error?.code == .runEnded)
    #expect(
      error?.message
        == "The trainer of \(folder.file().path) is gone since step 9: nothing listens any more. "
        + "Start a new run to change anything.")
  }

  @Test func `the author is user and host unless named`() throws {
    let folder = try RunFolder()
    let recorder = try RunRecorder(creating: folder.file())
    let author = try RunSteering(opening: folder.file()).author
    #expect(author == "\(NSUserName())@\(TrainerProcess.currentHost)")
    try recorder.finish()
  }
}
