import RunEvents
import Screen

/// What a line typed after `:` asks for.
enum SpokenCommand: Sendable, Hashable {
  case move(Move)
  case decision(Int)
  case view(ViewKind)
  case metric(Metric)
  case palette(ColorRamp.Name)
  case budget(Int)
  case allocator(String)
  case change(Intervention)
  /// The picture, into a file; nil for the working directory.
  case save(PictureFile?)
  case stop, quit, help
}

/// Why a line means nothing, for the person who typed it; the first words say most.
struct CommandProblem: Error, Hashable {
  var text: String
  init(_ text: String) { self.text = text }
}

/// The commands by their names.
enum CommandWord: String, Sendable, Hashable, CaseIterable {
  case allocator, budget, cap, decision, end, help, metric, next, palette, pause, pin, prev, quit
  case release, resume, save, start, step, stop, view, when

  /// How it is typed.
  var usage: String {
    switch self {
    case .allocator: ":allocator NAME"
    case .budget: ":budget N"
    case .cap: ":cap PATTERN:N"
    case .decision: ":decision N"
    case .metric: ":metric NAME"
    case .next, .prev: ":\(rawValue) [N]"
    case .palette: ":palette NAME"
    case .pin: ":pin PATTERN[:N]"
    case .release: ":release PATTERN"
    case .save: ":save [FILE.svg or FILE.png]"
    case .step: ":step N"
    case .view: ":view NAME"
    case .when: ":when rank PATTERN < N"
    case .end, .help, .pause, .quit, .resume, .start, .stop: ":\(rawValue)"
    }
  }
}

extension Metric {
  /// Name by which a person asks for it.
  var word: String { "\(self)" }
}
