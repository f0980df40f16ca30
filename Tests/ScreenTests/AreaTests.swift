import Screen
import Testing

struct AreaTests {
  @Test func `fixed parts come first and shares split the rest`() {
    let area = Area(x: 2, y: 3, width: 10, height: 20)
    let rows = area.rows(.cells(1), .share(1), .share(2), .cells(4))
    #expect(rows.map(\.height) == [1, 5, 10, 4])
    #expect(rows.map(\.y) == [3, 4, 9, 19])
    #expect(rows.allSatisfy { $0.x == 2 && $0.width == 10 })
    let columns = area.columns(.share(1), .cells(3))
    #expect(columns.map(\.width) == [7, 3])
    #expect(columns.map(\.x) == [2, 9])
  }

  @Test(arguments: 0...12)
  func `parts always fill an area and never exceed it`(width: Int) {
    let area = Area(x: 0, y: 0, width: width, height: 1)
    let parts = area.columns(.cells(3), .share(2), .cells(4), .share(1), .cells(-2))
    #expect(parts.map(\.width).reduce(0, +) == width)
    for (index, part) in parts.enumerated() {
      #expect(part.intersection(area) == part || part.isEmpty)
      for other in parts.dropFirst(index + 1) { #expect(!part.overlaps(other)) }
    }
  }

  @Test func `margins that meet leave nothing`() {
    let area = Area(x: 1, y: 1, width: 4, height: 2)
    #expect(area.inset(left: 1, top: 1, right: 1) == Area(x: 2, y: 2, width: 2, height: 1))
    #expect(area.inset(left: 3, right: 3).isEmpty)
    #expect(area.inset(top: 9, bottom: 9).isEmpty)
    #expect(area.row(1) == Area(x: 1, y: 2, width: 4, height: 1))
    #expect(area.row(2).isEmpty)
    #expect(area.row(-1).isEmpty)
  }

  @Test func `the middle is the middle, cut to what fits`() {
    let area = Area(x: 0, y: 0, width: 10, height: 5)
    #expect(area.centered(width: 4, height: 3) == Area(x: 3, y: 1, width: 4, height: 3))
    #expect(area.centered(width: 40, height: 30) == area)
  }

  @Test func `areas that touch do not overlap`() {
    let left = Area(x: 0, y: 0, width: 3, height: 3)
    #expect(!left.overlaps(Area(x: 3, y: 0, width: 3, height: 3)))
    #expect(left.overlaps(Area(x: 2, y: 2, width: 3, height: 3)))
    #expect(left.intersection(Area(x: 5, y: 5, width: 1, height: 1)).isEmpty)
  }
}
