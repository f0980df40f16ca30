import Dashboard
import Screen
import Testing

struct LayoutTests {
  private static let shapes = [
    Layout.Shape(layers: 6, kinds: 6, modules: 36), Layout.Shape(layers: 0, kinds: 0, modules: 0),
    Layout.Shape(layers: 80, kinds: 7, modules: 560), Layout.Shape(layers: 1, kinds: 1, modules: 1),
    Layout.Shape(layers: 12, kinds: 6, modules: 72, cellWidth: 8),
    Layout.Shape(layers: 4, kinds: 40, modules: 160),
  ]

  @Test(arguments: shapes)
  func `nothing overlaps and nothing leaves the screen`(shape: Layout.Shape) {
    for height in 0...64 {
      for width in [0, 1, 2, 10, 20, 31, 32, 40, 60, 71, 72, 80, 89, 90, 100, 120, 200] {
        for focus in Pane.overview {
          let layout = Layout(width: width, height: height, shape: shape, focus: focus)
          expectNoOverlap(layout, width: width, height: height)
        }
      }
    }
  }

  @Test(arguments: shapes)
  func `the pane with the focus is always among those shown`(shape: Layout.Shape) {
    for height in 2...64 {
      for width in [1, 20, 40, 60, 72, 80, 120, 200] {
        for focus in Pane.overview {
          for isAlone in [false, true] {
            let layout = Layout(
              width: width, height: height, shape: shape, focus: focus, isAlone: isAlone)
            #expect(
              layout.panes[focus].map { !$0.isEmpty } == true, "\(focus) at \(width)x\(height)")
            if isAlone { #expect(layout.panes.count == 1) }
          }
        }
      }
    }
  }

  @Test(arguments: [(80, 24), (120, 40), (200, 60)])
  func `ordinary terminals show all four panes`(width: Int, height: Int) {
    let layout = Layout(width: width, height: height, shape: Self.shapes[0], focus: .heatmap)
    #expect(layout.panes.count == 4)
  }
}

/// Insists that no two parts of a screen overlap and none leaves it.
func expectNoOverlap(
  _ layout: Layout, width: Int, height: Int, sourceLocation: SourceLocation = #_sourceLocation
) {
  let screen = Area(x: 0, y: 0, width: width, height: height)
  let areas =
    [layout.header, layout.budget, layout.schedule, layout.verdict, layout.footer]
    + layout.panes.values
  for (index, area) in areas.enumerated() where !area.isEmpty {
    #expect(area.intersection(screen) == area, sourceLocation: sourceLocation)
    for other in areas.dropFirst(index + 1) {
      #expect(!area.overlaps(other), sourceLocation: sourceLocation)
    }
  }
}
