/// Numbers as people read them, in few columns. What is not finite never looks like a number.
public enum NumberText {
  /// The sign for a value that is not a number.
  public static let none = "–"

  /// A value with a fixed number of decimals, halves away from zero; `–` for NaN, `∞` for infinity.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return notFinite(value) }
    let decimals = min(max(decimals, 0), 9)
    let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 1e15 else { return scientific(value) }
    let digits = Int(scaled)
    let sign = value < 0 && digits > 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(digits) }
    let fraction = String(digits % Int(scale))
    let zeros = String(repeating: "0", count: decimals - fraction.count)
    return sign + String(digits / Int(scale)) + "." + zeros + fraction
  }

  /// A value in at most `columns` columns (4 or more, a sign not counted): `0.0123`, `12.3`, `1.2k`,
  /// `3.4M`, `1e-5`.
  ///
  /// As many decimals as there is room for, but no more than three significant digits.
  public static func short(_ value: Double, columns: Int = 6) -> String {
    guard value.isFinite else { return notFinite(value) }
    let size = abs(value)
    if size == 0 { return "0" }
    let columns = max(columns, 4)
    if size >= 999.5 { return thousands(value) }
    let whole = size < 9.995 ? 1 : size < 99.95 ? 2 : 3
    var significant = 3 - whole
    var leading = size
    while leading < 0.995 && significant < 9 {
      leading *= 10
      significant += 1
    }
    if leading < 0.995 { return scientific(value, columns) }
    let room = columns - whole - 1
    if size < 1 && room < significant - 1 { return scientific(value, columns) }
    let decimals = max(0, min(significant, room))
    return fixed(value, decimals: decimals)
  }

  /// A count with a blank between groups of three digits: `2 910`.
  public static func grouped(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var result = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { result.append(" ") }
      result.append(digit)
    }
    return result
  }

  /// A duration in two units: `9.4s`, `34s`, `1m34s`, `2h05m`, `3d04h`; `–` for what is no duration.
  public static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return none }
    if seconds < 9.95 { return fixed(seconds, decimals: 1) + "s" }
    let total = Int(seconds.rounded())
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    switch total {
    case ..<60: return "\(total)s"
    case ..<3600: return "\(total / 60)m\(two(total % 60))s"
    case ..<86400: return "\(total / 3600)h\(two(total / 60 % 60))m"
    default: return "\(total / 86400)d\(two(total / 3600 % 24))h"
    }
  }

  /// A fraction as per cent with one decimal: `95.2 %`.
  public static func percent(_ fraction: Double) -> String {
    fraction.isFinite ? fixed(fraction * 100, decimals: 1) + " %" : notFinite(fraction)
  }

  private static func notFinite(_ value: Double) -> String {
    value.isNaN ? none : value < 0 ? "-∞" : "∞"
  }

  private static func thousands(_ value: Double) -> String {
    var scaled = abs(value)
    for unit in ["", "k", "M", "G", "T", "P"] {
      if scaled < 999.5 {
        let decimals = unit.isEmpty || scaled >= 9.95 ? 0 : 1
        return (value < 0 ? "-" : "") + fixed(scaled, decimals: decimals) + unit
      }
      scaled /= 1000
    }
    return scientific(value)
  }

  /// One digit and an exponent; in 7 columns or more up to three digits: `4.38e-8`.
  private static func scientific(_ value: Double, _ columns: Int = 0) -> String {
    if columns >= 7 { return precise(value, columns) }
    var mantissa = abs(value)
    var exponent = 0
    while mantissa >= 9.5 {
      mantissa /= 10
      exponent += 1
    }
    while mantissa < 0.95 {
      mantissa *= 10
      exponent -= 1
    }
    return (value < 0 ? "-" : "") + "\(Int(mantissa.rounded()))e\(exponent)"
  }

  private static func precise(_ value: Double, _ columns: Int) -> String {
    var mantissa = abs(value)
    var exponent = 0
    while mantissa < 1 {
      mantissa *= 10
      exponent -= 1
    }
    // What is left of the columns behind the first digit, the point and the exponent.
    let decimals = min(2, columns - 3 - "\(exponent)".count)
    guard decimals > 0 else { return scientific(value) }
    var text = fixed(mantissa, decimals: decimals)
    if text.hasPrefix("10") {
      exponent += 1
      text = fixed(1, decimals: decimals)
    }
    return (value < 0 ? "-" : "") + "\(text)e\(exponent)"
  }
}
