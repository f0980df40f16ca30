import Screen
import Testing

@Suite struct FrameDifferenceTests {
  private typealias Run = FrameDifference.Run

  @Test func `equal frames differ nowhere, shared or not`() {
    var one = Frame(width: 7, height: 3)
    one[2, 1] = Cell("a")
    var other = Frame(width: 7, height: 3)
    other[2, 1] = Cell("a")
    #expect(FrameDifference(from: one, to: one).isEmpty)
    #expect(FrameDifference(from: one, to: other).isEmpty)
  }

  @Test func `neighbours in a row are one run, neighbours across an edge are two`() {
    let old = Frame(width: 4, height: 3)
    var new = old
    for (x, y) in [(1, 0), (2, 0), (3, 1), (0, 2), (2, 2)] { new[x, y] = Cell("x") }
    #expect(
      FrameDifference(from: old, to: new).runs == [
        Run(x: 1, y: 0, count: 2), Run(x: 3, y: 1, count: 1), Run(x: 0, y: 2, count: 1),
        Run(x: 2, y: 2, count: 1),
      ])
  }

  @Test func `a style alone is a change`() {
    let old = Frame(width: 2, height: 1)
    var new = old
    new[1, 0] = Cell(" ", style: Style(background: .indexed(4)))
    #expect(FrameDifference(from: old, to: new).runs == [Run(x: 1, y: 0, count: 1)])
  }

  @Test func `a first frame and another size are sent whole`() {
    let frame = Frame(width: 5, height: 2)
    let whole = [Run(x: 0, y: 0, count: 5), Run(x: 0, y: 1, count: 5)]
    #expect(FrameDifference(from: nil, to: frame).runs == whole)
    #expect(FrameDifference(from: Frame(width: 2, height: 5), to: frame).runs == whole)
    #expect(FrameDifference(from: Frame(width: 5, height: 1), to: frame).runs == whole)
  }

  @Test func `frames without cells have no runs`() {
    for (width, height) in [(0, 0), (0, 4), (4, 0)] {
      let frame = Frame(width: width, height: height)
      #expect(FrameDifference(from: nil, to: frame).isEmpty)
      #expect(FrameDifference(from: Frame(width: 1, height: 1), to: frame).isEmpty)
    }
  }

  @Test(arguments: [(1, 1), (1, 9), (9, 1), (13, 7), (80, 24)])
  func `writing the runs over the old frame gives the new one`(width: Int, height: Int) {
    var random = SystemRandomNumberGenerator()
    for share in [0.01, 0.3, 0.9] {
      var old = Frame(width: width, height: height)
      var new = old
      for y in 0..<height {
        for x in 0..<width {
          old[x, y] = Cell(Bool.random(using: &random) ? "a" : "b")
          new[x, y] =
            Double.random(in: 0..<1, using: &random) < share ? Cell("c") : old[x, y]
        }
      }
      var changed = 0
      for run in FrameDifference(from: old, to: new).runs {
        for x in run.x..<run.x + run.count {
          #expect(old[x, run.y] != new[x, run.y])
          old[x, run.y] = new[x, run.y]
          changed += 1
        }
      }
      #expect(old == new)
      #expect(changed == new.cells.count { $0.glyph == "c" })
    }
  }
}
