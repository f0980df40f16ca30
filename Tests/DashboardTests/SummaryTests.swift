import Dashboard
import RunEvents
import Testing

struct SummaryTests {
  @Test func `a finished run in plain words`() throws {
    let lines = Summary.lines(DashboardState(FixtureRun().events))
    try expectSnapshot(lines.map { $0 + "\n" }.joined(), named: "summary")
  }

  @Test func `found and planted ranks stand side by side`() throws {
    var run = FixtureRun(name: "demo", cutAfter: 412)
    run.isPlanted = true
    let lines = Summary.lines(DashboardState(run.events))
    try expectSnapshot(lines.map { $0 + "\n" }.joined(), named: "summary-planted")
  }

  @Test func `one line for a run that goes on`() {
    let state = DashboardState(FixtureRun(cutAfter: 412).events)
    #expect(
      Summary.progressLine(state)
        == "step 412/684  loss 0.267  accuracy 91.6 %  budget 142 (target 140)  2 762 tok/s  "
        + "ETA 1m31s")
    #expect(Summary.progressLine(DashboardState()) == "waiting for the run to begin")
  }

  @Test func `a run of which little is known`() {
    #expect(Summary.lines(DashboardState()) == ["nothing is recorded yet"])
    var manifest = FixtureRun(layers: 1, kinds: ["q"]).manifest
    manifest.initialBudget = 1
    let lines = Summary.lines(DashboardState([.started(manifest)]))
    #expect(lines.contains("run        trec-dora-r4, not begun"))
    #expect(lines.last == "ranks are not known yet")
  }

  @Test func `nothing in it is a control character`() {
    for line in Summary.lines(DashboardState(FixtureRun().events)) {
      #expect(line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    }
  }

  @Test func `refusals and warnings are told`() {
    var state = DashboardState([.started(FixtureRun().manifest)])
    state.apply(intervention(.budget(3), step: 4, outcome: .rejected("too small")))
    state.apply(.alarm(Alarm(step: 7, kind: "x", message: "look here")))
    let lines = Summary.lines(state)
    #expect(lines.contains("intervention: budget 3 by ana@lab at step 4, refused: too small"))
    #expect(lines.contains("warning: @7 look here"))
    #expect(lines.contains("warning: budget 3 refused: too small"))
  }
}
