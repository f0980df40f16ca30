import Foundation

/// Numbers in a table; what is missing is a dash.
enum NumberForm {
  static let none = "–"

  /// A number with a fixed number of decimals.
  static func fixed(_ value: Double?, decimals: Int) -> String {
    value.map { String(format: "%.\(decimals)f", $0) } ?? none
  }

  /// A number with a fixed number of decimals and its sign; 0 without one.
  static func signed(_ value: Double?, decimals: Int) -> String {
    guard let value else { return none }
    let text = String(format: "%+.\(decimals)f", value)
    return text.allSatisfy { "+-0.".contains($0) } ? String(text.dropFirst()) : text
  }

  /// A mean of counts: whole where it is whole, else with one decimal; a blank between groups of three digits.
  static func count(_ value: Double?) -> String {
    guard let value else { return none }
    let isWhole = value == value.rounded()
    let text = String(format: isWhole ? "%.0f" : "%.1f", value)
    let whole = text.prefix { $0 != "." }
    var grouped = ""
    for (index, digit) in whole.enumerated() {
      if index > 0 && (whole.count - index) % 3 == 0 { grouped += " " }
      grouped.append(digit)
    }
    return grouped + text.dropFirst(whole.count)
  }

  /// Seconds in two units: `9.4s`, `1m34s`, `2h05m`.
  static func duration(_ seconds: Double?) -> String {
    guard let seconds else { return none }
    if seconds < 9.95 { return fixed(seconds, decimals: 1) + "s" }
    let total = Int(seconds.rounded())
    if total < 60 { return "\(total)s" }
    if total < 3600 { return String(format: "%dm%02ds", total / 60, total % 60) }
    return String(format: "%dh%02dm", total / 3600, total / 60 % 60)
  }
}
