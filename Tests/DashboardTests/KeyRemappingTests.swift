import Dashboard
import Foundation
import RunEvents
import Screen
import Testing

/// Keys of one's own: handling, help and footer follow together.
struct KeyRemappingTests {
  private let events = FixtureRun(cutAfter: 250).events

  private func model(_ keys: String, mode: Mode = .live) throws -> DashboardModel {
    var model = DashboardModel(events, mode: mode)
    model.keys = try ConfigurationFile("[keys]\n" + keys).keys
    return model
  }

  private func footer(_ model: DashboardModel) -> String {
    model.frame(width: 300, height: 60, theme: themes[0]).rows[59]
  }

  private func helpLine(_ words: String, _ model: DashboardModel) -> String {
    var model = model
    model.press(.function(1))
    let rows = model.frame(width: 300, height: 160, theme: themes[0]).rows
    return rows.first { $0.contains(words) } ?? ""
  }

  @Test func `the example is the standard table, with every action once`() throws {
    #expect(try ConfigurationFile(ConfigurationFile.example).keys == .standard)
    let lines = ConfigurationFile.example.split(separator: "\n").drop { $0 != "[keys]" }
      .map { $0.prefix { $0 != " " } }
    for binding in KeyTable.standard.bindings {
      guard let name = binding.name else { continue }
      #expect(lines.count { $0 == name } == 1, "\(name)")
    }
  }

