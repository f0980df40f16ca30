import RunEvents

/// A pattern of modules, or a rank for the chosen one, that is being typed.
struct RulePrompt: Sendable, Hashable {
  /// What is done with what matches.
  enum Purpose: Sendable, Hashable {
    case pin, cap, release
  }

  /// Most characters taken.
  static let capacity = 120

  var purpose: Purpose
  /// The pattern where it is given already; then a rank is typed.
  var pattern: String?
  var text = ""
  /// Why it could not be asked for; gone with the next character.
  var problem: String?

  /// What stands before the text.
  var label: String {
    switch (purpose, pattern) {
    case (.pin, let pattern?): "keep \(pattern) at rank "
    case (.pin, nil): "pin modules "
    case (.cap, let pattern?): "cap \(pattern) at rank "
    case (.cap, nil): "cap modules "
    case (.release, _): "release modules "
    }
  }

  /// What may be typed, before anything is.
  var example: String {
    switch (purpose, pattern) {
    case (.pin, nil): "e.g. L3.q (all that is alive), layer.3.*:4 (rank 4), *.query#2 (component 2)"
    case (_, _?): "a number, then enter"
    case (.cap, nil): "e.g. L3.q:4, layer.3.*:2"
    case (.release, nil): "e.g. L3.q, layer.3.*, * for all"
    }
  }

  /// What was typed as a rule; nil where it is none.
  var rule: ModuleRule? {
    guard let pattern else { return ModuleRule(text) }
    return Int(text).flatMap {
      $0 >= 0 ? ModuleRule(pattern: pattern, part: .count($0)) : nil
    }
  }

  /// What is asked for, or nil where the text is no rule.
  var intervention: Intervention? {
    guard let rule else { return nil }
    switch purpose {
    case .pin: return .pin(rule)
    case .cap: return .cap(rule)
    case .release: return .release(rule)
    }
  }

  /// Why the text is no rule.
  var explanation: String {
    if pattern != nil { return "give a rank, e.g. 4" }
    if text.isEmpty { return "give a pattern of names, e.g. L3.q" }
    return "after : or # stands a number, e.g. \(purpose == .cap ? "*.up:2" : "L3.q:4")"
  }
}

extension DashboardState {
  /// Why a change of pins and caps would be refused or change nothing; nil where it may be asked for.
  ///
  /// - Parameter asked: Changes that were asked for before and are not done yet.
  func refusal(of intervention: Intervention, after asked: [Intervention]) -> String? {
    guard let manifest, aliveMask.count == grid.capacity else { return nil }
    var wanted = constraints
    func change(_ intervention: Intervention) -> String? {
      switch intervention {
      case .pin(let rule): wanted.pin(rule, modules: manifest.modules, alive: aliveMask)
      case .cap(let rule): wanted.cap(rule, modules: manifest.modules)
      case .release(let rule): wanted.release(rule, modules: manifest.modules)
      default: nil
      }
    }
    for earlier in asked {
      let before = wanted
      if change(earlier) != nil { wanted = before }
    }
    let before = wanted
    if let refusal = change(intervention) { return refusal }
    guard wanted == before else { return nil }
    switch intervention {
    case .pin(let rule):
      let isAlive = rule.matches(in: manifest.modules).contains {
        ranks.indices.contains($0) && ranks[$0] > 0
      }
      return isAlive || rule.part != .all
        ? "\(rule) is pinned already"
        : "nothing of \(rule) is alive: give the rank to keep, e.g. \(rule.pattern):1"
    case .cap(let rule): return "\(rule) is the cap already"
    case .release(let rule): return "\(rule) has no pin and no cap"
    default: return nil
    }
  }

  /// A pattern that matches one module and no other: its place on the grid, or its name.
  func pattern(of module: Int) -> String? {
    guard let manifest, manifest.modules.indices.contains(module) else { return nil }
    let label = grid.label(module)
    if ModuleRule(pattern: label).matches(in: manifest.modules) == [module] { return label }
    return manifest.modules[module].name
  }
}
