import Dashboard
import Screen
import Testing

/// The file of a person's habits: how the dashboard looks and what it begins with.
struct ConfigurationTests {
  @Test func `the example says everything as it is, and nothing is said by nothing`() throws {
    let file = try ConfigurationFile(ConfigurationFile.example)
    #expect(file.palette == .dusk && file.mouse == true && file.ascii == false)
    #expect(file.color == true && file.frameRate == 15)
    #expect(file.defaults == DashboardDefaults())
    #expect(try ConfigurationFile("\n  # nothing\r\n[screen]\n") == ConfigurationFile())
    #expect(try ConfigurationFile("[screen]\nmouse=false#off").mouse == false)
  }

  @Test(
    arguments: [
      ("mouse = true", 1, "before a table"), ("[screen]\nmouse = yes", 2, "true or false"),
      ("[screen]\n\npalette = \"pink\"", 3, "palette is one of"),
      ("[screen]\n\npalette = dusk", 3, "stand in quotes"),
      ("[colours]\na = 1", 2, "no table [colours]"),
      ("[screen]\nframe_rate = 0", 2, "1 to 60"), ("[screen]\nframe_rate = 1.5", 2, "1 to 60"),
      ("[screen]\nfoo = 1", 2, "no key foo"), ("[screen]\nmuose = true", 2, "did you mean mouse"),
      ("[screen]\nmouse", 2, "KEY = VALUE"), ("[screen]\nmouse = true\nmouse = true", 3, "twice"),
      ("[screen]\n[keys]\n[screen]", 3, "twice"), ("[screen]\nmouse =", 2, "no value"),
      ("[defaults]\nview = \"heat\"", 2, "view is one of"),
      ("[defaults]\nveiw = \"log\"", 2, "did you mean view"),
      ("[defaults]\nreplay_speed = 3", 2, "replay_speed is one of"),
    ])
  func `what is wrong is named with its line`(text: String, line: Int, words: String) {
    let problem = #expect(throws: ConfigurationFile.Problem.self) { try ConfigurationFile(text) }
    #expect(problem?.line == line)
    #expect(problem?.text.contains(words) == true, "\(problem?.text ?? "")")
  }

  @Test func `all mistakes are named in order, and what is right beside them holds`() {
    let file = ConfigurationFile(
      lenient: """
        [keys]
        pausee = "P"
        [screen]
        mouse = 1
        palette = "cividis"
        [defaults]
        view = "log"
        compare_axis = "time"
        """)
    #expect(file.problems.map(\.line) == [2, 4, 8])
    #expect(file.palette == .cividis && file.mouse == nil && file.defaults.view == .log)
    #expect(file.keys == .standard)
  }

  /// TOML 1.0, by its specification; a palette stands for any string.
  @Test(
    arguments: [
      #"palette = "cividis""#, "palette = 'cividis'", #"palette = "civi\u0064is""#,
      #"palette = "\U00000063ividis""#, #""palette" = "cividis""#, "'palette'='cividis'  # so",
      "\tpalette\t=\t'cividis'\t", "frame_rate = +3_0\npalette = 'cividis'\r\n",
    ])
  func `strings are read as TOML has them`(line: String) throws {
    #expect(try ConfigurationFile("[ screen ] # look\n" + line).palette == .cividis)
  }

