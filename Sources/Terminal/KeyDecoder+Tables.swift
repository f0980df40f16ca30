import CNcurses
import Screen

extension KeyDecoder {
  /// The key of a code of `cn_key` beyond bytes.
  static func key(named code: Int32) -> Key? {
    switch code {
    case CN_KEY_UP: .up
    case CN_KEY_DOWN: .down
    case CN_KEY_LEFT: .left
    case CN_KEY_RIGHT: .right
    case CN_KEY_PAGE_UP: .pageUp
    case CN_KEY_PAGE_DOWN: .pageDown
    case CN_KEY_HOME: .home
    case CN_KEY_END: .end
    case CN_KEY_ENTER: .enter
    case CN_KEY_BACKTAB: .backTab
    case CN_KEY_BACKSPACE: .backspace
    case CN_KEY_DELETE: .delete
    case CN_KEY_FUNCTION + 1...CN_KEY_FUNCTION + 12: .function(Int(code - CN_KEY_FUNCTION))
    default: nil
    }
  }

  /// The key of a sequence `ESC [ number ... final`, as xterm, rxvt and the Linux console send them.
  static func key(final: UInt8, number: Int) -> Key? {
    switch Unicode.Scalar(final) {
    case "A": .up
    case "B": .down
    case "C": .right
    case "D": .left
    case "F": .end
    case "H": .home
    case "Z": .backTab
    case "P": .function(1)
    case "Q": .function(2)
    case "R": .function(3)
    case "S": .function(4)
    case "~", "^", "$", "@": key(numbered: number)
    default: nil
    }
  }

  private static func key(numbered number: Int) -> Key? {
    switch number {
    case 1, 7: .home
    case 3: .delete
    case 4, 8: .end
    case 5: .pageUp
    case 6: .pageDown
    case 11...15: .function(number - 10)
    case 17...21: .function(number - 11)
    case 23, 24: .function(number - 12)
    default: nil
    }
  }

  /// Keys of a sequence `ESC O final`: cursor keys and the keypad in their application modes.
  static let keypad: [UInt8: Key] = {
    let keys: [(String, Key)] = [
      ("A", .up), ("B", .down), ("C", .right), ("D", .left), ("H", .home), ("F", .end),
      ("P", .function(1)), ("Q", .function(2)), ("R", .function(3)), ("S", .function(4)),
      ("M", .enter), ("I", .tab),
    ]
    var table: [UInt8: Key] = [:]
    for (final, key) in keys { table[Array(final.utf8)[0]] = key }
    for (final, character) in zip("jklmnopqrstuvwxy".utf8, "*+,-./0123456789") {
      table[final] = .character(character)
    }
    return table
  }()
}
