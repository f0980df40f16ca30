import Dashboard
import RunEvents
import Screen
import Testing

/// Numbers typed before a key.
struct CountTests {
  private let model = DashboardModel(FixtureRun(cutAfter: 250).events)

  private func text(_ model: DashboardModel) -> String {
    model.frame(width: 80, height: 24, theme: themes[0]).text
  }

  @Test func `two digits are a count, and the view of the first is taken back`() {
    var model = model
    model.press("3")
    #expect(model.press("1", "0", "]", now: 5) == [.move(.decisions(10))])
    #expect(model.view == .timeline)
    #expect(model.press("]", now: 5) == [.move(.decisions(1))])
    #expect(model.press("5", "0", "0", ",", now: 10) == [.move(.steps(-500))])
    #expect(model.view == .timeline)
  }

  @Test func `leafing through views as fast as one likes ends in the last of them`() {
    var model = model
    model.press("1", "2", "3")
    #expect(model.view == .timeline && model.focus == .timeline)
    // Nothing lingers: after a moment the digits are no count any more, and none is shown.
    #expect(text(model).contains("count 123"))
    #expect(model.nextDeadline == 0.8)
    #expect(model.tick(now: 0.8) == [])
    #expect(!text(model).contains("count"))
    #expect(model.press("]", now: 0.9) == [.move(.decisions(1))])
    #expect(model.view == .timeline)
    // Without the tick, too.
    model.press("4", "2", now: 10)
    #expect(model.press(".", now: 11) == [.move(.steps(1))] && model.view == .heatmap)
  }

  @Test func `a key that nothing can be counted of leaves the views as they were chosen`() {
    var model = model
    model.press("1", "2", "e")
    #expect(model.view == .heatmap && model.isExpanded)
    #expect(model.press("]") == [.move(.decisions(1))])
  }

  @Test func `the key is that of the place before the digits`() {
    // In the timeline l is a column of time, in the heatmap it would choose a module.
    var model = model
    model.press("3")
    let one = model.press("l", now: 5)
    guard case .move(.steps(let column))? = one.first else {
      Issue.record("nothing moves")
      return
    }
    guard case .move(.steps(let columns))? = model.press("1", "2", "l", now: 10).first else {
      Issue.record("no count")
      return
    }
    #expect(columns > 11 * (column - 1) && columns < 13 * (column + 1))
    #expect(model.view == .timeline && model.selection == nil)
  }

  @Test func `a digit after a while chooses its view`() {
    var model = model
    model.press("2", now: 1)
    model.press("3", now: 1.9)
    #expect(model.view == .timeline)
    #expect(model.press("]", now: 2) == [.move(.decisions(1))])
  }

  @Test func `digits that can only be a count may take their time`() {
    var model = model
    #expect(model.press("7", "]") == [.move(.decisions(7))])
    model.press("9", "9", "9")
    #expect(model.nextDeadline == nil)
    #expect(model.press(".", now: 60) == [.move(.steps(999))])
    model.press("1", "0", now: 70)
    #expect(text(model).contains("count 10"))
    model.press("5", now: 80)
    #expect(model.view == .overview)
    #expect(model.press("[", now: 90) == [.move(.decisions(-105))])
  }

  @Test func `a nought begins no count, and what it did in a pane is taken back by one`() {
    var model = model
    #expect(model.press("0", "5", "[") == [.move(.decisions(-1))])
    #expect(model.view == .compare)
    model.press("3", "i", now: 5)
    func isZoomed() -> Bool { text(model).contains("  steps ") }
    #expect(isZoomed())
    #expect(model.press("3", "0", "]", now: 10) == [.move(.decisions(30))])
    #expect(isZoomed())
    model.press("0", now: 20)
    #expect(!isZoomed())
  }

  @Test func `a count is shown, and escape lets it go`() {
    var model = model
    model.press(.down, "1", "2")
    #expect(text(model).contains("count 12"))
    model.press(.escape)
    #expect(model.selection != nil && model.view == .overview)
    #expect(!text(model).contains("count 12"))
    #expect(model.press("]") == [.move(.decisions(1))])
  }

  @Test func `rows, pages, changes and questions are counted`() {
    var model = model
    model.press("3", now: 0)
    model.press(.down, now: 5)
    model.press("1", "0", .down, now: 10)
    let place = model.selection
    #expect(place?.row == 1 && place?.column == 4)
    let module = model.state.grid.module(row: 1, column: 4)!
    #expect(model.press("1", "2", "}", now: 20) == [.move(.changes(of: module, 12))])
    #expect(model.press("1", "2", "{", now: 30) == [.move(.changes(of: module, -12))])
  }

  @Test func `a proposal that comes between the digits stays on the screen`() {
    var model = model
    model.press("1", "2")
    let events = FixtureRun(cutAfter: 300).events
    for case .decision(let decision) in events where decision.step > 250 {
      model.apply(.proposed(decision))
      break
    }
    #expect(model.view == .decision)
    #expect(model.press("]") == [.move(.decisions(1))] && model.view == .decision)
  }

  @Test func `a count beyond all bounds is bounded`() {
    var model = model
    for _ in 0..<40 { model.press("9") }
    #expect(model.press(".") == [.move(.steps(99_999_999))])
  }
}
