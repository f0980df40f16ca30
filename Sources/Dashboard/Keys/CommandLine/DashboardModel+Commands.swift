import RunEvents
import Screen

extension DashboardModel {
  /// Lines kept to be recalled.
  private static let historyCapacity = 100

  private var parser: CommandParser {
    let modules = head.manifest?.modules ?? []
    return CommandParser(
      modules: modules, labels: modules.indices.map { head.grid.label($0) },
      allocators: allocators.map(\.name), picture: pictureName)
  }

  mutating func edit(_ edit: CommandInput.Edit) {
    guard case .prompt(var input) = overlay else { return }
    if case .complete(let count) = edit {
      input.complete(parser.completions(of: input.textBefore), by: count)
    } else {
      input.apply(edit, history: commandHistory)
    }
    overlay = .prompt(input)
  }

  /// Does what was typed, or says in the line why not.
  mutating func acceptPrompt(now: Double) -> [Action] {
    guard case .prompt(var input) = overlay else { return [] }
    let text = input.text
    if text.allSatisfy({ $0 == " " }) {
      overlay = .none
      return []
    }
    do throws(CommandProblem) {
      let command = try parser.parse(text)
      if let problem = problem(of: command) { throw CommandProblem(problem) }
      overlay = .none
      if commandHistory.last != text { commandHistory.append(text) }
      commandHistory.removeFirst(max(0, commandHistory.count - Self.historyCapacity))
      return perform(command, now: now)
    } catch {
      input.problem = error.text
      overlay = .prompt(input)
      return []
    }
  }

  /// Why a command that is well formed cannot be done now.
  private func problem(of command: SpokenCommand) -> String? {
    switch command {
    case .decision(let number):
      return number <= head.decisionCount
        ? nil : "\(head.decisionCount) decisions so far, none is \(number)"
    case .metric(.gate): return state.gates == nil ? "this run has no gates" : nil
    case .budget(let budget):
      guard mode == .live else { return nil }
      let most = max(1, head.largestBudget)
      return budget <= most ? nil : "at most \(most)"
    case .change(let intervention):
      return mode == .live ? head.refusal(of: intervention, after: outstanding) : nil
    default: return nil
    }
  }

  private mutating func perform(_ command: SpokenCommand, now: Double) -> [Action] {
    switch command {
    case .move(let move): return [.move(move)]
    // Numbers count from 1, so the start and so many decisions on is that one.
    case .decision(let number): return [.move(.start), .move(.decisions(number))]
    case .view(let view): show(view)
    case .metric(let metric): heatmap.metric = metric
    case .palette(let name):
      palette = name
      say("palette \(name.rawValue)", now: now)
    case .save(let file): return [file.map { .saveAs($0) } ?? .save]
    case .quit: return leave()
    case .help: overlay = .help(first: 0)
    case .stop, .budget, .allocator, .change: return steer(command, now: now)
    }
    return []
  }

  private mutating func steer(_ command: SpokenCommand, now: Double) -> [Action] {
    if refusesToSteer(now: now) { return [] }
    switch command {
    case .stop: return [.stop]
    case .budget(let budget):
      if budget == wantedBudget {
        say("that is the budget already", now: now)
        return []
      }
      draft = BudgetDraft(budget: budget, due: now)
      return sendDraft(now: now)
    case .allocator(let name):
      if name == head.allocator {
        say("\(name) is at work already", now: now)
        return []
      }
      return ask(.allocator(name), "\(name) asked for, from the next step on", now: now)
    case .change(let intervention):
      return ask(intervention, "\(intervention.text) asked for", now: now)
    default: return []
    }
  }
}
