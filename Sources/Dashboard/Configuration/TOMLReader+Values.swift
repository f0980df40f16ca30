extension TOMLReader {
  mutating func readValue(of key: String) throws(ConfigurationFile.Problem) -> TOMLValue {
    switch next {
    case "\"", "'": return try readString()
    case "[": return try readArray(of: key)
    case "{": throw problem("inline tables are not read: \(restOfLine(from: position))")
    default: break
    }
    let start = position
    while let scalar = next, !isAtLineEnd, !" \t#,]".unicodeScalars.contains(scalar) {
      position += 1
    }
    let word = text(start..<position)
    switch word {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "": throw problem("\(key) has no value")
    default: break
    }
    guard let number = Self.number(word) else {
      throw problem(
        "\(word) is no value: strings stand in quotes, numbers are decimal, else true or false")
    }
    return .number(number)
  }

  /// A decimal number as TOML writes it: no leading zeros, digits on both sides of a point and an underscore.
  private static func number(_ word: String) -> Double? {
    let parts = word.lowercased().split(separator: "e", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count) else { return nil }
    let mantissa = parts[0].drop { $0 == "+" || $0 == "-" }
    guard parts[0].count - mantissa.count <= 1 else { return nil }
    let pieces = mantissa.split(separator: ".", omittingEmptySubsequences: false)
    let exponent = parts.dropFirst().map { $0.drop { $0 == "+" || $0 == "-" } }
    for digits in pieces + exponent {
      let groups = digits.split(separator: "_", omittingEmptySubsequences: false)
      guard
        groups.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } })
      else { return nil }
    }
    guard pieces.count <= 2, pieces[0] == "0" || !pieces[0].hasPrefix("0") else { return nil }
    guard let number = Double(word.filter { $0 != "_" }), number.isFinite else { return nil }
    return number
  }

  private mutating func readArray(of key: String) throws(ConfigurationFile.Problem) -> TOMLValue {
    let first = line
    position += 1
    var elements: [TOMLValue.Element] = []
    while next != nil {
      skipSpace()
      if next == "]" || next == nil { break }
      if next == "[" { throw problem("arrays in arrays are not read") }
      let line = line
      elements.append(TOMLValue.Element(value: try readValue(of: key), line: line))
      skipSpace()
      if next == "," {
        position += 1
      } else if let next, next != "]" {
        throw problem("\(key): a comma or ] is missing before \(restOfLine(from: position))")
      }
    }
    guard next == "]" else {
      throw ConfigurationFile.Problem(line: first, text: "\(key): no ] ends it")
    }
    position += 1
    return .array(elements)
  }

  mutating func readString() throws(ConfigurationFile.Problem) -> TOMLValue {
    let quote = scalars[position]
    let start = position
    position += 1
    if next == quote, position + 1 < scalars.count, scalars[position + 1] == quote {
      throw problem("strings of several lines are not read")
    }
    var string = String.UnicodeScalarView()
    while let scalar = next, scalar != quote {
      if isAtLineEnd { break }
      guard scalar.value >= 0x20 && scalar.value != 0x7F || scalar == "\t" else {
        throw problem("a string holds a control character: write it as an escape")
      }
      position += 1
      string.append(scalar == "\\" && quote == "\"" ? try readEscape() : scalar)
    }
    guard next == quote else {
      throw problem("no \(quote) ends the string \(restOfLine(from: start))")
    }
    position += 1
    return .string(String(string))
  }

  /// What stands after a backslash.
  private mutating func readEscape() throws(ConfigurationFile.Problem) -> Unicode.Scalar {
    guard let letter = next else { throw problem("a string ends in \\") }
    position += 1
    let simple: [Unicode.Scalar: Unicode.Scalar] = [
      "b": "\u{8}", "t": "\t", "n": "\n", "f": "\u{C}", "r": "\r", "\"": "\"", "\\": "\\",
    ]
    if let scalar = simple[letter] { return scalar }
    if letter == "u" || letter == "U" {
      let end = position + (letter == "u" ? 4 : 8)
      if end <= scalars.count, scalars[position..<end].allSatisfy(\.properties.isASCIIHexDigit),
        let number = UInt32(text(position..<end), radix: 16), let scalar = Unicode.Scalar(number)
      {
        position = end
        return scalar
      }
      throw problem("\\\(letter) takes \(letter == "u" ? 4 : 8) hexadecimal digits of a character")
    }
    throw problem("\\\(letter) is no escape: a backslash is written \\\\, or in '...'")
  }
}
