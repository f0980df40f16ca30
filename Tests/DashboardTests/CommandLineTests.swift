import Dashboard
import RunEvents
import Screen
import Testing

/// What is typed after `:`.
struct CommandLineTests {
  private let model = DashboardModel(FixtureRun(cutAfter: 250).events)

  private static func type(_ text: String, into model: inout DashboardModel) {
    for character in text { model.press(.character(character)) }
  }

  /// Opens the command line, types and presses enter.
  private func enter(_ text: String, _ model: inout DashboardModel) -> [Action] {
    Self.type(":" + text, into: &model)
    return model.press(.enter)
  }

  private func line(_ model: DashboardModel, width: Int = 80, height: Int = 24) -> String {
    model.frame(width: width, height: height, theme: themes[0]).rows[height - (height < 8 ? 1 : 2)]
  }

  private static let jumps: [(String, [Action])] = [
    ("1250", [.move(.to(1250))]), ("step 12", [.move(.to(12))]), ("+10", [.move(.steps(10))]),
    ("-3", [.move(.steps(-3))]), ("start", [.move(.start)]), ("end", [.move(.end)]),
    ("next", [.move(.decisions(1))]), ("prev 4", [.move(.decisions(-4))]),
    ("decision 3", [.move(.start), .move(.decisions(3))]),
    ("  next   2 ", [.move(.decisions(2))]), ("n", [.move(.decisions(1))]),
    ("pause", [.request(.pause)]), ("stop", [.stop]), ("budget 120", [.request(.budget(120))]),
    ("allocator lora", [.request(.allocator("lora"))]),
    ("pin L3.q", [.request(.pin(ModuleRule(pattern: "L3.q")))]),
    ("cap L3.*:2", [.request(.cap(ModuleRule(pattern: "L3.*", part: .count(2))))]),
  ]

  @Test(arguments: jumps)
  func `a command asks for what it says`(text: String, actions: [Action]) {
    var model = model
    #expect(enter(text, &model) == actions)
    #expect(model.keyContext == .live)
  }

  @Test(
    arguments: [
      ("L3.q < 2", RankCondition.Relation.less, 2), ("L3.q<2", .less, 2),
      ("L3.q <= 0", .lessOrEqual, 0),
      ("L3.q == 4", .equal, 4), ("L3.q = 4", .equal, 4), ("L3.q != 4", .notEqual, 4),
      ("L3.q >= 5", .greaterOrEqual, 5), ("L3.q >5", .greater, 5),
    ])
  func `conditions`(text: String, relation: RankCondition.Relation, rank: Int) {
    var model = model
    let module = model.state.grid.module(row: 3, column: 0)!
    #expect(
      enter("when rank \(text)", &model)
        == [.move(.condition(RankCondition(modules: [module], relation: relation, rank: rank)))])
  }

  @Test func `a condition without a pattern is about every module`() {
    var model = model
    guard case .move(.condition(let condition))? = enter("when rank < 1", &model).first else {
      Issue.record("no condition")
      return
    }
    #expect(condition.modules.count == model.state.grid.count)
  }

  @Test(
    arguments: [
      "frob", "12 13", "step", "step x", "when", "when rank", "when rank L3.q", "when rank L3.q <",
      "when rank L3.q < x", "when rank L3.q << 2", "when rank zebra < 2", "when rank a b < 2",
      "view", "view nowhere", "palette pink", "budget", "budget 0", "budget 1000000",
      "allocator adam", "pin", "pin L3.q:x", "cap L3.q", "pin zebra", "decision 0",
      "decision 1000", "metric gate", "pause now", "p", "99999999999999999999",
    ])
  func `what means nothing is said in the line, and the text kept`(text: String) {
    var model = model
    #expect(enter(text, &model) == [])
    #expect(model.keyContext == .commandPrompt)
    #expect(line(model, width: 200).contains(":\(text)_  ▲ "))
    // At 20 columns the message has the row.
    #expect(line(model, width: 20, height: 6).contains("▲ "))
    if text.count > 8 { #expect(!line(model, width: 20, height: 6).contains(":\(text)_")) }
    model.press(.right)
    #expect(line(model, width: 200).contains(":\(text)_"))
    #expect(!line(model, width: 200).contains("▲"))
  }

  @Test func `views, numbers and colours are chosen by name`() {
    var model = model
    #expect(enter("view timeline", &model) == [] && model.view == .timeline)
    #expect(enter("metric importance", &model) == [] && model.metric == .importance)
    #expect(enter("palette cividis", &model) == [] && model.palette == .cividis)
    #expect(line(model).contains("palette cividis"))
    model.press("c")
    #expect(line(model).contains("palette grey"))
    #expect(enter("help", &model) == [] && model.keyContext == .help)
  }

  @Test func `a watched run takes no command that steers`() {
    for text in ["pause", "stop", "budget 100", "allocator lora", "pin L3.q"] {
      var model = DashboardModel(FixtureRun(cutAfter: 250).events, mode: .readOnly)
      #expect(enter(text, &model) == [])
      #expect(line(model).contains("read-only"))
    }
  }

  @Test func `tab completes, shows what fits and goes through it`() {
    var model = model
    Self.type(":vi", into: &model)
    model.press(.tab)
    #expect(line(model).contains(":view _"))
    model.press(.tab)
    #expect(line(model).contains("overview  heatmap  timeline"))
    model.press(.tab)
    #expect(line(model).contains(":view overview_"))
    model.press(.tab, .tab)
    #expect(line(model).contains(":view timeline_"))
    model.press(.backTab)
    #expect(line(model).contains(":view heatmap_"))
    #expect(model.press(.enter) == [] && model.view == .heatmap)
    Self.type(":when rank L3.u", into: &model)
    model.press(.tab)
    #expect(line(model).contains(":when rank L3.up _"))
    Self.type("zz", into: &model)
    model.press(.tab)
    #expect(line(model).contains("nothing begins like that"))
  }

  @Test func `a line is edited as lines are`() {
    var model = model
    Self.type(":nxt", into: &model)
    model.press(.left, .left, "e")
    #expect(line(model).contains(":next"))
    model.press(.end, " ", "1", "2", .backspace, .home, .delete, "n")
    #expect(line(model).contains(":next 1"))
    model.press(.end, .control("w"))
    #expect(line(model).contains(":next _"))
    model.press(.control("u"))
    #expect(line(model).contains(":_"))
    #expect(model.press(.enter) == [] && model.keyContext == .live)
  }

  @Test func `lines typed before are recalled, and the unfinished one is kept`() {
    var model = model
    _ = enter("next", &model)
    _ = enter("prev", &model)
    Self.type(":12", into: &model)
    model.press(.up)
    #expect(line(model).contains(":prev_"))
    model.press(.up, .up)
    #expect(line(model).contains(":next_"))
    model.press(.down, .down)
    #expect(line(model).contains(":12_"))
    #expect(model.press(.enter) == [.move(.to(12))])
  }

  @Test func `the line of a pin says what is wrong at 20 columns too`() {
    var model = model
    model.press("P")
    Self.type("zebra", into: &model)
    #expect(line(model, width: 20, height: 6).contains("zebra_"))
    model.press(.enter)
    #expect(line(model, width: 20, height: 6).contains("▲ no module"))
    #expect(line(model, width: 200).contains("zebra_  ▲ no module"))
  }

  @Test func `a line is seen where there is no row for it`() {
    var model = model
    Self.type(":12", into: &model)
    #expect(model.frame(width: 20, height: 3, theme: themes[0]).rows[2].contains(":12_"))
    for (width, height) in [(1, 1), (0, 0), (3, 2)] {
      #expect(model.frame(width: width, height: height, theme: themes[0]).width == width)
    }
  }
}

