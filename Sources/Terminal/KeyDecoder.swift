import CNcurses
import Screen

/// Turns the bytes and key codes of `cn_key` into keys.
///
/// terminfo names most sequences; this decodes the rest: UTF-8, control characters, and sequences of
/// other terminals than `TERM` claims, which are swallowed whole when unknown, so that the tail of one
/// never acts as keys. Alt and a key arrives as escape and that key.
package struct KeyDecoder: Sendable {
  private enum State: Sendable {
    case ground
    case escape
    /// After `ESC [`: its first number and whether anything followed the bracket.
    case sequence(number: Int, isInFirst: Bool, isBare: Bool)
    /// After `ESC O`.
    case keypad
    /// After `ESC [ [`, the Linux console's function keys.
    case console
    case text(value: UInt32, left: Int, smallest: UInt32)
    /// After `ESC [ <`, and after `ESC [ M`.
    case mouse(MouseReport), mouseBytes(MouseReport)
  }

  private var state = State.ground

  /// Creates a decoder.
  package init() {}

  /// Takes the next code and appends the keys it completes.
  package mutating func decode(_ code: Int32, into keys: inout [Key]) {
    guard code >= 0 else { return }
    guard let byte = UInt8(exactly: code) else {
      flush(into: &keys)
      state = .ground
      if let key = Self.key(named: code) { keys.append(key) }
      return
    }
    switch state {
    case .ground: ground(byte, into: &keys)
    case .escape: afterEscape(byte, into: &keys)
    case .sequence: inSequence(byte, into: &keys)
    case .keypad:
      state = .ground
      if let key = Self.keypad[byte] { keys.append(key) }
    case .console:
      state = .ground
      if (0x41...0x45).contains(byte) { keys.append(.function(Int(byte) - 0x40)) }
    case .text: inText(byte, into: &keys)
    case .mouse(var report):
      let outcome = report.takeDecimal(byte)
      state = .mouse(report)
      take(outcome, byte, into: &keys)
    case .mouseBytes(var report):
      let outcome = report.takeByte(byte)
      state = .mouseBytes(report)
      take(outcome, byte, into: &keys)
    }
  }

  private mutating func take(
    _ outcome: MouseReport.Outcome, _ byte: UInt8, into keys: inout [Key]
  ) {
    switch outcome {
    case .more: break
    case .done(let event):
      state = .ground
      if let event { keys.append(.mouse(event)) }
    case .broken:
      // The rest is swallowed as that of any sequence; a control character ends it.
      state = .sequence(number: 0, isInFirst: false, isBare: false)
      if byte < 0x20 || byte >= 0x40 {
        state = .ground
        if byte < 0x20 { ground(byte, into: &keys) }
      }
    }
  }

  /// Ends what is not going to be completed, since no more bytes have arrived.
  ///
  /// A character in UTF-8 may still be completed: its bytes have no other meaning.
  package mutating func flush(into keys: inout [Key]) {
    switch state {
    case .escape: keys.append(.escape)
    case .sequence(_, _, isBare: true): keys += [.escape, .character("[")]
    case .keypad: keys += [.escape, .character("O")]
    case .ground, .sequence, .console: break
    // The rest of a report that has begun is on its way; its bytes must not act as keys.
    case .mouse(let report), .mouseBytes(let report): if report.hasBegun { return }
    case .text: return
    }
    state = .ground
  }

  private mutating func ground(_ byte: UInt8, into keys: inout [Key]) {
    switch byte {
    case 0x1B: state = .escape
    case 0x08, 0x7F: keys.append(.backspace)
    case 0x09: keys.append(.tab)
    case 0x0A, 0x0D: keys.append(.enter)
    case 0x00: keys.append(.control(" "))
    case 0x01...0x1A: keys.append(.control(Character(Unicode.Scalar(byte + 0x60))))
    case 0x1C...0x1F: keys.append(.control(Character(Unicode.Scalar(byte + 0x40))))
    case 0x20...0x7E: keys.append(.character(Character(Unicode.Scalar(byte))))
    case 0xC2...0xDF: state = .text(value: UInt32(byte & 0x1F), left: 1, smallest: 0x80)
    case 0xE0...0xEF: state = .text(value: UInt32(byte & 0x0F), left: 2, smallest: 0x800)
    case 0xF0...0xF4: state = .text(value: UInt32(byte & 0x07), left: 3, smallest: 0x10000)
    default: break
    }
  }

  private mutating func afterEscape(_ byte: UInt8, into keys: inout [Key]) {
    switch byte {
    case UInt8(ascii: "["): state = .sequence(number: 0, isInFirst: true, isBare: true)
    case UInt8(ascii: "O"): state = .keypad
    default:
      keys.append(.escape)
      state = .ground
      ground(byte, into: &keys)
    }
  }

  private mutating func inSequence(_ byte: UInt8, into keys: inout [Key]) {
    guard case .sequence(var number, var isInFirst, let isBare) = state else { return }
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      if isInFirst { number = min(number * 10 + Int(byte - UInt8(ascii: "0")), 9999) }
      state = .sequence(number: number, isInFirst: isInFirst, isBare: false)
    case UInt8(ascii: "<") where isBare: state = .mouse(MouseReport())
    case 0x20...0x3F:
      isInFirst = false
      state = .sequence(number: number, isInFirst: isInFirst, isBare: false)
    case UInt8(ascii: "[") where isBare: state = .console
    case UInt8(ascii: "M") where isBare: state = .mouseBytes(MouseReport())
    case 0x40...0x7E:
      state = .ground
      if let key = Self.key(final: byte, number: number) { keys.append(key) }
    default:
      state = .ground
      ground(byte, into: &keys)
    }
  }

  private mutating func inText(_ byte: UInt8, into keys: inout [Key]) {
    guard case .text(let value, let left, let smallest) = state else { return }
    guard byte & 0xC0 == 0x80 else {
      state = .ground
      ground(byte, into: &keys)
      return
    }
    let longer = value << 6 | UInt32(byte & 0x3F)
    guard left == 1 else {
      state = .text(value: longer, left: left - 1, smallest: smallest)
      return
    }
    state = .ground
    // U+0080 ... U+009F are control characters of a kind nobody types.
    guard longer >= max(smallest, 0xA0), let scalar = Unicode.Scalar(longer) else { return }
    keys.append(.character(Character(scalar)))
  }
}
