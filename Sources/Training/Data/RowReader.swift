import Foundation

/// The wanted fields of a file's rows, as text.
struct RawRows {
  let path: String
  var labels: [String] = []
  var texts: [String] = []
  var pairs: [String]?
  /// Line on which each row begins, from 1.
  var lines: [Int] = []

  var count: Int { texts.count }

  /// A row's place for an error message.
  func place(_ row: Int) -> String { "\(path), line \(lines[row])" }
}

/// Reads a file into rows: bytes are split on bytes, only the wanted fields become strings.
enum RowReader {
  static func read(_ url: URL, _ columns: DatasetColumns) throws(DataError) -> RawRows {
    let path = url.relativePath
    let data: Data
    do {
      data = try Data(contentsOf: url, options: .alwaysMapped)
    } catch {
      let what =
        FileManager.default.fileExists(atPath: url.path) ? "cannot be read" : "does not exist"
      throw DataError(.unreadable, "\(path) \(what). Check the path and its permissions")
    }
    let bytes = [UInt8](data.starts(with: [0xEF, 0xBB, 0xBF]) ? data.dropFirst(3) : data[...])
    let format = Format(url, bytes)
    let rows =
      format == .jsonLines
      ? try JSONLinesReader(path: path, columns: columns).read(bytes)
      : try TableReader(path: path, columns: columns, isQuoted: format == .commas).read(bytes)
    guard rows.count > 0 else {
      throw DataError(.empty, "\(path) has no rows. It needs a header line and labelled texts")
    }
    if let row = rows.labels.firstIndex(where: { $0.allSatisfy(\.isWhitespace) }) {
      throw DataError(.badLabel, "\(rows.place(row)): no label. Fill it in, or remove the row")
    }
    return rows
  }

  private enum Format {
    case tabs, commas, jsonLines

    init(_ url: URL, _ bytes: [UInt8]) {
      switch url.pathExtension.lowercased() {
      case "tsv", "tab": self = .tabs
      case "csv": self = .commas
      case "jsonl", "ndjson", "json": self = .jsonLines
      default:
        let line = bytes.prefix { $0 != 0x0A }
        self = bytes.first == 0x7B ? .jsonLines : line.contains(0x09) ? .tabs : .commas
      }
    }
  }

  /// Text of some bytes.
  ///
  /// - Throws: `.notUTF8` with the line.
  static func text(_ bytes: ArraySlice<UInt8>, _ path: String, line: Int) throws(DataError)
    -> String
  {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw DataError(
        .notUTF8,
        "\(path), line \(line): bytes that are not UTF-8. Convert the file, e.g. with: "
          + "iconv -f latin1 -t utf-8")
    }
    return text
  }
}
