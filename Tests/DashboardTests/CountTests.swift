import Dashboard
import RunEvents
import Screen
import Testing

/// Numbers typed before a key.
struct CountTests {
  private let model = DashboardModel(FixtureRun(cutAfter: 250).events)

  @Test func `two digits are a count, and the view of the first is taken back`() {
    var model = model
    #expect(model.press("1", "0", "]") == [.move(.decisions(10))])
    #expect(model.view == .overview)
    #expect(model.press("]") == [.move(.decisions(1))])
    #expect(model.press("2") == [] && model.view == .heatmap)
    #expect(model.press("5", "0", "0", ",", now: 5) == [.move(.steps(-500))])
    #expect(model.view == .heatmap)
    #expect(model.press("0", "5", "[", now: 9) == [.move(.decisions(-5))])
  }

  @Test func `a digit after a while chooses its view`() {
    var model = model
    model.press("2", now: 1)
    model.press("3", now: 1.9)
    #expect(model.view == .timeline)
    #expect(model.press("]", now: 2) == [.move(.decisions(1))])
  }

  @Test func `digits without a view begin a count at once`() {
    var model = model
    #expect(model.press("7", "]") == [.move(.decisions(7))])
    #expect(model.press("9", "9", "9", ".") == [.move(.steps(999))])
  }

  @Test func `a count is shown, and escape lets it go`() {
    var model = model
    model.press(.down, "1", "2")
    #expect(model.frame(width: 80, height: 24, theme: themes[0]).text.contains("count 12"))
    model.press(.escape)
    #expect(model.selection != nil)
    #expect(!model.frame(width: 80, height: 24, theme: themes[0]).text.contains("count 12"))
    #expect(model.press("]") == [.move(.decisions(1))])
  }

  @Test func `rows, pages and changes are counted`() {
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

  @Test func `a count beyond all bounds is bounded`() {
    var model = model
    for _ in 0..<40 { model.press("9") }
    #expect(model.press(".") == [.move(.steps(99_999_999))])
  }
}
