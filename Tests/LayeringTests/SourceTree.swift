import Foundation

/// The repository's own files.
enum SourceTree {
  /// The top of the repository.
  static let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Files below a folder with one of these endings.
  static func files(_ folder: String, _ endings: Set<String>) throws -> [URL] {
    let root = top.appendingPathComponent(folder)
    let found = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    return (found?.compactMap { $0 as? URL } ?? []).filter { endings.contains($0.pathExtension) }
      .sorted { $0.path < $1.path }
  }

  /// The folder of `Sources` that a file is in.
  static func module(of file: URL) -> String? {
    let parts = file.pathComponents
    return parts.lastIndex(of: "Sources").flatMap { $0 + 1 < parts.count ? parts[$0 + 1] : nil }
  }
}

/// The imports of a Swift file.
enum Imports {
  struct Found {
    /// The module, without what is taken from it.
    var module: String
    /// The whole line, trimmed.
    var line: String
  }

  private static let kinds: Set = [
    "struct", "class", "enum", "protocol", "typealias", "func", "var", "let",
  ]
  private static let access: Set = ["public", "package", "internal", "fileprivate", "private"]

  static func of(_ text: String) -> [Found] {
    text.split(whereSeparator: \.isNewline).compactMap { line in
      let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
      guard let place = words.firstIndex(of: "import"),
        words[..<place].allSatisfy({ $0.hasPrefix("@") || access.contains($0) })
      else { return nil }
      let rest = words[(place + 1)...].drop { kinds.contains($0) }
      return rest.first.map {
        Found(
          module: String($0.prefix { $0 != "." }), line: words.joined(separator: " "))
      }
    }
  }
}
