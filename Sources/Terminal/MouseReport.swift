import Screen

/// A mouse report while it arrives: `ESC [ < button ; x ; y M` (mode 1006, `m` for a release), or
/// `ESC [ M` and three bytes above 32 (mode 1000).
struct MouseReport: Sendable {
  /// Numbers taken so far; the last one is being read.
  private var values: (Int, Int, Int) = (0, 0, 0)
  private var field = 0

  /// What became of a byte.
  enum Outcome: Sendable {
    case more
    case done(MouseEvent?)
    /// It belongs to no report.
    case broken
  }

  /// Whether anything of it has arrived.
  var hasBegun: Bool { field > 0 || values.0 > 0 }

  /// Takes a byte of a report in decimal numbers.
  mutating func takeDecimal(_ byte: UInt8) -> Outcome {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      let digit = Int(byte - UInt8(ascii: "0"))
      update { min($0 * 10 + digit, 99_999) }
    case UInt8(ascii: ";"):
      field += 1
    case UInt8(ascii: "M"), UInt8(ascii: "m"):
      // With more or fewer numbers it is no report, but swallowed whole like one.
      guard field == 2 else { return .done(nil) }
      return .done(event(isRelease: byte == UInt8(ascii: "m")))
    default: return .broken
    }
    return .more
  }

  /// Takes one of three bytes, 32 above the number each.
  mutating func takeByte(_ byte: UInt8) -> Outcome {
    guard byte >= 32 else { return .broken }
    update { _ in Int(byte) - 32 }
    field += 1
    guard field == 3 else { return .more }
    return .done(event(isRelease: values.0 & 3 == 3 && values.0 & (32 | 64) == 0))
  }

  private mutating func update(_ change: (Int) -> Int) {
    switch field {
    case 0: values.0 = change(values.0)
    case 1: values.1 = change(values.1)
    default: values.2 = change(values.2)
    }
  }

  /// What the numbers say; nil for other buttons and for moves without one.
  private func event(isRelease: Bool) -> MouseEvent? {
    let (button, x, y) = (values.0 & ~(4 | 8 | 16), values.1 - 1, values.2 - 1)
    guard x >= 0, y >= 0 else { return nil }
    let kind: MouseEvent.Kind? =
      switch button {
      case 0: isRelease ? .release : .press
      case 3: isRelease ? .release : nil
      case 32: .drag
      case 64: isRelease ? nil : .wheelUp
      case 65: isRelease ? nil : .wheelDown
      default: nil
      }
    return kind.map { MouseEvent($0, x: x, y: y) }
  }
}
