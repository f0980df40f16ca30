import Dashboard
import RunEvents
import Screen
import Testing

/// The sizes at which every view is looked at.
let viewSizes = [(200, 60), (120, 40), (80, 24), (40, 12), (20, 6), (1, 1)]

/// The view of modules: metrics, lists, filters, extremes.
struct HeatmapPageTests {
  private let events = FixtureRun(cutAfter: 412).events

  private func model(_ events: [RunEvent]? = nil) -> DashboardModel {
    var model = DashboardModel(events ?? self.events)
    model.show(.heatmap)
    return model
  }

  private func text(_ model: DashboardModel, _ size: (Int, Int) = (80, 24)) -> String {
    model.frame(width: size.0, height: size.1, theme: themes[0]).text
  }

  @Test(arguments: viewSizes)
  func `every metric of the modules`(width: Int, height: Int) throws {
    var model = self.model()
    model.apply(.gates(FixtureRun().gates(412, isBinary: false)))
    model.press(.down, .down, .right)
    var frames = ""
    for metric in Metric.allCases {
      #expect(model.metric == metric)
      frames += text(model, (width, height))
      model.press("m")
    }
    #expect(model.metric == .rank)
    try expectSnapshot(frames, named: "heatmap-metrics-\(width)x\(height)")
  }

  @Test(arguments: viewSizes)
  func `lists by layer, kind and value`(width: Int, height: Int) throws {
    var model = self.model()
    model.press("m", "m", .down, .right)
    var frames = ""
    for _ in 0..<3 {
      model.press("o")
      frames += text(model, (width, height))
    }
    try expectSnapshot(frames, named: "heatmap-lists-\(width)x\(height)")
  }

  @Test(arguments: viewSizes)
  func `a filter while it is typed, kept, and in a list`(width: Int, height: Int) throws {
    var model = self.model()
    model.press("/", "[", "k", "q")
    var frames = text(model, (width, height))
    model.press("]", "$")
    frames += text(model, (width, height))
    model.press(.enter, .down, .down, .right)
    frames += text(model, (width, height))
    model.press("o")
    frames += text(model, (width, height))
    try expectSnapshot(frames, named: "heatmap-filter-\(width)x\(height)")
  }

  @Test func `scores over alive components agree with a plain walk`() throws {
    let model = self.model()
    let decision = try #require(model.state.scoredDecision)
    let threshold = try #require(decision.threshold)
    // L3.v: layer 3, third kind, six slots a module.
    let first = (3 * 6 + 2) * 6
    let alive = (first..<first + 6).filter { decision.alive[$0] }.map { decision.scores[$0] }
    try #require(!alive.isEmpty)
    var shown = model
    shown.press("o", "m")
    func expect(_ value: Float) {
      let row = text(shown, (120, 60)).split(separator: "\n").first { $0.contains("L3.v ") }
      let number = NumberText.short(Double(value), columns: 5)
      #expect(row?.contains(" \(number) ") == true, "\(number) in \(row ?? "no row")")
    }
    shown.press("m")
    #expect(shown.metric == .maximum)
    expect(alive.max()!)
    shown.press("m")
    expect(alive.reduce(0, +))
    shown.press("m")
    expect(alive.min()! - threshold)
  }

  @Test func `changes count the last decisions, as many as wanted`() throws {
    var model = self.model()
    model.press(")", "o")
    #expect(model.metric == .changes)
    for (key, count) in [(Key("("), 10), ("(", 5), ("(", 2), ("(", 1), ("(", 1)] {
      model.press(key)
      let changes = model.state.log.decisions.suffix(count).flatMap(\.changes)
      let sum = changes.filter { $0.module == 9 }.reduce(0) { $0 + $1.pruned + $1.grown }
      let rows = text(model, (120, 60)).split(separator: "\n")
      let row = try #require(rows.first { $0.contains("L1.o ") })
      let number = row.split(separator: " ").drop { !$0.contains("/") }.dropFirst().first
      #expect(number.map(String.init) == (sum == 0 ? "·" : "\(sum)"))
      #expect(text(model, (120, 40)).contains("last \(count) decisions"))
    }
  }

  @Test func `what is missing is said in words`() {
    var run = FixtureRun(cutAfter: 40, cadence: 1000)
    run.totalSteps = 600
    var model = self.model(run.events)
    for (metric, words) in [
      (Metric.importance, "no statistics yet"), (.maximum, "before the first decision, at step 70"),
      (.sum, "before the first decision"), (.margin, "before the first decision"),
    ] {
      model.press("m")
      #expect(model.metric == metric)
      #expect(text(model).contains(words), "\(metric)")
    }
    model.press("m", "m")
    #expect(text(model).contains("no gradient norm: no statistics yet"))
    model.press("m", "m")
    #expect(text(model).contains("no changes: nothing is scored before"))
    run.decisions = false
    model = self.model(run.events)
    model.press("m", "m")
    #expect(text(model).contains("this allocator takes no decisions"))
  }

