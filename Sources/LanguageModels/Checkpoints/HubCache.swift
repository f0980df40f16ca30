import Foundation

/// The local cache of the Hugging Face hub.
struct HubCache {
  /// Folder that holds `models--ORG--NAME`.
  let folder: URL

  /// The cache that the hub's own tools would use in this environment.
  ///
  /// `HF_HUB_CACHE`, else `HF_HOME/hub`, else `XDG_CACHE_HOME/huggingface/hub`, else
  /// `~/.cache/huggingface/hub`.
  init(environment: [String: String]) {
    func value(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    let home = value("HOME") ?? NSHomeDirectory()
    let path: String
    if let cache = value("HF_HUB_CACHE") ?? value("HUGGINGFACE_HUB_CACHE") {
      path = cache
    } else if let hub = value("HF_HOME") {
      path = hub + "/hub"
    } else {
      path = (value("XDG_CACHE_HOME") ?? home + "/.cache") + "/huggingface/hub"
    }
    let isInHome = path == "~" || path.hasPrefix("~/")
    folder = URL(fileURLWithPath: isInHome ? home + path.dropFirst() : path, isDirectory: true)
  }

  /// Whether a text can be a name on the hub: `name` or `org/name`.
  static func isName(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return 1...2 ~= parts.count
      && parts.allSatisfy { part in
        !part.isEmpty && !part.hasPrefix(".") && !part.contains("..")
          && part.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
            default: false
            }
          }
      }
  }

  /// Folder of a model's main revision, nil where it is not in the cache.
  func snapshot(of name: String) -> URL? {
    let model = folder.appendingPathComponent(
      "models--" + name.split(separator: "/").joined(separator: "--"))
    guard
      let reference = try? String(
        contentsOf: model.appendingPathComponent("refs/main"), encoding: .utf8)
    else { return nil }
    let revision = reference.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !revision.isEmpty, !revision.contains("/"), !revision.hasPrefix(".") else { return nil }
    let snapshot = model.appendingPathComponent("snapshots/\(revision)", isDirectory: true)
    return FileManager.default.fileExists(atPath: snapshot.path) ? snapshot : nil
  }
}
