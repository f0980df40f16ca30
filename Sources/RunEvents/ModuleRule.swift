/// A pattern of module names, and which part of each module is meant: `layer.3.*`, `L3.q:4`, `*.query#2`.
///
/// In the pattern `*` stands for any characters and `?` for one. It must match the whole name, its end
/// from a dot on (`layer.3.*` matches `bert.encoder.layer.3.output.dense`), or the place on the grid (`L3.q`).
public struct ModuleRule: Sendable, Hashable, Codable, CustomStringConvertible {
  /// Which part of a module is meant.
  public enum Part: Sendable, Hashable, Codable {
    /// The module as it is.
    case all
    /// A rank: `:N`.
    case count(Int)
    /// The component in a slot: `#S`.
    case slot(Int)
  }

  /// Pattern of names.
  public var pattern: String
  /// Part of each module.
  public var part: Part

  /// Creates a rule.
  public init(pattern: String, part: Part = .all) {
    self.pattern = pattern
    self.part = part
  }

  /// Reads `pattern`, `pattern:N` or `pattern#S`; nil where the number is none or the pattern is empty.
  public init?(_ text: String) {
    part = .all
    pattern = text
    if let mark = text.lastIndex(where: { $0 == ":" || $0 == "#" }) {
      guard let number = Int(text[text.index(after: mark)...]), number >= 0 else { return nil }
      pattern = String(text[..<mark])
      part = text[mark] == ":" ? .count(number) : .slot(number)
    }
    if pattern.isEmpty { return nil }
  }

  /// The rule as ``init(_:)`` reads it.
  public var description: String {
    switch part {
    case .all: pattern
    case .count(let count): "\(pattern):\(count)"
    case .slot(let slot): "\(pattern)#\(slot)"
    }
  }

  /// Indices of the modules that match.
  public func matches(in modules: [AdaptedModule]) -> [Int] {
    let glob = Array(pattern.utf8)
    return modules.indices.filter { index in
      let module = modules[index]
      if Self.matches(glob, Array("L\(module.layer).\(module.kind)".utf8)) { return true }
      let name = Array(module.name.utf8)
      if Self.matches(glob, name) { return true }
      return name.indices.contains {
        name[$0] == UInt8(ascii: ".") && Self.matches(glob, Array(name[($0 + 1)...]))
      }
    }
  }

  func noMatch(_ modules: [AdaptedModule]) -> String {
    let example = modules.first.map { "L\($0.layer).\($0.kind) or \($0.name)" } ?? "none"
    return "no module matches \(pattern): names are like \(example), and * stands for anything"
  }

  /// Glob matching without recursion: on a mismatch the last `*` takes one character more.
  private static func matches(_ glob: [UInt8], _ text: [UInt8]) -> Bool {
    var (g, t) = (0, 0)
    var star: (glob: Int, text: Int)?
    while t < text.count {
      if g < glob.count, glob[g] == UInt8(ascii: "*") {
        star = (g, t)
        g += 1
      } else if g < glob.count, glob[g] == UInt8(ascii: "?") || glob[g] == text[t] {
        g += 1
        t += 1
      } else if let last = star {
        star = (last.glob, last.text + 1)
        g = last.glob + 1
        t = last.text + 1
      } else {
        return false
      }
    }
    return glob[g...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