  @Test func `a list by value puts the highest first and none last`() {
    var events = self.events
    events.append(
      .statistics(
        ModuleStatistics(
          step: 412, ranks: Array(repeating: 2, count: 36),
          importance: (0..<36).map { $0 == 4 ? .nan : Float($0 == 7 ? 99 : $0) },
          gradientNorm: Array(repeating: 0, count: 36), updateNorm: Array(repeating: 0, count: 36)
        )))
    var model = self.model(events)
    model.press("m", "o", "o", "o")
    func order() -> [String] {
      text(model, (120, 60)).split(separator: "\n").compactMap { row in
        row.split(separator: " ").first { $0.hasPrefix("L") && $0.contains(".") }.map(String.init)
      }
    }
    #expect(order().prefix(3) == ["L1.k", "L5.down", "L5.up"])
    #expect(order().last == "L0.up")
    model.press("O")
    #expect(order().first == "L0.up")
  }

  @Test func `a filter leaves what matches, and keys walk only there`() {
    var model = self.model()
    model.press("/")
    for key in "layer\\.[24]\\.q" { model.press(.character(key)) }
    model.press(.enter)
    model.press(.down)
    #expect(model.selection?.row == 2 && model.selection?.column == 0)
    model.press(.down, .down, .right)
    #expect(model.selection?.row == 4 && model.selection?.column == 0)
    #expect(text(model).contains("2 of 36") && !text(model).contains("L3"))
    model.press(.escape)
    #expect(text(model).contains("L3") && model.view == .heatmap)
    model.press("/", "Q", "$", .escape)
    #expect(!text(model).contains("of 36"))
  }

  @Test(arguments: [
    ("(a", "a ( without its )"), ("[q", "a [ without its ]"), ("q)", "a ) without its ("),
    ("*q", "repeats nothing"), ("q\\", "after \\ stands"), ("(q*)*", "could take forever"),
    ("((q|k)x)+", "could take forever"), (".*.*.*.*", "at most 3 repetitions"),
  ])
  func `what is no pattern is said while it is typed`(pattern: String, words: String) {
    var model = self.model()
    model.press("/")
    for key in pattern { model.press(.character(key)) }
    #expect(text(model, (120, 40)).contains(words))
    model.press(.backspace, .control("u"))
    #expect(text(model, (120, 40)).contains("a regular expression"))
  }

  @Test func `a filter that matches nothing says so`() {
    var model = self.model()
    model.press("/", "x", "y", "z", .enter, .down, .right)
    #expect(text(model).contains("/xyz/ matches no module"))
    model.press("o", .down)
    #expect(text(model).contains("/xyz/ matches no module"))
  }

  @Test func `80 layers by 7 kinds scroll both ways with their headers`() throws {
    let run = FixtureRun(
      layers: 80, kinds: ["query", "key", "value", "output", "gate", "up", "down"], capacity: 64,
      totalSteps: 60, target: 20000, cutAfter: 40)
    var model = self.model(run.events)
    var frames = text(model) + text(model, (40, 12))
    model.press("m", .down)
    for _ in 0..<5 { model.press(.pageDown) }
    for _ in 0..<6 { model.press(.right) }
    frames += text(model) + text(model, (40, 12)) + text(model, (20, 6))
    #expect(text(model, (40, 12)).contains("down") && text(model, (40, 12)).contains("L50"))
    model.press("o", "o", "o")
    frames += text(model) + text(model, (200, 60))
    try expectSnapshot(frames, named: "heatmap-560")
  }

  @Test func `one module, all equal, no numbers`() throws {
    var frames = ""
    let one = FixtureRun(layers: 1, kinds: ["q"], totalSteps: 30, target: 2, cutAfter: 20)
    var equal = ModuleStatistics(
      step: 412, ranks: Array(repeating: 3, count: 36),
      importance: Array(repeating: 0.5, count: 36),
      gradientNorm: Array(repeating: 0, count: 36), updateNorm: Array(repeating: -1, count: 36))
    let same = events + [.statistics(equal)]
    equal.importance = Array(repeating: .nan, count: 36)
    equal.gradientNorm = Array(repeating: .infinity, count: 36)
    for events in [one.events, same, events + [.statistics(equal)]] {
      var model = self.model(events)
      for _ in 0..<9 {
        model.press("m")
        for theme in themes {
          for (width, height) in viewSizes + [(0, 0), (33, 9), (3, 30)] {
            let frame = model.frame(width: width, height: height, theme: theme)
            #expect(frame.cells.count == width * height)
          }
        }
      }
      model.press("m", "o", "o", "o", .down)
      frames += text(model) + text(model, (40, 12))
    }
    try expectSnapshot(frames, named: "heatmap-extremes")
  }

  @Test func `a click chooses a module in the grid and in the list`() throws {
    var model = self.model()
    model.screen = (120, 40)
    var now = 0.0
    for keys in [[], [Key("o")], ["o", "o"]] {
      for key in keys { model.press(key) }
      for label in ["L4", "L2"] {
        let rows = text(model, (120, 40)).split(separator: "\n", omittingEmptySubsequences: false)
        let y = try #require(
          rows.firstIndex { $0.contains(keys.isEmpty ? "\(label) " : "\(label).") })
        // Two quick presses on one spot would be a double click.
        now += 1
        model.press(.mouse(MouseEvent(.press, x: 12, y: y)), now: now)
        #expect(model.selection?.row == (label == "L4" ? 4 : 2))
      }
    }
  }
}
