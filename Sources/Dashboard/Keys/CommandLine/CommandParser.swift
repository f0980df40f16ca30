import RunEvents
import Screen

/// Reads what is typed after `:` and knows what may follow.
struct CommandParser {
  /// Modules of the run.
  let modules: [AdaptedModule]
  /// Short names of the modules.
  let labels: [String]
  /// Allocators to choose from.
  let allocators: [String]
  /// Name of a picture where none is given, without an ending.
  let picture: String

  /// Reads a line.
  func parse(_ text: String) throws(CommandProblem) -> SpokenCommand {
    let words = text.split(separator: " ").map(String.init)
    guard let first = words.first else { throw CommandProblem("type a command") }
    if let move = Self.jump(first) {
      if words.count > 1 { throw CommandProblem("only a number: \(first)") }
      return .move(move)
    }
    let rest = Array(words.dropFirst())
    let word = try Self.command(first)
    switch word {
    case .step:
      guard rest.count == 1, let move = Self.jump(rest[0]) else { throw usage(word) }
      return .move(move)
    case .start: return try plain(.move(.start), word, rest)
    case .end: return try plain(.move(.end), word, rest)
    case .next: return .move(.decisions(try count(word, rest)))
    case .prev: return .move(.decisions(-(try count(word, rest))))
    case .decision:
      guard rest.count == 1, let number = Int(rest[0]), number > 0 else { throw usage(word) }
      return .decision(number)
    case .when: return .move(.condition(try condition(rest.joined(separator: " "))))
    case .view: return .view(try one(of: ViewKind.allCases, \.title, word, rest))
    case .metric: return .metric(try one(of: Metric.allCases, \.word, word, rest))
    case .palette: return .palette(try one(of: ColorRamp.Name.allCases, \.rawValue, word, rest))
    case .allocator: return .allocator(try one(of: allocators, \.self, word, rest))
    case .budget:
      guard rest.count == 1, let budget = Int(rest[0]), budget > 0 else { throw usage(word) }
      return .budget(budget)
    case .pin: return .change(.pin(try rule(word, rest)))
    case .release: return .change(.release(try rule(word, rest)))
    case .cap:
      let rule = try rule(word, rest)
      guard case .count = rule.part else { throw usage(word) }
      return .change(.cap(rule))
    case .save:
      // A path may have blanks in it, so it is the whole rest of the line.
      let path = text.drop { $0 == " " }.dropFirst(first.count).drop { $0 == " " }
      if path.isEmpty { return .save(nil) }
      guard let file = PictureFile(String(path)) else {
        throw CommandProblem("a picture ends in .svg or .png, a folder in /")
      }
      return .save(file)
    case .pause: return try plain(.change(.pause), word, rest)
    case .resume: return try plain(.change(.resume), word, rest)
    case .stop: return try plain(.stop, word, rest)
    case .quit: return try plain(.quit, word, rest)
    case .help: return try plain(.help, word, rest)
    }
  }

  /// A step, or so many steps on or back where a sign stands before it.
  private static func jump(_ text: String) -> Move? {
    guard let number = Int(text) else { return nil }
    return text.hasPrefix("+") || text.hasPrefix("-") ? .steps(number) : .to(number)
  }

  /// A command by its name or by a beginning that no other shares.
  private static func command(_ text: String) throws(CommandProblem) -> CommandWord {
    if let word = CommandWord(rawValue: text) { return word }
    let fitting = CommandWord.allCases.filter { $0.rawValue.hasPrefix(text) }
    if fitting.count == 1 { return fitting[0] }
    if fitting.isEmpty { throw CommandProblem("no command \(text): tab shows them") }
    throw CommandProblem(fitting.map(\.rawValue).joined(separator: " or ") + "?")
  }

  private func usage(_ word: CommandWord) -> CommandProblem { CommandProblem(word.usage) }

  private func plain(
    _ command: SpokenCommand, _ word: CommandWord, _ rest: [String]
  ) throws(CommandProblem) -> SpokenCommand {
    if rest.isEmpty { return command }
    throw usage(word)
  }

  private func count(_ word: CommandWord, _ rest: [String]) throws(CommandProblem) -> Int {
    if rest.isEmpty { return 1 }
    guard rest.count == 1, let count = Int(rest[0]), count > 0 else { throw usage(word) }
    return count
  }

  private func one<Value>(
    of values: [Value], _ name: KeyPath<Value, String>, _ word: CommandWord, _ rest: [String]
  ) throws(CommandProblem) -> Value {
    guard rest.count == 1 else { throw usage(word) }
    if let value = values.first(where: { $0[keyPath: name] == rest[0] }) { return value }
    let names = values.map { $0[keyPath: name] }.joined(separator: ", ")
    throw CommandProblem("no \(word) \(rest[0]): \(names)")
  }

  private func rule(_ word: CommandWord, _ rest: [String]) throws(CommandProblem) -> ModuleRule {
    guard rest.count == 1, let rule = ModuleRule(rest[0]) else { throw usage(word) }
    return rule
  }

  /// Reads `rank PATTERN < N`; without a pattern any module may fulfil it.
  private func condition(_ text: String) throws(CommandProblem) -> RankCondition {
    guard text.hasPrefix("rank") else { throw usage(.when) }
    let body = text.dropFirst(4)
    guard let start = body.firstIndex(where: { "<>=!".contains($0) }) else { throw usage(.when) }
    var end = start
    while end < body.endIndex, "<>=!".contains(body[end]) { end = body.index(after: end) }
    let sign = body[start..<end] == "==" ? "=" : String(body[start..<end])
    let number = body[end...].drop { $0 == " " }
    guard let relation = RankCondition.Relation(rawValue: sign), let rank = Int(number), rank >= 0
    else { throw usage(.when) }
    let pattern = body[..<start].split(separator: " ").map(String.init)
    guard pattern.count <= 1 else { throw usage(.when) }
    let matches = ModuleRule(pattern: pattern.first ?? "*").matches(in: modules)
    if matches.isEmpty { throw CommandProblem("no module is \(pattern.first ?? "*")") }
    return RankCondition(modules: matches, relation: relation, rank: rank)
  }

  // MARK: Completion

  /// Words that may stand at the end of a text and begin as its last word does.
  func completions(of text: String) -> [String] {
    var words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let last = words.popLast() ?? ""
    words.removeAll(where: \.isEmpty)
    if words.count == 1, case .save? = try? Self.command(words[0]) {
      return PictureFile.completions(of: last, default: picture)
    }
    return followers(of: words).filter { $0.hasPrefix(last) && $0 != last }
  }

  private func followers(of words: [String]) -> [String] {
    guard let first = words.first else { return CommandWord.allCases.map(\.rawValue) }
    guard let word = try? Self.command(first) else { return [] }
    let names = labels + modules.map(\.name)
    switch (word, words.count) {
    case (.view, 1): return ViewKind.allCases.map(\.title)
    case (.metric, 1): return Metric.allCases.map(\.word)
    case (.palette, 1): return ColorRamp.Name.allCases.map(\.rawValue)
    case (.allocator, 1): return allocators
    case (.pin, 1), (.cap, 1), (.release, 1): return names
    case (.when, 1): return ["rank"]
    case (.when, 2): return names
    case (.when, 3): return RankCondition.Relation.allCases.map(\.rawValue)
    default: return []
    }
  }
}
