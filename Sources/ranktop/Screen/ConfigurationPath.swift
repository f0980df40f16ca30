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
    let files = FileManager.default
    guard (try? files.attributesOfItem(atPath: path)) != nil else { return nil }
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let kind = try? files.attributesOfItem(atPath: target)[.type] as? FileAttributeType
    // Others, a pipe for one, may never end.
    guard kind == .typeRegular else {
      return ConfigurationFile(unreadable: "it is no file that could be read")
    }
    guard let data = files.contents(atPath: target) else {
      return ConfigurationFile(unreadable: "it cannot be read: look at its permissions")
    }
    return ConfigurationFile(lenient: String(decoding: data, as: UTF8.self))
  }
}
