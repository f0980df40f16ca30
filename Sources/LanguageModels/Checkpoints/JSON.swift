/// A JSON document, kept exactly as written.
///
/// Foundation's decoders put object members into dictionaries, and Swift dictionaries take
/// canonically equivalent strings for one key; a vocabulary holds such pairs (`Å` and the Ångström
/// sign). Here members stay a list, in the order of the file, duplicates included.
package enum JSON: Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number without fraction and exponent that fits 64 bits.
  case integer(Int)
  /// Any other number.
  case number(Double)
  /// A string.
  case string(String)
  /// An array.
  case array([JSON])
  /// An object.
  case object(JSONObject)

  /// Parses a whole document.
  ///
  /// - Throws: ``JSONError`` at the first byte that is not JSON, at a text that is not UTF-8, at a
  ///   nesting deeper than 128.
  package init(parsing bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) {
    var parser = JSONParser(bytes)
    self = try parser.document()
  }

  /// Parses a whole document.
  package init(parsing bytes: [UInt8]) throws(JSONError) {
    self = try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
      try JSON(parsing: buffer)
    }
  }

  /// A text as a JSON string, quotes included.
  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        result.unicodeScalars.append("\\")
        result.unicodeScalars.append(scalar)
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Member of an object, nil where there is none or this is no object.
  package subscript(key: String) -> JSON? {
    if case .object(let object) = self { object[key] } else { nil }
  }

  /// The string, nil for anything else.
  package var string: String? { if case .string(let value) = self { value } else { nil } }
  /// The truth value, nil for anything else.
  package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  /// The elements, nil for anything else.
  package var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
  /// The object, nil for anything else.
  package var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
  /// Whether this is `null`.
  package var isNull: Bool { if case .null = self { true } else { false } }

  /// The integer, nil for anything else and for numbers with a fraction.
  package var integer: Int? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  /// The number, nil for anything else.
  package var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}

/// Members of a JSON object in the order of the file.
package struct JSONObject: Sendable {
  /// Names and values.
  package var members: [(key: String, value: JSON)] = []

  /// Value of the last member of that name, as most readers have it.
  package subscript(key: String) -> JSON? { members.last { $0.key == key }?.value }

  /// A name that occurs twice (byte for byte), nil where all differ.
  package var duplicateKey: String? {
    let sorted = members.map(\.key).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return zip(sorted, sorted.dropFirst()).first { $0.utf8.elementsEqual($1.utf8) }?.0
  }
}

/// What is not JSON, and where.
package struct JSONError: Error, Sendable, Hashable {
  /// Position of the byte, counted from 0.
  package var offset: Int
  /// What was expected there.
  package var message: String
}
