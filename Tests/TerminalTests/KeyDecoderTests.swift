import Screen
import Terminal
import Testing

@Suite struct KeyDecoderTests {
  private func keys(_ bytes: [UInt8], flushing: Bool = true) -> [Key] {
    var decoder = KeyDecoder()
    var keys: [Key] = []
    for byte in bytes { decoder.decode(Int32(byte), into: &keys) }
    if flushing { decoder.flush(into: &keys) }
    return keys
  }

  @Test func `every byte alone is at most one key and never a crash`() {
    for byte in UInt8.min...UInt8.max { #expect(keys([byte]).count <= 1, "byte \(byte)") }
  }

  @Test func `overlong, surrogate and control encodings are dropped`() {
    #expect(keys([0xC0, 0x80]) == [])
    #expect(keys([0xE0, 0x80, 0xAF]) == [])
    #expect(keys([0xED, 0xA0, 0x80]) == [])
    #expect(keys([0xF4, 0x90, 0x80, 0x80]) == [])
    #expect(keys([0xC2, 0x85]) == [])
  }

  @Test func `a character cut short gives way to the next key`() {
    #expect(keys([0xE6, 0xBC, UInt8(ascii: "q")]) == [.character("q")])
  }

  @Test func `a flush ends an escape but not a character`() {
    var decoder = KeyDecoder()
    var keys: [Key] = []
    decoder.decode(0x1B, into: &keys)
    decoder.flush(into: &keys)
    decoder.decode(0xC3, into: &keys)
    decoder.flush(into: &keys)
    decoder.decode(0xA9, into: &keys)
    #expect(keys == [.escape, .character("é")])
  }

  @Test func `what looks like a sequence and is not arrives as typed`() {
    #expect(keys(Array("\u{1B}[".utf8)) == [.escape, .character("[")])
    #expect(keys(Array("\u{1B}O".utf8)) == [.escape, .character("O")])
    #expect(keys(Array("\u{1B}[1;".utf8)) == [])
    #expect(keys(Array("\u{1B}[1\u{3}".utf8)) == [.control("c")])
  }

  @Test func `the keypad in its application mode types its signs`() {
    #expect(
      keys(Array("\u{1B}Ok\u{1B}Om\u{1B}Op\u{1B}Oy\u{1B}OM".utf8)) == [
        .character("+"), .character("-"), .character("0"), .character("9"), .enter,
      ])
  }

  @Test func `the Linux console's function keys are known`() {
    #expect(keys(Array("\u{1B}[[A\u{1B}[[E".utf8)) == [.function(1), .function(5)])
  }

  private static let reports: [(String, [Key])] = [
    ("\u{1B}[<0;12;5M", [.mouse(MouseEvent(.press, x: 11, y: 4))]),
    ("\u{1B}[<0;12;5m", [.mouse(MouseEvent(.release, x: 11, y: 4))]),
    ("\u{1B}[<32;300;100M", [.mouse(MouseEvent(.drag, x: 299, y: 99))]),
    ("\u{1B}[<64;1;1M", [.mouse(MouseEvent(.wheelUp, x: 0, y: 0))]),
    ("\u{1B}[<65;1;1M", [.mouse(MouseEvent(.wheelDown, x: 0, y: 0))]),
    // Control is held down; other buttons, moves without one, and damage say nothing.
    ("\u{1B}[<16;2;2M", [.mouse(MouseEvent(.press, x: 1, y: 1))]),
    ("\u{1B}[<2;2;2M", []), ("\u{1B}[<35;2;2M", []), ("\u{1B}[<0;0;2M", []), ("\u{1B}[<0;2M", []),
    ("\u{1B}[<0;1;2;3Mq", [.character("q")]), ("\u{1B}[<M", []),
    ("\u{1B}[<0;99999999999999999999;1M", [.mouse(MouseEvent(.press, x: 99_998, y: 0))]),
    ("\u{1B}[<0;1\u{3}", [.control("c")]),
    ("\u{1B}[M !\"", [.mouse(MouseEvent(.press, x: 0, y: 1))]),
    ("\u{1B}[M#!\"", [.mouse(MouseEvent(.release, x: 0, y: 1))]),
    ("\u{1B}[M@!\"", [.mouse(MouseEvent(.drag, x: 0, y: 1))]),
    ("\u{1B}[M`!\"q", [.mouse(MouseEvent(.wheelUp, x: 0, y: 1)), .character("q")]),
  ]

  @Test(arguments: reports)
  func `a mouse report is one event and never keys`(text: String, expected: [Key]) {
    #expect(keys(Array(text.utf8)) == expected)
  }

  @Test func `a mouse report may come in pieces`() {
    var decoder = KeyDecoder()
    var keys: [Key] = []
    for piece in ["\u{1B}[<6", "4;1", "0;3", "M"] {
      for byte in piece.utf8 { decoder.decode(Int32(byte), into: &keys) }
      decoder.flush(into: &keys)
    }
    #expect(keys == [.mouse(MouseEvent(.wheelUp, x: 9, y: 2))])
  }
}
