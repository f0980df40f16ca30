import ArgumentParser
import Dashboard
import Screen
import Terminal

/// How the dashboard looks: options of every command that draws.
struct Appearance: ParsableArguments, Sendable {
  @Flag(help: "Plain ASCII instead of line drawing, blocks and braille.")
  var ascii = false

  @Flag(help: "No colours (the environment variable NO_COLOR does the same).")
  var noColor = false

  @Flag(
    help: "Leave the mouse to the terminal (otherwise its own selecting wants the shift key).")
  var noMouse = false

  /// The same with what a configuration says where no option does.
  func completed(by file: ConfigurationFile) -> Appearance {
    var appearance = self
    if file.ascii == true { appearance.ascii = true }
    if file.color == false { appearance.noColor = true }
    if file.mouse == false { appearance.noMouse = true }
    return appearance
  }

  @Flag(
    help:
      "In words, line by line, without a screen: for screen readers, pipes and dumb terminals.")
  var plain = false

  /// Whether the run is told in words: as asked, or because the terminal can only print lines.
  var isPlain: Bool {
    if plain { return true }
    switch TerminalScreen.obstacle?.code {
    case .termIsDumb, .termIsMissing: return true
    default: return false
    }
  }

  /// Options for opening the terminal.
  var terminalOptions: TerminalOptions {
    TerminalOptions(
      colors: noColor ? .atMost(.none) : .automatic, unicode: ascii ? false : nil,
      mouse: !noMouse)
  }

  /// The theme for what the terminal can show.
  func theme(
    for capabilities: TerminalCapabilities, palette: ColorRamp.Name = .dusk
  ) -> Theme {
    let depth: ColorDepth =
      switch capabilities.colors {
      case .none: .none
      case .eight, .sixteen: .sixteen
      default: .full
      }
    return Theme(
      depth: depth, glyphs: capabilities.hasUnicode && !ascii ? .unicode : .ascii,
      ramp: palette)
  }
}
