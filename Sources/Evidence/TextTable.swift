/// Columns of plain text: the first to the left, the others to the right unless told otherwise.
struct TextTable {
  private var rows: [[String]] = []
  private let leftAligned: Set<Int>

  /// Creates a table with these columns aligned to the left.
  init(leftAligned: Set<Int> = [0]) { self.leftAligned = leftAligned }

  /// Adds a row; all rows have as many entries.
  mutating func add(_ row: [String]) {
    precondition(
      rows.isEmpty || rows[0].count == row.count,
      "a row of \(row.count) entries in a table of \(rows.first?.count ?? 0) columns")
    rows.append(row)
  }

  /// The rows as lines, two blanks between columns, no blanks at a line's end.
  var lines: [String] {
    guard let first = rows.first else { return [] }
    let widths = first.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, text in
        let fill = String(repeating: " ", count: widths[column] - text.count)
        return leftAligned.contains(column) ? text + fill : fill + text
      }
      let line = cells.joined(separator: "  ")
      return String(line.prefix(line.count - line.reversed().prefix { $0 == " " }.count))
    }
  }
}
