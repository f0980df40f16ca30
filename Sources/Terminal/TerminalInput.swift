import CNcurses
import Screen

/// What ended a wait.
public enum TerminalInput: Sendable, Hashable {
  /// A key, or the news that the terminal has a new size.
  case key(Key)
  /// Somebody called ``TerminalWaker/wake()``; several calls may end one wait.
  case woken
  /// The time ran out.
  case timedOut
}

/// Ends the terminal's wait from any thread or task.
///
/// It stays valid for ever: after the terminal is closed it does nothing that anybody sees.
public struct TerminalWaker: Sendable {
  init() {}

  /// Ends the current or the next wait.
  ///
  /// - Complexity: one system call, none when a wake is already on its way; never blocks.
  public func wake() { cn_wake() }
}