  @Test(
    arguments: [
      (#"palette = "civi"#, "ends the string"), (#"palette = "a\x""#, "no escape"),
      (#"palette = "\ud800""#, "hexadecimal"), ("palette = \"\"\"a\"\"\"", "several lines"),
      ("palette = '''a'''", "several lines"), ("palette = {a = 1}", "inline"),
      ("screen.palette = 'a'", "dots"), ("frame_rate = 0x10", "no value"),
      ("frame_rate = 015", "no value"), ("frame_rate = 1__5", "no value"),
      ("frame_rate = 1.", "no value"), ("frame_rate = inf", "no value"),
      ("frame_rate = 1979-05-27", "no value"), ("mouse = true false", "left over"),
      ("[[screen]]", "arrays of tables"), ("[a.b]", "dots"), ("palette = 'a' = 'b'", "left over"),
      ("mouse = [true", "no ] ends it"), ("mouse = [true true]", "comma"),
      ("mouse = [[true]]", "arrays in arrays"), ("= 1", "KEY = VALUE"), ("[screen", "[TABLE]"),
      ("palette = \"a\u{1}\"", "control character"),
    ])
  func `what is no TOML, or more of it than is read, is named`(line: String, words: String) {
    let problem = #expect(throws: ConfigurationFile.Problem.self) {
      try ConfigurationFile("[screen]\n\n" + line + "\n")
    }
    #expect(problem?.line == 3 && problem?.text.contains(words) == true, "\(problem?.text ?? "")")
  }

  // MARK: Defaults

  private func model(_ defaults: String, mode: Mode = .live) throws -> DashboardModel {
    let file = try ConfigurationFile("[defaults]\n" + defaults)
    var model = DashboardModel(mode: mode)
    model.begin(with: file.defaults)
    for event in FixtureRun(cutAfter: 412).events { model.apply(event) }
    return model
  }

  private func frame(_ defaults: String, view: ViewKind? = nil) throws -> String {
    var model = try model(defaults)
    if let view { model.show(view) }
    return model.frame(width: 120, height: 40, theme: themes[0]).text
  }

  @Test(arguments: ViewKind.allCases)
  func `the dashboard begins in the view that is wanted`(view: ViewKind) throws {
    var model = try model("view = \"\(view.title)\"")
    #expect(model.view == view)
    #expect(model.layout(width: 120, height: 40).panes[model.focus] != nil)
    model.press("1")
    #expect(model.view == .overview)
  }

  /// Each default is what its key would have set.
  @Test(
    arguments: [
      ("heatmap_metric = \"margin\"", .heatmap, ["m", "m", "m", "m"]),
      ("heatmap_order = \"kind\"", .heatmap, ["o", "o"]),
      ("heatmap_order = \"layer\"\nheatmap_reversed = true", .heatmap, ["o", "O"]),
      ("heatmap_metric = \"changes\"\nheatmap_decisions = 20", .heatmap, [")"]),
      ("decision_order = \"lowest\"", .decision, ["o"]),
      ("decision_filter = \"changes\"", .decision, ["f"]),
      ("decision_filter = \"threshold\"", .decision, ["f", "f"]),
      ("log_kind = \"requests\"", .log, ["o", "o"]),
      ("compare_axis = \"tokens\"", .compare, ["x"]),
    ] as [(String, ViewKind, [Key])])
  func `a default is what its keys would set`(
    line: String, view: ViewKind, keys: [Key]
  ) throws {
    func shown(_ line: String, _ keys: [Key]) throws -> String {
      var model = try model(line)
      if view == .compare {
        let events = FixtureRun(cutAfter: 412).events
        model.comparison = ["a", "b"].map { ComparedRun(named: $0, events) }
      }
      model.show(view)
      for key in keys { model.press(key) }
      let list = EventList(FixtureRun(cutAfter: 412).events)
      try model.fulfil(width: 120, height: 40, in: list) { query, choice, _ in
        Inspection(query: query, choice: choice)
      }
      return model.frame(width: 120, height: 40, theme: themes[0]).text
    }
    let wanted = try shown(line, [])
    #expect(wanted == (try shown("", keys)))
    #expect(wanted != (try shown("", [])))
  }

  @Test func `components are listed and replays run as wanted`() throws {
    func components(_ line: String, _ keys: Key...) throws -> String {
      var model = try model(line)
      for key in ["2", .down, .enter] + keys { model.press(key) }
      return model.frame(width: 120, height: 40, theme: themes[0]).text
    }
    let byScore = try components("component_order = \"score\"")
    #expect(byScore == (try components("", "o")))
    #expect(byScore != (try components("")))
    let slow = try self.model("replay_speed = 0.25", mode: .replay)
    #expect(slow.playback.speed == 0.25)
  }
}

/// Any text is read to its end or named as wrong.
struct ConfigurationDamageTests {
  @Test func `a file damaged anywhere is read or refused, never a trap`() {
    var random = SeededGenerator(seed: 11)
    let example = Array(ConfigurationFile.example.unicodeScalars)
    let marks = Array("[]\"'=#\\,\n\r\t{}.u0é\u{0}".unicodeScalars)
    for _ in 0..<150 {
      var text = example
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<text.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: text[place] = marks.randomElement(using: &random)!
        case 1: text.insert(marks.randomElement(using: &random)!, at: place)
        default: text.removeSubrange(place..<min(text.count, place + 30))
        }
      }
      var view = String.UnicodeScalarView()
      view.append(contentsOf: text)
      let file = ConfigurationFile(lenient: String(view))
      let lines = text.count { $0 == "\n" } + 1
      #expect(file.problems.allSatisfy { (1...lines).contains($0.line) && !$0.text.isEmpty })
    }
  }
}
