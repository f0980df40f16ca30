import Dashboard
import RunEvents
import Testing

struct NarratorTests {
  private func told(_ events: [RunEvent]) -> [String] {
    var narrator = PlainNarrator()
    return events.flatMap { narrator.lines(for: $0) }
  }

  @Test func `each decision, evaluation, request and the end have a line in words`() {
    let events = FixtureRun().events
    let lines = told(events)
    func count(_ holds: (RunEvent) -> Bool) -> Int { events.count(where: holds) }
    let decisions = count { if case .decision = $0 { true } else { false } }
    let evaluations = count { if case .evaluation = $0 { true } else { false } }
    #expect(lines.count { $0.contains(": decision ") } == decisions)
    #expect(lines.count { $0.contains(": evaluation: ") } == evaluations)
    #expect(lines.contains("step 200: budget 140 by ana@lab is done"))
    #expect(lines.first?.hasPrefix("run trec-dora-r4: dora on all-minilm-l6-v2") == true)
    #expect(lines.last == "step 684: the run has finished")
    #expect(lines.allSatisfy { !$0.isEmpty && $0.allSatisfy { !$0.isNewline && $0 != "\u{1B}" } })
  }

  @Test func `steps alone are silent, and a trouble is told once`() {
    var narrator = PlainNarrator()
    _ = narrator.lines(for: .started(FixtureRun().manifest))
    #expect(narrator.lines(for: report(1)).isEmpty)
    var told: [String] = []
    for step in 2...30 {
      _ = narrator.lines(for: report(step))
      told += narrator.lines(
        for: .statistics(
          ModuleStatistics(
            step: step, ranks: Array(repeating: 6, count: 36),
            importance: Array(repeating: 1, count: 36),
            gradientNorm: Array(repeating: 0, count: 36),
            updateNorm: (0..<36).map { Float($0 + step) })))
    }
    #expect(
      told.count == 1 && told[0].contains("state: trouble: no gradient ever reached"), "\(told)")
  }

  @Test func `an alarm is told with its step`() {
    let alarm = Alarm(step: 7, kind: "loss", message: "the loss jumped")
    #expect(
      told([.started(FixtureRun().manifest), .alarm(alarm)]).last
        == "step 7: alarm: the loss jumped")
  }
}
