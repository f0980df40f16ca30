import Foundation

/// Recursive descent over the bytes of one JSON document (RFC 8259, nothing beyond it).
struct JSONParser {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var depth = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  mutating func document() throws(JSONError) -> JSON {
    let value = try self.value()
    skipSpace()
    guard position == bytes.count else { throw error("the end of the document") }
    return value
  }

  private func error(_ expected: String) -> JSONError {
    JSONError(offset: position, message: "expected \(expected)")
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func take(word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard position + count <= bytes.count,
      (0..<count).allSatisfy({ bytes[position + $0] == word.utf8Start[$0] })
    else { return false }
    position += count
    return true
  }

  private mutating func value() throws(JSONError) -> JSON {
    skipSpace()
    guard position < bytes.count else { throw error("a value") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try nested { (parser) throws(JSONError) in try parser.object() }
    case UInt8(ascii: "["): return try nested { (parser) throws(JSONError) in try parser.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t") where take(word: "true"): return .bool(true)
    case UInt8(ascii: "f") where take(word: "false"): return .bool(false)
    case UInt8(ascii: "n") where take(word: "null"): return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw error("a value")
    }
  }

  private mutating func nested(
    _ parse: (inout JSONParser) throws(JSONError) -> JSON
  ) throws(JSONError) -> JSON {
    depth += 1
    guard depth <= 128 else { throw error("a nesting of at most 128") }
    let value = try parse(&self)
    depth -= 1
    return value
  }

  private mutating func object() throws(JSONError) -> JSON {
    position += 1
    var object = JSONObject()
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(object) }
    repeat {
      skipSpace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        throw error("a member's name")
      }
      let key = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw error("':'") }
      object.members.append((key, try value()))
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw error("',' or '}'") }
    return .object(object)
  }

  private mutating func array() throws(JSONError) -> JSON {
    position += 1
    var elements: [JSON] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array(elements) }
    repeat {
      elements.append(try value())
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw error("',' or ']'") }
    return .array(elements)
  }

  private mutating func number() throws(JSONError) -> JSON {
    let start = position
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { guard digits() else { throw error("a digit") } }
    var isInteger = true
    if take(UInt8(ascii: ".")) {
      isInteger = false
      guard digits() else { throw error("a digit") }
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isInteger = false
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard digits() else { throw error("a digit") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let value = Int(text) { return .integer(value) }
    guard let value = Double(text) else { throw error("a number") }
    return .number(value)
  }

  private mutating func digits() -> Bool {
    let start = position
    while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
    return position > start
  }

  private mutating func string() throws(JSONError) -> String {
    position += 1
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        let text = try validated(bytes[start..<position], at: start)
        position += 1
        return text
      case UInt8(ascii: "\\"): return try escapedString(from: start)
      case 0..<0x20: throw error("no control character in a string")
      default: position += 1
      }
    }
    throw error("the string's closing quote")
  }

  /// The rest of a string that holds an escape; what came before starts at `start`.
  private mutating func escapedString(from start: Int) throws(JSONError) -> String {
    var text = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        let result = try text.withUnsafeBufferPointer { (buffer) throws(JSONError) in
          try validated(buffer[...], at: start)
        }
        position += 1
        return result
      case UInt8(ascii: "\\"):
        position += 1
        try escape(into: &text)
      case 0..<0x20: throw error("no control character in a string")
      default:
        text.append(byte)
        position += 1
      }
    }
    throw error("the string's closing quote")
  }

  private func validated(
    _ slice: Slice<UnsafeBufferPointer<UInt8>>, at start: Int
  ) throws(JSONError) -> String {
    guard let text = String(validating: slice, as: UTF8.self) else {
      throw JSONError(offset: start, message: "expected text in UTF-8")
    }
    return text
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
    guard position < bytes.count else { throw error("an escape") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var value = try hexadecimal()
      if 0xD800..<0xDC00 ~= value, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
        let low = try hexadecimal()
        guard 0xDC00..<0xE000 ~= low else { throw error("the second half of a surrogate pair") }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else { throw error("a whole surrogate pair") }
      text.append(contentsOf: UTF8.encode(scalar)!)
    default:
      position -= 1
      throw error("an escape")
    }
  }

  private mutating func hexadecimal() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count,
        let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue
      else { throw error("a hexadecimal digit") }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}
