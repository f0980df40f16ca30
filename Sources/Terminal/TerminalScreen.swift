import CNcurses
import Glibc
import Screen

/// The one owner of the real terminal: shows frames, yields keys.
///
///     var terminal = try TerminalScreen()
///     while let input = terminal.wait(timeout: .seconds(1)) {
///       ...
///       terminal.show(frame)
///     }
///
/// It belongs to the thread that opened it. However the program ends, the terminal is put back as it was
/// found: by ``close()``, when the value goes away, at `exit`, and by the signals that end a process
/// (SEGV, ABRT, ILL, TRAP, FPE, BUS, and TERM, HUP, INT, QUIT unless the program handles or ignores those),
/// which then take their usual course. While it is open, control-C and control-\ are keys.
public struct TerminalScreen: ~Copyable {
  /// What the terminal can show.
  public let capabilities: TerminalCapabilities
  /// Columns and rows, as of the last wait.
  public internal(set) var size: TerminalSize
  /// Ends a wait from elsewhere.
  public let waker = TerminalWaker()

  /// Whether the terminal is held; not after ``close()``.
  public internal(set) var isOpen = true

  let options: TerminalOptions
  var shown: Frame?
  var pairs: ColorPairs
  var line: [cn_cell] = []

  var decoder = KeyDecoder()
  /// Keys that have arrived, and how many of them have been returned.
  var pending: [Key] = []
  var returned = 0
  var isWoken = false
  var hasEnded = false

  /// Why no screen can be drawn here, or `nil` when it can.
  public static var obstacle: TerminalError? {
    guard isatty(STDIN_FILENO) == 1 else { return TerminalError(.inputIsNotATerminal) }
    guard isatty(STDOUT_FILENO) == 1 else { return TerminalError(.outputIsNotATerminal) }
    let name = environment("TERM")
    if name.isEmpty { return TerminalError(.termIsMissing) }
    if name == "dumb" || name == "unknown" { return TerminalError(.termIsDumb(name)) }
    return nil
  }

  /// Takes the terminal: second screen, no echo, every key at once.
  ///
  /// Sets the process's character type locale (`LC_CTYPE`) from the environment; where that names no
  /// usable locale, UTF-8 is assumed and noted, except for a vt100 and its kin.
  ///
  /// - Throws: ``TerminalError``; the terminal is then as it was.
  public init(_ options: TerminalOptions = TerminalOptions()) throws(TerminalError) {
    if let obstacle = Self.obstacle { throw obstacle }
    let name = Self.environment("TERM")
    let depthLimit = Self.depthLimit(options.colors)
    let wishes = cn_options(
      escape_delay: Int32(clamping: options.escapeDelay.nanoseconds / 1_000_000),
      unicode: options.unicode.map { $0 ? 1 : 0 } ?? -1,
      colors: depthLimit == .none ? 0 : 1, synchronized: options.isSynchronized ? 1 : 0,
      mouse: options.mouse ? 1 : 0)
    var terminal = cn_terminal()
    let outcome = withUnsafePointer(to: wishes) { cn_open($0, &terminal) }
    if let code = Self.failure(outcome, name: name, error: terminal.error) {
      throw TerminalError(code)
    }
    capabilities = Self.capabilities(of: terminal, name: name, limit: depthLimit)
    pairs = ColorPairs(
      depth: capabilities.colors, isDirect: terminal.colors == 1 << 24,
      hasStandard: terminal.has_standard_colors != 0, limit: Int(terminal.pairs))
    size = TerminalSize(width: Int(terminal.width), height: Int(terminal.height))
    self.options = options
  }

  deinit {
    if isOpen { cn_close() }
  }

  /// Puts the terminal back as it was found; more calls do nothing.
  ///
  /// Afterwards nothing is shown and every wait returns `nil`.
  public mutating func close() {
    guard isOpen else { return }
    isOpen = false
    shown = nil
    cn_close()
  }
}

// MARK: What the terminal is

extension TerminalScreen {
  static func environment(_ name: String) -> String {
    getenv(name).map { String(cString: $0) } ?? ""
  }

  private static func depthLimit(_ wish: ColorWish) -> TerminalColorDepth {
    switch wish {
    case .automatic: environment("NO_COLOR").isEmpty ? .full : .none
    case .always: .full
    case .atMost(let depth): depth
    }
  }

  private static func failure(
    _ outcome: Int32, name: String, error: Int32
  ) -> TerminalError.Code? {
    switch outcome {
    case CN_OPENED: nil
    case CN_ALREADY_OPEN: .isAlreadyOpen
    case CN_NO_CURSOR_ADDRESSING: .cursorCannotMove(name)
    case CN_SYSTEM_ERROR: .system(error)
    default: .termIsUnknown(name)
    }
  }

  private static func capabilities(
    of terminal: cn_terminal, name: String, limit: TerminalColorDepth
  ) -> TerminalCapabilities {
    let depth: TerminalColorDepth =
      switch terminal.colors {
      case 256...: .full
      case 16...: .sixteen
      case 8...: .eight
      default: .none
      }
    var notes: [String] = []
    if terminal.replaced_term != 0 {
      notes.append("TERM=\(name) is unknown here: using xterm-256color")
    }
    if terminal.assumed_unicode != 0 {
      notes.append("the environment names no installed locale: assuming UTF-8")
    }
    return TerminalCapabilities(
      colors: min(depth, limit), hasUnicode: terminal.unicode != 0,
      termName: terminal.replaced_term != 0 ? "xterm-256color" : name, notes: notes)
  }
}

extension Duration {
  /// Whole nanoseconds, as many as fit.
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    return scaled.addingReportingOverflow(attoseconds / 1_000_000_000).overflow
      ? .max : scaled + attoseconds / 1_000_000_000
  }
}
