import Screen
import Testing

struct NumberTextTests {
  private static let short: [(Double, String)] = [
    (0.0, "0"), (1.0, "1.00"), (1.234, "1.23"), (9.994, "9.99"), (9.996, "10.0"), (12.34, "12.3"),
    (99.96, "100"), (123.4, "123"), (999.4, "999"), (999.6, "1.0k"), (1234, "1.2k"),
    (12345, "12k"), (999_499, "999k"), (999_999, "1.0M"), (3.4e6, "3.4M"), (2e12, "2.0T"),
    (1e18, "1e18"), (0.5, "0.500"), (0.0123, "0.0123"), (0.00123, "0.0012"), (0.00012, "1e-4"),
    (1.2e-5, "1e-5"),
    (-0.25, "-0.250"), (-1234, "-1.2k"), (.nan, "–"), (.infinity, "∞"), (-.infinity, "-∞"),
    (1.2e-300, "1e-300"), (1.7e308, "2e308"),
  ]

  @Test(arguments: short)
  func `short numbers`(value: Double, text: String) {
    #expect(NumberText.short(value) == text)
  }

  @Test(arguments: [
    (4.3833e-8, "4.38e-8"), (-4.3833e-8, "-4.38e-8"), (9.996e-8, "1.00e-7"),
    (4.3833e-11, "4.4e-11"), (9.996e-12, "1.0e-11"), (1.2e-300, "1e-300"), (0.00123, "0.00123"),
    (1.2e-4, "0.00012"),
  ]) func `seven columns have room for three digits`(value: Double, text: String) {
    #expect(NumberText.short(value, columns: 7) == text)
  }

  @Test func `short numbers keep to their columns`() {
    var value = 1.1e-9
    while value < 1e17 {
      for columns in 4...8 {
        let text = NumberText.short(value, columns: columns)
        #expect(text.cellCount <= columns, "\(value) in \(columns): \(text)")
      }
      value *= 1.37
    }
  }

  private static let fixed: [(Double, Int, String)] = [
    (1.005, 1, "1.0"), (2.5, 0, "3"), (-2.5, 0, "-3"), (0.05, 1, "0.1"), (-0.04, 1, "0.0"),
    (1234.5678, 2, "1234.57"), (.nan, 2, "–"), (1e20, 2, "1e20"),
  ]

  @Test(arguments: fixed)
  func `fixed decimals`(value: Double, decimals: Int, text: String) {
    #expect(NumberText.fixed(value, decimals: decimals) == text)
  }

  private static let durations: [(Double, String)] = [
    (0.0, "0.0s"), (9.44, "9.4s"), (9.96, "10s"), (34, "34s"), (59.6, "1m00s"), (94, "1m34s"),
    (3599.7, "1h00m"), (7500, "2h05m"), (273_600, "3d04h"), (-1, "–"), (.nan, "–"),
    (.infinity, "–"),
  ]

  @Test(arguments: durations)
  func `durations in two units`(seconds: Double, text: String) {
    #expect(NumberText.duration(seconds) == text)
  }

  @Test func `counts and shares`() {
    #expect(NumberText.grouped(0) == "0")
    #expect(NumberText.grouped(2910) == "2 910")
    #expect(NumberText.grouped(-1_234_567) == "-1 234 567")
    #expect(NumberText.grouped(.min).hasPrefix("-9 223"))
    #expect(NumberText.percent(0.9524) == "95.2 %")
    #expect(NumberText.percent(.nan) == "–")
  }
}
