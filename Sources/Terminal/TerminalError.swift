/// Why the terminal cannot be opened. Whoever gets one can still print plain text.
public struct TerminalError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What happened.
  public enum Code: Sendable, Hashable {
    /// Standard input is a file or a pipe.
    case inputIsNotATerminal
    /// Standard output is a file or a pipe.
    case outputIsNotATerminal
    /// The environment variable `TERM` is missing or empty.
    case termIsMissing
    /// `TERM` names a terminal that only prints line after line.
    case termIsDumb(String)
    /// `TERM` is unknown here, and so is xterm-256color.
    case termIsUnknown(String)
    /// The terminal cannot move its cursor to a place.
    case cursorCannotMove(String)
    /// This process has the terminal open already.
    case isAlreadyOpen
    /// The system refused; `errno`.
    case system(Int32)
  }

  /// What happened.
  public let code: Code

  /// Creates an error.
  public init(_ code: Code) { self.code = code }

  /// What happened and what to do, in one line.
  public var description: String {
    switch code {
    case .inputIsNotATerminal:
      "standard input is not a terminal: run it from a terminal, or with --headless"
    case .outputIsNotATerminal:
      "standard output is not a terminal: run it without a pipe, or with --headless"
    case .termIsMissing:
      "TERM is not set: set it to the terminal's type, for example xterm-256color"
    case .termIsDumb(let name):
      "the terminal type \(name) cannot draw a screen: set TERM to the real type, or use --headless"
    case .termIsUnknown(let name):
      "the terminal type \(name) is unknown here: set TERM to a type that `toe` lists"
    case .cursorCannotMove(let name):
      "the terminal type \(name) cannot move its cursor: use --headless"
    case .isAlreadyOpen:
      "the terminal is open already: close the other TerminalScreen first"
    case .system(let number):
      "the terminal cannot be read (error \(number)): run it from a terminal, or with --headless"
    }
  }
}
