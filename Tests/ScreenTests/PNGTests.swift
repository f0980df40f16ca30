import Screen
import Testing

/// Reads a PNG file plainly, bit by bit: nothing is shared with what writes it.
private struct PlainPNG {
  var width = 0
  var height = 0
  var pixels: [UInt8] = []
  var chunks: [String] = []

  enum Flaw: Error { case signature, checksum, form, adler }

  init(_ file: [UInt8]) throws {
    guard file.prefix(8) == [137, 80, 78, 71, 13, 10, 26, 10] else { throw Flaw.signature }
    var place = 8
    var stream: [UInt8] = []
    while place < file.count {
      let length = Self.number(file[place..<place + 4])
      let body = Array(file[place + 4..<place + 8 + length])
      guard Self.crc(body) == Self.number(file[place + 8 + length..<place + 12 + length]) else {
        throw Flaw.checksum
      }
      let type = String(decoding: body.prefix(4), as: UTF8.self)
      chunks.append(type)
      if type == "IHDR" {
        width = Self.number(body[4..<8])
        height = Self.number(body[8..<12])
        guard Array(body[12...]) == [8, 2, 0, 0, 0] else { throw Flaw.form }
      }
      if type == "IDAT" { stream += body.dropFirst(4) }
      place += 12 + length
    }
    let rows = try Self.inflate(Array(stream[2..<stream.count - 4]))
    var (a, b) = (1, 0)
    for byte in rows { (a, b) = ((a + Int(byte)) % 65521, (b + a + Int(byte)) % 65521) }
    guard b * 65536 + a == Self.number(stream.suffix(4)) else { throw Flaw.adler }
    let stride = 3 * width
    guard rows.count == height * (stride + 1) else { throw Flaw.form }
    for y in 0..<height {
      let start = y * (stride + 1)
      guard rows[start] == 0 || rows[start] == 2 else { throw Flaw.form }
      for x in 0..<stride {
        let above: UInt8 = rows[start] == 2 && y > 0 ? pixels[(y - 1) * stride + x] : 0
        pixels.append(rows[start + 1 + x] &+ above)
      }
    }
  }

  static func number(_ bytes: some Sequence<UInt8>) -> Int {
    bytes.reduce(0) { $0 * 256 + Int($1) }
  }

  static func crc(_ bytes: [UInt8]) -> Int {
    var sum: UInt32 = .max
    for byte in bytes {
      for bit in 0..<8 {
        let isOne = (sum & 1) ^ UInt32(byte >> UInt8(bit) & 1) == 1
        sum >>= 1
        if isOne { sum ^= 0xEDB8_8320 }
      }
    }
    return Int(~sum)
  }

  /// One block of deflate with the fixed codes.
  static func inflate(_ data: [UInt8]) throws -> [UInt8] {
    var place = 0
    func bit() throws -> Int {
      guard place / 8 < data.count else { throw Flaw.form }
      defer { place += 1 }
      return Int(data[place / 8] >> UInt8(place % 8)) & 1
    }
    func low(_ count: Int) throws -> Int {
      try (0..<count).reduce(0) { try $0 + bit() << $1 }
    }
    func high(_ count: Int) throws -> Int {
      try (0..<count).reduce(0) { sum, _ in try sum * 2 + bit() }
    }
    guard try low(1) == 1, try low(2) == 1 else { throw Flaw.form }
    var output: [UInt8] = []
    while true {
      var code = try high(7)
      let symbol: Int
      if code <= 23 {
        symbol = 256 + code
      } else {
        code = try code * 2 + bit()
        switch code {
        case 0x30...0xBF: symbol = code - 0x30
        case 0xC0...0xC7: symbol = 280 + code - 0xC0
        default: symbol = try 144 + code * 2 + bit() - 0x190
        }
      }
      if symbol < 256 { output.append(UInt8(symbol)) }
      if symbol == 256 { return output }
      guard symbol > 256 else { continue }
      let length: Int
      switch symbol {
      case 257...264: length = symbol - 254
      case 265...284:
        let bits = (symbol - 261) / 4
        length = try 3 + (4 + (symbol - 261) % 4) << bits + low(bits)
      case 285: length = 258
      default: throw Flaw.form
      }
      let distance = try high(5) + 1
      guard distance <= 4, distance <= output.count else { throw Flaw.form }
      for _ in 0..<length { output.append(output[output.count - distance]) }
    }
  }
}

struct PNGTests {
  @Test func `pixels come back as they went in`() throws {
    var pixels: [UInt8] = []
    for index in 0..<3 * 31 * 17 {
      pixels.append(index % 400 < 250 ? 7 : UInt8(truncatingIfNeeded: index * index >> 3))
    }
    let read = try PlainPNG(PNG.file(width: 31, height: 17, pixels: pixels))
    #expect(read.width == 31 && read.height == 17)
    #expect(read.pixels == pixels)
    #expect(read.chunks == ["IHDR", "IDAT", "IEND"])
  }

  @Test func `a flat picture takes few bytes`() throws {
    let pixels = [UInt8](repeating: 40, count: 3 * 400 * 300)
    let file = PNG.file(width: 400, height: 300, pixels: pixels)
    #expect(file.count < 5000)
    #expect(try PlainPNG(file).pixels == pixels)
  }

  @Test func `a frame becomes pixels: grounds, letters, blocks, lines and braille`() throws {
    var frame = Frame(width: 5, height: 1)
    frame[0, 0] = Cell(" ", style: Style(background: .indexed(196)))
    frame.write("A█─⠁", x: 1, y: 0, style: Style(foreground: .indexed(231)))
    let read = try PlainPNG(frame.png())
    #expect(read.width == 60 && read.height == 24)
    func pixel(_ x: Int, _ y: Int) -> [UInt8] {
      Array(read.pixels[3 * (y * 60 + x)..<3 * (y * 60 + x) + 3])
    }
    let (white, ground): ([UInt8], [UInt8]) = ([255, 255, 255], [20, 22, 26])
    #expect(pixel(5, 12) == [255, 0, 0])
    // The letter A has a bar in its fifth row and a hole above it.
    #expect(pixel(16, 12) == white && pixel(16, 8) == ground)
    #expect(pixel(24, 0) == white && pixel(35, 23) == white)
    #expect(pixel(36, 12) == white && pixel(36, 2) == ground)
    #expect(pixel(51, 3) == white && pixel(57, 3) == ground)
  }

  @Test func `every printable glyph of ASCII has a drawing of its own`() throws {
    var seen: Set<[UInt8]> = []
    for value in 0x20...0x7E as ClosedRange<UInt8> {
      var frame = Frame(width: 1, height: 1)
      frame[0, 0] = Cell(Unicode.Scalar(value))
      #expect(seen.insert(try PlainPNG(frame.png()).pixels).inserted, "\(Unicode.Scalar(value))")
    }
  }

  @Test func `no cells make a picture too`() throws {
    #expect(try PlainPNG(Frame(width: 0, height: 3).png()).width == 1)
  }

  @Test func `escapes stand around styled cells only`() {
    var frame = Frame(width: 8, height: 2)
    frame.write("ab", x: 0, y: 0)
    #expect(frame.escapedText == "ab\n\n")
    frame.write(
      "c", x: 2, y: 0,
      style: Style(foreground: .indexed(3), background: .indexed(54), attributes: .bold))
    #expect(frame.escapedText == "ab\u{1B}[0;1;33;48;5;54mc\u{1B}[0m\n\n")
  }
}
