/// One key press, or the news that the terminal has changed.
public enum Key: Sendable, Hashable {
  /// A printable character, space included.
  case character(Character)
  /// Control and a letter, lower case: `.control("l")`.
  case control(Character)
  /// The cursor keys.
  case up, down, left, right
  /// Page and line ends.
  case pageUp, pageDown, home, end
  /// Editing and leaving.
  case enter, escape, tab, backTab, backspace, delete
  /// Function key, 1 ... 12.
  case function(Int)
  /// The terminal has a new size.
  case resize(width: Int, height: Int)
}
