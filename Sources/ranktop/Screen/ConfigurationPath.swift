import Dashboard
import Foundation

/// Where a person's configuration lies.
enum ConfigurationPath {
  /// `$XDG_CONFIG_HOME/ranktop/config.toml`, else below `~/.config`.
  static var standard: String {
    let environment = ProcessInfo.processInfo.environment
    let home = environment["HOME"] ?? NSHomeDirectory()
    let named = environment["XDG_CONFIG_HOME"] ?? ""
    return (named.hasPrefix("/") ? named : home + "/.config") + "/ranktop/config.toml"
  }

  /// What the file says, and what is wrong in it; nothing where there is none.
  static func read(_ path: String) -> ConfigurationFile? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    return ConfigurationFile(lenient: String(decoding: data, as: UTF8.self))
  }
}
