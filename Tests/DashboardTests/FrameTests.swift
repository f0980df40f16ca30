import Dashboard
import RunEvents
import Screen
import Testing

struct FrameTests {
  private static let sizes = [(120, 40), (80, 24), (40, 12), (20, 6), (1, 1)]
  private let model = DashboardModel(FixtureRun(cutAfter: 412).events)

  @Test(arguments: sizes)
  func `the overview at every size`(width: Int, height: Int) throws {
    let frame = model.frame(width: width, height: height, theme: Theme(depth: .full))
    try expectSnapshot(frame.text, named: "overview-\(width)x\(height)")
  }

  @Test func `the overview in ASCII without colours`() throws {
    let frame = model.frame(
      width: 80, height: 24, theme: Theme(depth: .none, glyphs: .ascii))
    try expectSnapshot(frame.text, named: "overview-80x24-ascii")
  }

  @Test func `the colours of the overview`() throws {
    let grid = model.frame(width: 80, height: 24, theme: Theme(depth: .full)).styleGrid
    let legend = grid.legend.map { "\($0.letter) \(describe($0.style))" }
    try expectSnapshot(
      (grid.rows + [""] + legend).map { $0 + "\n" }.joined(), named: "overview-80x24-styles")
  }

  @Test func `a planted run shows found and planted ranks`() throws {
    var run = FixtureRun(name: "demo", cutAfter: 412)
    run.isPlanted = true
    let model = DashboardModel(run.events)
    let frame = model.frame(width: 120, height: 40, theme: Theme(depth: .full))
    try expectSnapshot(frame.text, named: "planted-120x40")
  }

  @Test func `help, menus and the heatmap of importance`() throws {
    var model = model
    model.press("m", .down, .down, .right)
    let theme = Theme(depth: .full)
    try expectSnapshot(
      model.frame(width: 80, height: 24, theme: theme).text, named: "importance-80x24")
    model.press("a")
    try expectSnapshot(
      model.frame(width: 80, height: 24, theme: theme).text, named: "allocators-80x24")
    model.press(.escape, "?")
    try expectSnapshot(model.frame(width: 80, height: 24, theme: theme).text, named: "help-80x24")
    model.press(.escape, "q")
    try expectSnapshot(model.frame(width: 80, height: 24, theme: theme).text, named: "quit-80x24")
  }

  @Test func `a replay, held in the middle`() throws {
    let list = EventList(FixtureRun().events)
    var model = DashboardModel(mode: .replay)
    model.begin(with: try list.finalState())
    try model.follow(RunNavigator(cursor: 200), in: list)
    let frame = model.frame(width: 120, height: 40, theme: Theme(depth: .full))
    try expectSnapshot(frame.text, named: "replay-120x40")
  }

  @Test func `80 layers scroll and say so`() throws {
    let run = FixtureRun(
      layers: 80, kinds: ["q", "k", "v", "o", "gate", "up", "down"], capacity: 16, totalSteps: 60,
      target: 5000, cutAfter: 40)
    var model = DashboardModel(run.events)
    let theme = Theme(depth: .full)
    let top = model.frame(width: 120, height: 40, theme: theme).text
    #expect(top.contains("layers 0-32 of 80"))
    for _ in 0..<9 { model.press(.pageDown) }
    let bottom = model.frame(width: 120, height: 40, theme: theme).text
    #expect(bottom.contains("layers 47-79 of 80"))
    try expectSnapshot(bottom, named: "80-layers-120x40")
  }

  @Test func `a run that is not there yet`() throws {
    let frame = DashboardModel(mode: .live).frame(width: 80, height: 24, theme: themes[0])
    try expectSnapshot(frame.text, named: "waiting-80x24")
  }

  @Test func `every size from nothing up draws without a trap`() {
    let models = [
      model, DashboardModel(mode: .replay), DashboardModel(FixtureRun(totalSteps: 0).events),
      DashboardModel(FixtureRun(layers: 1, kinds: ["q"], totalSteps: 30).events),
    ]
    for model in models {
      for height in 0...26 {
        for width in [0, 1, 2, 3, 5, 8, 13, 24, 31, 32, 40, 71, 72, 73, 90] {
          let frame = model.frame(width: width, height: height, theme: themes[0])
          #expect(frame.width == width && frame.height == height)
        }
      }
    }
  }

