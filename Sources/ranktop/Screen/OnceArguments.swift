import ArgumentParser
import Dashboard
import Foundation
import Screen

/// One frame as text instead of the dashboard.
struct OnceArguments: ParsableArguments, Sendable {
  @Flag(help: "Print one frame as text and leave.")
  var once = false

  @Option(help: "Columns of the frame. Default: the terminal's, else 120.")
  var width: Int?

  @Option(help: "Rows of the frame. Default: the terminal's, else 40.")
  var height: Int?

  @Option(help: "View of the frame: \(ViewKind.names).")
  var view: String?

  func validate() throws {
    for (option, value) in [("--width", width), ("--height", height)] {
      guard let value else { continue }
      if !once { throw ValidationError("\(option) belongs to --once: add that, or leave it out") }
      if !(1...1000).contains(value) {
        throw ValidationError("\(option) \(value): choose 1 ... 1000")
      }
    }
    if let view {
      if !once { throw ValidationError("--view belongs to --once: add that, or leave it out") }
      if ViewKind(named: view) == nil {
        throw ValidationError("--view \(view): choose one of \(ViewKind.names)")
      }
    }
  }

  /// The view asked for.
  func view(or fallback: ViewKind) -> ViewKind { view.flatMap { ViewKind(named: $0) } ?? fallback }

  /// Prints the frame; colours and other escapes on a terminal only.
  func show(_ picture: RunPicture, _ appearance: Appearance) throws {
    var picture = picture
    let isTerminal = isatty(STDOUT_FILENO) == 1
    var size = winsize()
    if !isTerminal || ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) != 0 { size = winsize() }
    let environment = ProcessInfo.processInfo.environment
    let hasColors =
      isTerminal && !appearance.noColor && (environment["NO_COLOR"] ?? "").isEmpty
      && !["", "dumb", "unknown"].contains(environment["TERM"] ?? "")
    let has256 =
      (environment["TERM"] ?? "").contains("256") || environment["COLORTERM"] != nil
    let theme = Theme(
      depth: !hasColors ? .none : has256 ? .full : .sixteen,
      glyphs: appearance.ascii || (isTerminal && !Self.speaksUnicode(environment))
        ? .ascii : .unicode)
    let frame = try picture.frame(
      width: width ?? (size.ws_col > 0 ? Int(size.ws_col) : 120),
      // One row is left for the prompt that follows.
      height: height ?? (size.ws_row > 1 ? Int(size.ws_row) - 1 : 40), theme: theme)
    let text = hasColors ? frame.escapedText : frame.text
    FileHandle.standardOutput.write(Data(text.utf8))
  }

  private static func speaksUnicode(_ environment: [String: String]) -> Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }
      .first { !$0.isEmpty }
    let name = (locale ?? "").lowercased()
    return name.contains("utf-8") || name.contains("utf8")
  }
}
