import Screen

/// The part of an xterm that a screen program uses: enough to see what a user would see.
///
/// A sequence it does not know is kept in `unknown`, so that a test can insist on none.
struct TerminalEmulator {
  /// Modes that must be as before when a program has left.
  struct Modes: Hashable {
    var isOnSecondScreen = false
    var isCursorVisible = true
    var hasApplicationCursorKeys = false
    var hasApplicationKeypad = false
    /// Other private modes that are on, such as mouse, paste and synchronized output; 7, wrapping at
    /// the edge, is on from the beginning.
    var others: Set<Int> = [7]
    var style = Style.plain
  }

  private(set) var modes = Modes()
  private(set) var frame: Frame
  private(set) var unknown: [String] = []
  /// How often synchronized output was begun.
  private(set) var synchronizations = 0

  private var firstScreen: Frame
  private var x = 0
  private var y = 0
  private var isAtEdge = false
  private var saved = (x: 0, y: 0, style: Style.plain)
  /// Rows that scroll, where a program has chosen some.
  private var region: ClosedRange<Int>?
  private var last: Unicode.Scalar = " "
  private var pending: [UInt8] = []

  init(width: Int = 80, height: Int = 24) {
    frame = Frame(width: width, height: height)
    firstScreen = frame
  }

  /// Feeds bytes a program has written; they may end inside a sequence.
  mutating func feed(_ bytes: [UInt8]) {
    pending += bytes
    var start = 0
    while start < pending.count, let length = step(pending[start...]) { start += length }
    pending.removeFirst(start)
  }

  /// Handles one character or sequence and returns its length, or `nil` when it is incomplete.
  private mutating func step(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard let first = bytes.first else { return nil }
    switch first {
    case 0x1B: return escape(bytes)
    case 0x08:
      move(to: x - 1, y)
    case 0x09: move(to: (x / 8 + 1) * 8, y)
    case 0x0A: lineFeed()
    case 0x0D: move(to: 0, y)
    case 0x07, 0x0E, 0x0F: break
    case 0x20...0x7E: put(Unicode.Scalar(first))
    case 0xC0...0xFF:
      let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
      guard bytes.count >= length else { return nil }
      put(String(decoding: bytes.prefix(length), as: UTF8.self).unicodeScalars.first ?? "?")
      return length
    default: unknown.append("byte \(first)")
    }
    return 1
  }

  private mutating func escape(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= 2 else { return nil }
    switch bytes[bytes.startIndex + 1] {
    case UInt8(ascii: "["):
      let isLast: (UInt8) -> Bool = { (0x40...0x7E).contains($0) || $0 == 0x1B }
      guard let final = bytes.dropFirst(2).firstIndex(where: isLast) else { return nil }
      // A sequence cut short by the next one, as when a program is killed while it writes.
      if bytes[final] == 0x1B { return final - bytes.startIndex }
      let body = String(decoding: bytes[bytes.startIndex + 2..<final], as: UTF8.self)
      control(body, Character(Unicode.Scalar(bytes[final])))
      return final - bytes.startIndex + 1
    case UInt8(ascii: "]"), UInt8(ascii: "_"):
      // Titles and palettes: as far as the bell or the string's end.
      guard let end = bytes.firstIndex(where: { $0 == 7 || $0 == UInt8(ascii: "\\") }) else {
        return nil
      }
      return end - bytes.startIndex + 1
    case UInt8(ascii: "("), UInt8(ascii: ")"):
      return bytes.count >= 3 ? 3 : nil
    case UInt8(ascii: "="): modes.hasApplicationKeypad = true
    case UInt8(ascii: ">"): modes.hasApplicationKeypad = false
    case UInt8(ascii: "M"):
      if y == scrolled.lowerBound { scroll(by: -1) } else { move(to: x, y - 1) }
    case UInt8(ascii: "7"): saved = (x, y, modes.style)
    case UInt8(ascii: "8"):
      modes.style = saved.style
      move(to: saved.x, saved.y)
    default: unknown.append("escape \(Character(Unicode.Scalar(bytes[bytes.startIndex + 1])))")
    }
    return 2
  }

  // MARK: Sequences

  private mutating func control(_ body: String, _ final: Character) {
    if body.hasPrefix("?") {
      for mode in body.dropFirst().split(separator: ";").compactMap({ Int($0) }) {
        privateMode(mode, isOn: final == "h")
      }
      return
    }
    let numbers = body.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    let count = max(1, numbers.first ?? 1)
    switch final {
    case "H": move(to: max(1, numbers.count > 1 ? numbers[1] : 1) - 1, count - 1)
    case "A": move(to: x, y - count)
    case "B": move(to: x, y + count)
    case "C": move(to: x + count, y)
    case "D": move(to: x - count, y)
    case "G": move(to: count - 1, y)
    case "d": move(to: x, count - 1)
    case "X": blank(from: x, to: x + count, row: y)
    case "K": eraseLine(numbers.first ?? 0)
    case "J": eraseScreen(numbers.first ?? 0)
    case "b": for _ in 0..<count { put(last) }
    case "@": shiftLine(by: count)
    case "P": shiftLine(by: -count)
    case "L": shiftRows(from: y, by: count)
    case "M": shiftRows(from: y, by: -count)
    case "S": scroll(by: count)
    case "T": scroll(by: -count)
    case "m": select(numbers)
    case "r":
      let bottom = numbers.count > 1 ? min(numbers[1], frame.height) : frame.height
      region = count - 1 < bottom - 1 ? count - 1...bottom - 1 : nil
      move(to: 0, 0)
    case "t", "l", "h": break
    default: unknown.append("control \(body)\(final)")
    }
  }

