/// Reads TSV (quotes are plain characters) and CSV (RFC 4180: quoted fields may hold commas, quotes and line ends).
struct TableReader {
  let path: String
  let columns: DatasetColumns
  let isQuoted: Bool

  private static let newline = UInt8(ascii: "\n")
  private static let quote = UInt8(ascii: "\"")
  private var separator: UInt8 { isQuoted ? UInt8(ascii: ",") : UInt8(ascii: "\t") }

  init(path: String, columns: DatasetColumns, isQuoted: Bool) {
    self.path = path
    self.columns = columns
    self.isQuoted = isQuoted
  }

  /// One row's fields as ranges of the file, and whether a field's quotes must be undone.
  private struct Row {
    var fields: [Range<Int>] = []
    var isEscaped: [Bool] = []
    var line = 1
    /// What is wrong with the quotes, and on which line.
    var fault: (line: Int, text: String)?
  }

  func read(_ bytes: [UInt8]) throws(DataError) -> RawRows {
    var position = 0
    var line = 1
    var row = Row()
    guard next(bytes, &position, &line, &row) else {
      throw DataError(.empty, "\(path) is empty. It needs a header line and labelled texts")
    }
    try check(row)
    let header = try texts(bytes, row, Array(row.fields.indices))
    let label = try place(of: columns.label, in: header)
    let text = try place(of: columns.text, in: header)
    let pair = header.firstIndex(of: columns.pair)
    var rows = RawRows(path: path, pairs: pair == nil ? nil : [])
    while next(bytes, &position, &line, &row) {
      try check(row)
      guard row.fields.count == header.count else {
        throw DataError(
          .malformedRow,
          "\(path), line \(row.line): \(row.fields.count) fields, the header has \(header.count). "
            + (isQuoted
              ? "Quote texts that hold commas" : "Remove tabs inside texts, or use CSV"))
      }
      let wanted = try texts(bytes, row, [label, text] + (pair.map { [$0] } ?? []))
      rows.labels.append(wanted[0])
      rows.texts.append(wanted[1])
      if pair != nil { rows.pairs?.append(wanted[2]) }
      rows.lines.append(row.line)
    }
    return rows
  }

  private func check(_ row: Row) throws(DataError) {
    guard let fault = row.fault else { return }
    throw DataError(
      .malformedRow,
      "\(path), line \(fault.line): \(fault.text). Double every quote that belongs to a text")
  }

  private func place(of name: String, in header: [String]) throws(DataError) -> Int {
    guard let index = header.firstIndex(of: name) else {
      throw DataError(
        .missingColumn,
        "\(path) has no column \"\(name)\"; it has "
          + header.prefix(12).map { "\"\($0.prefix(40))\"" }.joined(separator: ", ")
          + ". Name the columns with --label-column and --text-column")
    }
    return index
  }

  private func texts(_ bytes: [UInt8], _ row: Row, _ wanted: [Int]) throws(DataError) -> [String] {
    var texts: [String] = []
    for index in wanted {
      let field = bytes[row.fields[index]]
      let text = try RowReader.text(field, path, line: row.line)
      texts.append(row.isEscaped[index] ? text.replacing("\"\"", with: "\"") : text)
    }
    return texts
  }

  /// Reads the next row that is not blank; false at the end.
  private func next(_ bytes: [UInt8], _ position: inout Int, _ line: inout Int, _ row: inout Row)
    -> Bool
  {
    while position < bytes.count {
      row.fields.removeAll(keepingCapacity: true)
      row.isEscaped.removeAll(keepingCapacity: true)
      row.line = line
      readRow(bytes, &position, &line, &row)
      let isBlank = row.fields.count == 1 && row.fields[0].isEmpty && !row.isEscaped[0]
      if !isBlank { return true }
    }
    return false
  }

  private func readRow(
    _ bytes: [UInt8], _ position: inout Int, _ line: inout Int, _ row: inout Row
  ) {
    while true {
      if isQuoted && position < bytes.count && bytes[position] == Self.quote {
        readQuoted(bytes, &position, &line, &row)
      } else {
        let start = position
        while position < bytes.count, bytes[position] != separator, bytes[position] != Self.newline
        {
          position += 1
        }
        var end = position
        let endsLine = position >= bytes.count || bytes[position] == Self.newline
        if endsLine && end > start && bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        row.fields.append(start..<end)
        row.isEscaped.append(false)
      }
      guard position < bytes.count, bytes[position] == separator else { break }
      position += 1
    }
    if position < bytes.count {
      position += 1
      line += 1
    }
  }

  /// A quoted field; nothing but blanks may follow its closing quote up to the separator.
  private func readQuoted(
    _ bytes: [UInt8], _ position: inout Int, _ line: inout Int, _ row: inout Row
  ) {
    let opened = line
    position += 1
    let start = position
    var isEscaped = false
    while position < bytes.count {
      if bytes[position] == Self.newline { line += 1 }
      if bytes[position] == Self.quote {
        guard position + 1 < bytes.count, bytes[position + 1] == Self.quote else { break }
        isEscaped = true
        position += 1
      }
      position += 1
    }
    row.fields.append(start..<position)
    row.isEscaped.append(isEscaped)
    if position >= bytes.count { row.fault = (opened, "a quote is opened and never closed") }
    position += 1
    while position < bytes.count, bytes[position] != separator, bytes[position] != Self.newline {
      if bytes[position] > UInt8(ascii: " ") {
        row.fault = row.fault ?? (line, "something follows a closing quote")
      }
      position += 1
    }
  }
}
