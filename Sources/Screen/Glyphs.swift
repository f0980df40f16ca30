/// The signs that views draw with: one set for UTF-8, one for ASCII.
///
/// Sextants and octants are left out on purpose: C libraries of the day take octants for unprintable.
public struct Glyphs: Sendable, Hashable {
  /// Lines of boxes.
  public var horizontal, vertical, topLeft, topRight, bottomLeft, bottomRight: Unicode.Scalar
  /// A heavier horizontal line, for what is done.
  public var heavy: Unicode.Scalar
  /// A line's division, crossing or tick.
  public var divider, tick: Unicode.Scalar
  /// Bars growing to the right: nothing, then one to eight eighths (two entries in ASCII).
  public var bar: [Unicode.Scalar]
  /// The part of a bar that is empty.
  public var track: Unicode.Scalar
  /// The upper half of a cell; nil where a cell cannot be halved.
  public var upperHalf: Unicode.Scalar?
  /// Whether curves are drawn with braille dots, two by four a cell.
  public var hasBraille: Bool
  /// Dots of a curve without braille, by how many of the cell's dots are set: few, many.
  public var dots: [Unicode.Scalar]
  /// The sign of a rank of zero.
  public var zero: Unicode.Scalar
  /// Text that is cut.
  public var ellipsis: Unicode.Scalar
  /// Signs of change.
  public var minus, arrow, down, up: Unicode.Scalar
  /// Where a run stands on its schedule, and where something is to come.
  public var position, upcoming: Unicode.Scalar
  /// An evaluation in a plot.
  public var evaluation: Unicode.Scalar
  /// Where a run was taken up again; where a checkpoint was written.
  public var seam, checkpoint: Unicode.Scalar
  /// A person's doing.
  public var flag: Unicode.Scalar
  /// Signs of a run's state.
  public var waiting, running, paused, finished, stopped, failed: Unicode.Scalar
  /// A warning.
  public var warning: Unicode.Scalar
  /// More rows above or below.
  public var moreAbove, moreBelow: Unicode.Scalar
  /// The chosen entry of a menu.
  public var pointer: Unicode.Scalar

  /// For terminals with UTF-8 and a common font.
  public static let unicode = Glyphs(
    horizontal: "─", vertical: "│", topLeft: "╭", topRight: "╮", bottomLeft: "╰",
    bottomRight: "╯", heavy: "━", divider: "┃", tick: "┴",
    bar: [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"], track: " ", upperHalf: "▀",
    hasBraille: true, dots: ["·", "•"], zero: "·", ellipsis: "…", minus: "−", arrow: "→",
    down: "▾", up: "▴", position: "●", upcoming: "◇", evaluation: "◆", seam: "↺", checkpoint: "□",
    flag: "⚑", waiting: "○",
    running: "●", paused: "‖", finished: "✓", stopped: "■", failed: "✗", warning: "▲",
    moreAbove: "↑", moreBelow: "↓", pointer: "▸")

  /// For everything else.
  public static let ascii = Glyphs(
    horizontal: "-", vertical: "|", topLeft: "+", topRight: "+", bottomLeft: "+",
    bottomRight: "+", heavy: "=", divider: "|", tick: "+", bar: [" ", "#"], track: "-",
    upperHalf: nil, hasBraille: false, dots: [".", ":"], zero: ".", ellipsis: "~", minus: "-",
    arrow: ">", down: "v", up: "^", position: "@", upcoming: "o", evaluation: "x", seam: "%",
    checkpoint: "c", flag: "!",
    waiting: "o", running: "*", paused: "=", finished: "=", stopped: "#", failed: "X",
    warning: "!", moreAbove: "^", moreBelow: "v", pointer: ">")
}
