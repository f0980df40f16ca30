import Foundation

/// Reads one JSON object a line; labels may be texts, numbers or truth values.
struct JSONLinesReader {
  let path: String
  let columns: DatasetColumns

  func read(_ bytes: [UInt8]) throws(DataError) -> RawRows {
    var rows = RawRows(path: path)
    var line = 0
    var start = 0
    while start < bytes.count {
      line += 1
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      let content = bytes[start..<end]
      start = end + 1
      if content.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
      try add(content, line, to: &rows)
    }
    return rows
  }

  private func add(_ content: ArraySlice<UInt8>, _ line: Int, to rows: inout RawRows)
    throws(DataError)
  {
    _ = try RowReader.text(content, path, line: line)
    let parsed = try? JSONSerialization.jsonObject(with: Data(content))
    guard let object = parsed as? [String: Any] else {
      throw DataError(
        .malformedRow, "\(path), line \(line): not a JSON object. Each line must be one object")
    }
    let label = try field(columns.label, of: object, line)
    let text = try field(columns.text, of: object, line)
    let hasPair = object[columns.pair] != nil
    if rows.count == 0 && hasPair { rows.pairs = [] }
    guard hasPair == (rows.pairs != nil) else {
      throw DataError(
        .missingColumn,
        "\(path), line \(line): \"\(columns.pair)\" is \(hasPair ? "here" : "missing"), unlike in "
          + "the lines before. Give it in every line or in none")
    }
    rows.labels.append(label)
    rows.texts.append(text)
    if hasPair { rows.pairs?.append(try field(columns.pair, of: object, line)) }
    rows.lines.append(line)
  }

  private func field(_ name: String, of object: [String: Any], _ line: Int) throws(DataError)
    -> String
  {
    switch object[name] {
    case let text as String: return text
    case let number as NSNumber: return "\(number)"
    case nil:
      throw DataError(
        .missingColumn,
        "\(path), line \(line): no \"\(name)\"; there are "
          + object.keys.sorted().prefix(12).map { "\"\($0.prefix(40))\"" }.joined(separator: ", ")
          + ". Name the columns with --label-column and --text-column")
    default:
      throw DataError(
        .malformedRow, "\(path), line \(line): \"\(name)\" is neither a text nor a number")
    }
  }
}
