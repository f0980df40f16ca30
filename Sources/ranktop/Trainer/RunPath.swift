import Foundation

extension URL {
  /// A run file as a person names it: `--run name` writes `name.ranktop`, so `name` finds it too.
  init(run path: String) {
    let exact = URL(fileURLWithPath: path)
    let full = exact.appendingPathExtension("ranktop")
    let files = FileManager.default
    let isShort = !files.fileExists(atPath: exact.path) && files.fileExists(atPath: full.path)
    self = isShort ? full : exact
  }
}