  private mutating func privateMode(_ mode: Int, isOn: Bool) {
    switch mode {
    case 1: modes.hasApplicationCursorKeys = isOn
    case 12: break
    case 25: modes.isCursorVisible = isOn
    case 1049 where isOn != modes.isOnSecondScreen:
      modes.isOnSecondScreen = isOn
      if isOn {
        firstScreen = frame
        frame = Frame(width: frame.width, height: frame.height)
      } else {
        frame = firstScreen
      }
    case 1049: break
    default:
      if mode == 2026 && isOn { synchronizations += 1 }
      if isOn { modes.others.insert(mode) } else { modes.others.remove(mode) }
    }
  }

  private mutating func select(_ numbers: [Int]) {
    var rest = ArraySlice(numbers)
    while let number = rest.popFirst() {
      switch number {
      case 0: modes.style = .plain
      case 1: modes.style.attributes.insert(.bold)
      case 2: modes.style.attributes.insert(.dim)
      case 4: modes.style.attributes.insert(.underline)
      case 7: modes.style.attributes.insert(.reverse)
      case 10: break  // the ordinary font
      case 22: modes.style.attributes.subtract([.bold, .dim])
      case 24: modes.style.attributes.remove(.underline)
      case 27: modes.style.attributes.remove(.reverse)
      case 30...37: modes.style.foreground = .indexed(UInt8(number - 30))
      case 90...97: modes.style.foreground = .indexed(UInt8(number - 82))
      case 39: modes.style.foreground = .standard
      case 40...47: modes.style.background = .indexed(UInt8(number - 40))
      case 100...107: modes.style.background = .indexed(UInt8(number - 92))
      case 49: modes.style.background = .standard
      case 38, 48:
        guard rest.popFirst() == 5, let index = rest.popFirst() else { return }
        if number == 38 {
          modes.style.foreground = .indexed(UInt8(index))
        } else {
          modes.style.background = .indexed(UInt8(index))
        }
      default: unknown.append("style \(number)")
      }
    }
  }

  // MARK: Cells

  private mutating func move(to column: Int, _ row: Int) {
    x = min(max(0, column), frame.width - 1)
    y = min(max(0, row), frame.height - 1)
    isAtEdge = false
  }

  private mutating func put(_ glyph: Unicode.Scalar) {
    if isAtEdge {
      move(to: 0, y)
      lineFeed()
    }
    frame[x, y] = Cell(glyph, style: modes.style)
    last = glyph
    if x == frame.width - 1 { isAtEdge = true } else { x += 1 }
  }

  private mutating func lineFeed() {
    if y == scrolled.upperBound { scroll(by: 1) } else { move(to: x, y + 1) }
  }

  /// An erased cell keeps the ground colour of the moment.
  private var empty: Cell { Cell(" ", style: Style(background: modes.style.background)) }

  private mutating func blank(from start: Int, to end: Int, row: Int) {
    for column in max(0, start)..<max(start, min(end, frame.width)) { frame[column, row] = empty }
  }

  private mutating func eraseLine(_ part: Int) {
    blank(from: part == 0 ? x : 0, to: part == 1 ? x + 1 : frame.width, row: y)
  }

  private mutating func eraseScreen(_ part: Int) {
    for row in (part == 0 ? y : 0)..<(part == 1 ? y + 1 : frame.height) {
      let start = part == 0 && row == y ? x : 0
      blank(from: start, to: part == 1 && row == y ? x + 1 : frame.width, row: row)
    }
  }

  private mutating func shiftLine(by count: Int) {
    let old = frame
    for column in x..<frame.width {
      let source = column - count
      frame[column, y] = source >= x && source < frame.width ? old[source, y] : empty
    }
  }

  private mutating func shiftRows(from top: Int, by count: Int) {
    let old = frame
    let bottom = scrolled.contains(top) ? scrolled.upperBound : frame.height - 1
    for row in top..<max(top, bottom + 1) {
      let source = row - count
      let isInside = source >= top && source <= bottom
      for column in 0..<frame.width { frame[column, row] = isInside ? old[column, source] : empty }
    }
  }

  /// The rows that scroll: all, or those that were chosen and are still there.
  private var scrolled: ClosedRange<Int> {
    guard let region, region.upperBound < frame.height else { return 0...max(0, frame.height - 1) }
    return region
  }

  private mutating func scroll(by count: Int) { shiftRows(from: scrolled.lowerBound, by: -count) }
}