/// `:save`, and the names of pictures.
struct PictureFileTests {
  private func enter(_ text: String) -> (actions: [Action], model: DashboardModel) {
    var model = DashboardModel(FixtureRun(cutAfter: 250).events)
    for character in ":" + text { model.press(.character(character)) }
    return (model.press(.enter), model)
  }

  @Test(
    arguments: [
      ("save a.svg", "a.svg", .svg), ("save ~/pictures/my run.PNG", "~/pictures/my run.PNG", .png),
      ("sav  /tmp/a.b.png", "/tmp/a.b.png", .png), ("save pictures/", "pictures/", .svg),
    ] as [(String, String, PictureFile.Format)])
  func `a picture is written where it is said`(
    text: String, path: String, format: PictureFile.Format
  ) throws {
    let file = try #require(PictureFile(path))
    #expect(file.format == format)
    #expect(enter(text).actions == [.saveAs(file)])
  }

  @Test func `without a path it is saved as by its key`() {
    #expect(enter("save").actions == [.save])
  }

  @Test(arguments: ["save a", "save a.gif", "save .svg", "save a/.png", "save a.svg.txt"])
  func `other endings are refused in the line`(text: String) {
    let (actions, model) = enter(text)
    #expect(actions == [] && model.keyContext == .commandPrompt)
    #expect(
      model.frame(width: 120, height: 40, theme: themes[0]).text.contains(".svg or .png"))
  }

  @Test func `nothing is written over`() throws {
    let taken: Set = ["a.svg", "a-2.svg", "p/run-7.svg"]
    func free(_ path: String) throws -> String {
      try #require(PictureFile(path)).free(name: "run-7") { taken.contains($0) }
    }
    #expect(try free("a.svg") == "a-3.svg")
    #expect(try free("a.png") == "a.png")
    #expect(try free("b.SVG") == "b.SVG")
    #expect(try free("p/") == "p/run-7-2.svg")
  }

  @Test func `the command and its path are completed`() {
    var model = DashboardModel(FixtureRun(cutAfter: 250).events)
    func line() -> String { model.frame(width: 160, height: 40, theme: themes[0]).rows[38] }
    for character in ":sa" { model.press(.character(character)) }
    model.press(.tab)
    #expect(line().contains(":save _"))
    model.press(.tab)
    #expect(line().contains("trec-dora-r4-overview-250.svg  trec-dora-r4-overview-250.png"))
    model.press(.control("u"))
    for character in "save plots/x" { model.press(.character(character)) }
    model.press(.tab)
    #expect(line().contains(":save plots/x._  plots/x.svg  plots/x.png"))
    model.press("p", .tab)
    #expect(line().contains(":save plots/x.png _"))
    model.press(.control("u"))
    for character in "save plots/" { model.press(.character(character)) }
    model.press(.tab, .tab)
    #expect(line().contains(":save plots/trec-dora-r4-overview-250.svg_"))
  }

  @Test func `letters of any language can be typed`() {
    var model = DashboardModel(FixtureRun().events)
    model.press(":", "\u{E9}", "\u{434}")
    #expect(model.frame(width: 80, height: 24, theme: themes[0]).text.contains(":\u{E9}\u{434}"))
    model.press(.escape, "/", "\u{E9}")
    #expect(model.frame(width: 80, height: 24, theme: themes[0]).text.contains("\u{E9}"))
  }

  @Test func `a warning is gone with the next key`() {
    var model = DashboardModel(FixtureRun().events, mode: .replay)
    model.press("}")
    let warning = "choose a module first"
    #expect(model.frame(width: 80, height: 24, theme: themes[0]).text.contains(warning))
    model.press("m")
    #expect(!model.frame(width: 80, height: 24, theme: themes[0]).text.contains(warning))
  }
}