  @Test func `the header survives down to one cell`() {
    let theme = Theme(depth: .full)
    #expect(model.frame(width: 1, height: 1, theme: theme).rows == ["●"])
    #expect(model.frame(width: 20, height: 1, theme: theme).rows[0].contains("412/684"))
    #expect(model.frame(width: 20, height: 6, theme: theme).text.contains("L0"))
  }

  @Test(arguments: [0, 1, 2, 3, 4])
  func `terminals get only what they can show`(index: Int) {
    let theme = themes[index]
    for size in Self.sizes {
      let frame = model.frame(width: size.0, height: size.1, theme: theme)
      for cell in frame.cells {
        if !theme.glyphs.hasBraille { #expect(cell.glyph.isASCII) }
        #expect(cell.glyph.cellGlyph == cell.glyph)
        if theme.depth == .none {
          #expect(cell.style.foreground == .standard && cell.style.background == .standard)
        }
      }
    }
  }

  @Test func `a loss that is not finite is shown as none`() {
    var model = DashboardModel([.started(FixtureRun().manifest)])
    for step in 1...40 { model.apply(report(step, loss: step > 20 ? .nan : 2)) }
    let text = model.frame(width: 120, height: 40, theme: themes[0]).text
    #expect(text.contains("loss –"))
    #expect(!text.contains("nan"))
    var broken = DashboardModel([.started(FixtureRun().manifest)])
    for step in 1...5 { broken.apply(report(step, loss: .infinity)) }
    #expect(broken.frame(width: 120, height: 40, theme: themes[0]).text.contains("no finite loss"))
  }

  @Test func `values that are all equal still draw a curve`() {
    var model = DashboardModel([.started(FixtureRun().manifest)])
    for step in 1...40 { model.apply(report(step, loss: 0.5)) }
    let frame = model.frame(width: 120, height: 40, theme: themes[0])
    #expect(frame.cells.contains { (0x2801...0x28FF).contains($0.glyph.value) })
    #expect(frame.text.contains("0.500"))
  }

  @Test func `every intervention has its letter on the timeline`() throws {
    var model = model
    model.apply(intervention(.stop, id: 900, step: 412))
    let rows = model.frame(width: 120, height: 40, theme: themes[0]).rows
    let title = try #require(rows.firstIndex { $0.contains("pruning timeline") })
    let letters = rows[title + 1].unicodeScalars.filter { "BPRAS".unicodeScalars.contains($0) }
    #expect(String(String.UnicodeScalarView(letters)) == "BPRAS")
  }

  @Test func `a rank of zero is a mark, not a dark number`() throws {
    let manifest = FixtureRun(layers: 1, kinds: ["q", "k"], capacity: 6).manifest
    var model = DashboardModel([.started(manifest)])
    model.apply(
      .statistics(
        ModuleStatistics(
          step: 1, ranks: [0, 6], importance: [.nan, 1], gradientNorm: [1, 1], updateNorm: [1, 1])))
    let frame = model.frame(width: 80, height: 24, theme: themes[0])
    let row = try #require(frame.rows.firstIndex { $0.contains("L0") })
    let line = Array(frame.rows[row].unicodeScalars)
    let zero = try #require(line.firstIndex(of: "·"))
    #expect(frame[zero, row].style.background == .standard)
    let six = try #require(line.firstIndex(of: "6"))
    #expect(frame[six, row].style.background != .standard)
  }

  @Test(arguments: 1...4)
  func `random keys at random sizes never trap`(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let keys =
      KeyTable.standard.bindings.flatMap(\.keys) + [
        .function(3), "x", .resize(width: 3, height: 3),
      ]
    let run = FixtureRun(layers: 3 + seed * 2, totalSteps: 120, cutAfter: 90)
    for mode in [Mode.live, .readOnly, .replay] {
      var model = DashboardModel(run.events, mode: mode)
      for round in 0..<80 {
        guard let key = keys.randomElement(using: &random) else { return }
        _ = model.apply(key, now: Double(round))
        _ = model.tick(now: Double(round))
        let frame = model.frame(
          width: .random(in: 0...130, using: &random), height: .random(in: 0...50, using: &random),
          theme: themes[round % themes.count])
        #expect(frame.cells.count == frame.width * frame.height)
      }
    }
  }

  private func describe(_ style: Style) -> String {
    func name(_ color: Color) -> String {
      if case .indexed(let index) = color { "\(index)" } else { "-" }
    }
    return "\(name(style.foreground)) on \(name(style.background)) \(style.attributes.rawValue)"
  }
}
