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
  /// A mouse button, or the wheel.
  case mouse(MouseEvent)
}

/// What a mouse did, and where.
public struct MouseEvent: Sendable, Hashable {
  /// What it did; only the first button counts.
  public enum Kind: Sendable, Hashable, CaseIterable {
    /// The button went down, moved while it was down, went up.
    case press, drag, release
    /// The wheel turned away from the person, or towards them.
    case wheelUp, wheelDown
  }

  /// What it did.
  public var kind: Kind
  /// Column, counted from 0.
  public var x: Int
  /// Row, counted from 0.
  public var y: Int

  /// Creates an event.
  public init(_ kind: Kind, x: Int, y: Int) {
    self.kind = kind
    self.x = x
    self.y = y
  }
}