  @Test func `labels name keys of their bindings, those of one name the same`() {
    var labels: [String: String] = [:]
    for binding in KeyTable.standard.bindings where binding.label != "letters" {
      let named = binding.label.split(separator: " ").map { Key(named: String($0)) }
      #expect(!named.isEmpty && named.allSatisfy { $0 != nil && binding.keys.contains($0!) })
      guard let name = binding.name else { continue }
      #expect(name.allSatisfy { $0.isLowercase || $0 == "_" })
      #expect(labels[name, default: binding.label] == binding.label, "\(name)")
      labels[name] = binding.label
    }
    for binding in KeyTable.standard.bindings {
      for name in binding.hint?.names ?? [] { #expect(labels[name] != nil, "\(name)") }
    }
  }

  @Test func `a new key does it, an old one does nothing, help and footer say so`() throws {
    var model = try model("pause = [\"f5\", \"X\"]\nraise_budget = 'é'")
    #expect(model.press(" ") == [])
    #expect(model.press("X") == [.request(.pause)])
    #expect(model.press(.function(5)) == [.request(.resume)])
    #expect(footer(model).contains("f5 pause"))
    #expect(footer(model).contains("é - budget"))
    #expect(helpLine("pause before the next step", model).contains("f5 X  "))
    model.press("+", "=")
    #expect(model.nextDeadline == 5)
    model.press("é")
    #expect(model.tick(now: 1) == [.request(.budget(141))])
  }

  @Test func `keys can change places, and be taken away`() throws {
    var model = try model(
      "next_decision = \"[\"\nprevious_decision = \"]\"\nallocator = []\ncap = \"a\"")
    #expect(model.press("[") == [.move(.decisions(1))])
    #expect(model.press("]") == [.move(.decisions(-1))])
    #expect(footer(model).contains("] [ decision"))
    #expect(!footer(model).contains("allocator") && footer(model).contains("a cap"))
    #expect(helpLine("switch the allocator", model) == "")
    model.press("a")
    #expect(model.keyContext == .rulePrompt)
  }

  @Test func `a direction is the same everywhere`() throws {
    // A keyboard on which the right hand rests on other letters.
    var model = try model(
      """
      left = ["d", "left"]
      down = ["T", "down"]
      up = ["y", "up"]
      right = ["i", "right"]
      detach = "Q"
      zoom_in = "I"
      """)
    model.press("T", "T", "i")
    #expect(model.selection?.row == 1 && model.selection?.column == 1)
    model.press("l", "j", "d", "y")
    #expect(model.selection?.row == 0 && model.selection?.column == 0)
    model.press("3")
    guard case .move(.steps(let steps))? = model.press("d", now: 5).first else {
      Issue.record("nothing moves")
      return
    }
    #expect(steps < 0)
    model.press("q", "T")
    #expect(model.press(.enter) == [.stop])
    model.press("?", "T")
    #expect(model.frame(width: 80, height: 24, theme: themes[0]).text.contains("keys 2-"))
  }

  @Test func `views on other keys leave the digits to counts`() throws {
    let views = ["overview", "heatmap", "timeline", "decision", "compare", "log"]
    var model = try model(
      views.enumerated().map { "view_\($1) = \"f\($0 + 2)\"" }.joined(separator: "\n"))
    model.press(.function(4))
    #expect(model.view == .timeline)
    #expect(model.press("2", "]", now: 5) == [.move(.decisions(2))])
    #expect(model.view == .timeline)
  }

  @Test func `control-C leaves whatever else does`() throws {
    for mode in [Mode.live, .replay] {
      var model = try model("quit = \"Q\"\ndetach = \"D\"", mode: mode)
      #expect(model.press("q") == [])
      #expect(model.press(.control("c"), .control("c")).contains(mode == .live ? .detach : .quit))
    }
    var model = try model("quit = \"Q\"\ndetach = \"D\"")
    #expect(model.press("Q", "D") == [.detach])
  }

  @Test func `what is said on the screen names the keys that there are`() throws {
    var model = try model("view_decision = \"f4\"\npropose = \"N\"")
    model.press("f", "7")
    #expect(model.press("4") == [] && model.view == .overview)
    model.press(.escape, .function(4), "x")
    let text = model.frame(width: 120, height: 40, theme: themes[0]).text
    #expect(text.contains("N has the next decision proposed"))
  }

  @Test(
    arguments: [
      ("pausee = \"P\"", 2, "did you mean pause?"),
      ("zebra = \"P\"", 2, "ranktop config example"),
      ("pause = \"spcae\"", 2, "did you mean space?"),
      ("pause = \"meta-x\"", 2, "a key is one character"),
      ("pause = \"ctrl-m\"", 2, "no key \"ctrl-m\""),
      ("pause = \"f13\"", 2, "no key \"f13\""), ("pause = \"\"", 2, "no key \"\""),
      ("pause = 5", 2, "keys are strings"), ("pause = \"5\"", 2, "digits"),
      ("pause = \"ctrl-c\"", 2, "ctrl-c"), ("view_log = \"0\"", 2, "digits"),
      ("pause = [\n  \"X\",\n  \"nope\",\n]", 4, "no key \"nope\""),
      ("\n\npause = \"a\"", 4, "both pause and allocator: give"),
      ("pause = \"a\"\n\nallocator = \"m\"", 4, "both heatmap_metric and allocator"),
      // In one pane only, where its own meaning would hide the new one.
      ("down = [\"t\", \"down\"]", 2, "both toggle and down in the pane decision"),
      ("expand = \"i\"", 2, "both zoom_in and expand in the pane"),
      ("veto = \"t\"", 2, "both veto and toggle"),
      // A hidden key, a menu, text.
      ("palette = \"=\"", 2, "raise_budget"), ("left = \"d\"", 2, "detach"),
      ("redraw = \"R\"", 2, "\"what is typed\""), ("view_log = \"1\"", 2, "view_overview"),
    ])
  func `a key that cannot be is named with its line`(text: String, line: Int, words: String) {
    let problem = #expect(throws: ConfigurationFile.Problem.self) {
      try ConfigurationFile("[keys]\n" + text)
    }
    #expect(
      problem?.line == line && problem?.text.contains(words) == true, "\(problem?.text ?? "")")
    #expect(ConfigurationFile(lenient: "[keys]\n" + text).keys == .standard)
  }

  @Test func `the file in README is good`() throws {
    let readme = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("README.md")
    let text = try String(contentsOf: readme, encoding: .utf8)
    let start = try #require(text.range(of: "```toml\n"))
    let rest = text[start.upperBound...]
    let end = try #require(rest.range(of: "```"))
    let file = try ConfigurationFile(String(rest[..<end.lowerBound]))
    #expect(file.keys.keys(of: "pause") == ["space", "P"] && file.defaults.view == .heatmap)
  }

  @Test func `names and keys belong together`() {
    let keys = KeyTable.standard.bindings.flatMap(\.keys) + [.function(12), .character("é")]
    for key in keys { #expect(key.name.flatMap { Key(named: $0) } == key) }
    for name in ["", "  ", "ab", "\u{1b}", "\t", "ctrl-", "ctrl-A", "ctrl-i", "f0", "up "] {
      #expect(Key(named: name) == nil, "\(name)")
    }
  }
}
