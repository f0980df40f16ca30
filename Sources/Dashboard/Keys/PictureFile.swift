/// Where a picture of the dashboard is to be written.
public struct PictureFile: Sendable, Hashable {
  /// What a picture can be written as.
  public enum Format: String, Sendable, Hashable, CaseIterable {
    /// Shapes, which scale.
    case svg
    /// Pixels.
    case png
  }

  /// Its path as it was typed; a folder where it ends in `/`.
  public var path: String
  /// By its ending; SVG in a folder.
  public var format: Format

  /// The working directory.
  public static let workingDirectory = PictureFile(path: "./", format: .svg)

  private init(path: String, format: Format) {
    self.path = path
    self.format = format
  }

  /// The file of a path that ends in `.svg` or `.png`, or the folder of one that ends in `/`; nil for others.
  public init?(_ path: String) {
    self.path = path
    if path.hasSuffix("/") {
      format = .svg
      return
    }
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex,
      let format = Format(rawValue: name[name.index(after: dot)...].lowercased())
    else { return nil }
    self.format = format
  }

  /// Whether its name is still to be made.
  public var isFolder: Bool { path.hasSuffix("/") }

  /// The path, or the next one with a number before the ending that nothing has: `run.svg`, `run-2.svg`.
  ///
  /// - Parameters:
  ///   - name: Name without an ending where the path is a folder.
  ///   - exists: Whether there is something at a path.
  public func free(name: String, exists: (String) -> Bool) -> String {
    let ending = isFolder ? format.rawValue : String(path.suffix(3))
    let stem = isFolder ? path + name : String(path.dropLast(4))
    var number = 1
    while true {
      let candidate = number == 1 ? "\(stem).\(ending)" : "\(stem)-\(number).\(ending)"
      if !exists(candidate) { return candidate }
      number += 1
    }
  }

  /// What may be typed for a path that begins so.
  static func completions(of typed: String, default name: String) -> [String] {
    var stems = [name]
    if !typed.isEmpty && !typed.hasSuffix("/") {
      // `plots/a.p` asks for the rest of the ending.
      let dot = typed.lastIndex(of: ".").flatMap { dot in
        let ending = typed[typed.index(after: dot)...]
        return Format.allCases.contains { $0.rawValue.hasPrefix(ending) } ? dot : nil
      }
      stems.append(String(typed[..<(dot ?? typed.endIndex)]))
    } else if !typed.isEmpty {
      stems.append(typed + name)
    }
    var seen: Set<String> = []
    return stems.flatMap { stem in Format.allCases.map { "\(stem).\($0.rawValue)" } }
      .filter { $0.hasPrefix(typed) && $0 != typed && seen.insert($0).inserted }
  }
}

extension DashboardModel {
  /// Name of a picture of what is shown, without an ending.
  public var pictureName: String {
    let run = (head.manifest?.name ?? "run").map { $0 == "/" ? "-" : $0 }
    return "\(String(run))-\(view.title)-\(state.step)"
  }
}
