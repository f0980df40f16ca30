import Dashboard
import RunEvents
import Screen
import Testing

struct PinKeyTests {
  private let events = FixtureRun(cutAfter: 250).events

  /// A dashboard with the module L3.q chosen.
  private func chosen() -> DashboardModel {
    var model = DashboardModel(events)
    model.press(.down, .down, .down, .down)
    return model
  }

  private func verdict(_ model: DashboardModel) -> String {
    model.frame(width: 120, height: 40, theme: themes[0]).rows[38]
  }

  private func type(_ text: String, in model: inout DashboardModel) {
    for character in text { model.press(.character(character)) }
  }

  private let pinned = RankConstraints(
    pinned: Set((0..<5).map { ComponentID(module: 18, slot: $0) }))

  @Test func `p pins the chosen module, u releases it`() {
    var model = chosen()
    let pin = Intervention.pin(ModuleRule(pattern: "L3.q"))
    #expect(model.press("u") == [])
    #expect(verdict(model).contains("L3.q has no pin and no cap"))
    #expect(model.press("p") == [.request(pin)])
    #expect(verdict(model).contains("pin L3.q asked for"))
    _ = model.tick(now: 100)
    #expect(verdict(model).contains("asked: pin L3.q  waits for the trainer"))
    #expect(model.press("p", now: 100) == [])
    #expect(verdict(model).contains("L3.q is pinned already"))
    model.apply(intervention(pin, step: 250))
    model.apply(.constraints(step: 250, pinned))
    _ = model.tick(now: 200)
    #expect(model.outstanding.isEmpty)
    #expect(verdict(model).contains("L3.q  rank 5/6  5 pinned  importance"))
    let release = Intervention.release(ModuleRule(pattern: "L3.q"))
    #expect(model.press("u", now: 200) == [.request(release)])
    model.apply(intervention(release, id: 2, step: 251))
    #expect(verdict(model).contains("release L3.q: done after step 251"))
  }

  @Test func `what the trainer refuses is said at once`() {
    var model = chosen()
    let pin = Intervention.pin(ModuleRule(pattern: "L3.q"))
    model.press("p")
    model.apply(intervention(pin, step: 250, outcome: .rejected("the budget is too small")))
    #expect(verdict(model).contains("pin L3.q refused: the budget is too small"))
  }

  @Test func `with no module chosen p asks which`() {
    var model = DashboardModel(events)
    #expect(model.press("p") == [] && model.keyContext == .rulePrompt)
    #expect(verdict(model).contains("pin modules _  e.g. L3.q"))
    type("layer.3.*:4", in: &model)
    #expect(verdict(model).contains("layer.3.*:4_  matches L3.q L3.k L3.v L3.o and 2 more"))
    let rule = ModuleRule(pattern: "layer.3.*", part: .count(4))
    #expect(model.press(.enter) == [.request(.pin(rule))])
    #expect(model.keyContext == .live)
  }

  @Test func `a pattern that cannot be is explained in its line`() {
    var model = DashboardModel(events)
    let cases = [
      ("L9.q", "no module matches L9.q"), ("L3.q:x", "after : or # stands a number"),
      ("L3.q:7", "has 6 slots, rank 7 cannot be"), ("L3.q#6", "has slots 0 ... 5"),
    ]
    for (text, problem) in cases {
      model.press("p")
      type(text, in: &model)
      #expect(model.press(.enter) == [] && model.keyContext == .rulePrompt)
      #expect(verdict(model).contains(problem), "\(verdict(model))")
      model.press(.backspace)
      #expect(!verdict(model).contains(problem))
      model.press(.escape)
      #expect(model.keyContext == .live)
    }
    model.press("p")
    #expect(model.press(.enter) == [] && model.keyContext == .live)
  }

  @Test func `C caps the chosen module at a rank`() {
    var model = chosen()
    #expect(model.press("C") == [])
    #expect(verdict(model).contains("cap L3.q at rank _"))
    model.press("x", .enter)
    #expect(verdict(model).contains("give a rank, e.g. 4"))
    model.press(.backspace, "4")
    let cap = Intervention.cap(ModuleRule(pattern: "L3.q", part: .count(4)))
    #expect(model.press(.enter) == [.request(cap)])
    #expect(model.press("P") == [] && verdict(model).contains("keep L3.q at rank _"))
    #expect(model.press("5", .enter) == [])
    #expect(verdict(model).contains("is pinned to rank 5 and capped at 4"))
  }

  @Test func `what could not be written is taken back`() {
    var model = chosen()
    model.press("p")
    model.withdraw(.pin(ModuleRule(pattern: "L3.q")), because: "the disk is full", now: 0)
    #expect(model.outstanding.isEmpty && verdict(model).contains("the disk is full"))
  }

  @Test func `w asks for a checkpoint`() {
    var model = DashboardModel(events)
    #expect(model.press("w") == [.request(.checkpoint)])
    model.apply(intervention(.checkpoint, step: 250))
    #expect(model.outstanding.isEmpty)
  }

  @Test func `what is dead has nothing to pin`() {
    var model = DashboardModel(FixtureRun(cutAfter: 412).events)
    model.press(.down)
    #expect(model.press("p") == [])
    #expect(verdict(model).contains("nothing of L0.q is alive: give the rank to keep, e.g. L0.q:1"))
  }

  @Test func `two modules at one place are told apart by their names`() {
    var manifest = FixtureRun().manifest
    manifest.modules[1].kind = "q"
    var model = DashboardModel([.started(manifest)])
    model.press(.down)
    #expect(
      model.press("p") == [.request(.pin(ModuleRule(pattern: "encoder.layer.0.q")))])
  }

  @Test func `a budget in parameters moves by components`() {
    var run = FixtureRun(cutAfter: 250)
    run.unit = .parameters
    var model = DashboardModel(run.events)
    #expect(model.press("+") == [])
    #expect(model.tick(now: 9) == [.request(.budget(140 * 960 + 960))])
    #expect(verdict(model).contains("budget 135 360 parameters asked for"))
    for _ in 0..<20 { model.press(">", now: 10) }
    #expect(model.tick(now: 99) == [.request(.budget(216 * 960))])
  }

  @Test func `gates are shown where there are any`() {
    var model = DashboardModel(events)
    model.press("m", "m")
    #expect(model.metric == .maximum)
    model.press("M", "M")
    #expect(model.metric == .rank)
    model.apply(.gates(FixtureRun().gates(250, isBinary: false)))
    model.press("m", "m")
    #expect(model.metric == .gate)
    for _ in 0..<8 { model.press("m") }
    #expect(model.metric == .rank)
  }
}
