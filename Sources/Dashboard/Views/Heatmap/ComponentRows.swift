import RunEvents
import Screen

/// What is known of one component slot.
struct ComponentRow: Sendable, Hashable {
  /// How a slot stands.
  enum Standing: Sendable, Hashable, CaseIterable {
    /// Alive and pinned by a person, grown during the run, or simply alive.
    case pinned, grown, alive
    /// Not alive: it may never come back, it was scored and may, it was cut, it was never used.
    case frozen, candidate, pruned, free
  }

  var slot: Int
  var standing: Standing
  /// Score in the last decision, and its distance from the threshold; NaN where there is none.
  var score: Float, margin: Float
  /// Steps since it grew, or since the start; nil where it is not alive or that is not looked up.
  var age: Int?
  /// Its last change.
  var change: ComponentChange?
  /// The numbers that its score is made of, NaN where there is none.
  var parts: [Float]
}

/// The component slots of one module.
struct ComponentRows {
  let rows: [ComponentRow]
  /// Names of the parts of a score.
  let parts: [String]

  init(module: Int, model: DashboardModel) {
    let state = model.state
    let range = state.grid.layout.range(of: module)
    let total = state.grid.capacity
    let decision = state.scoredDecision
    let scores = decision?.scores.count == total ? decision?.scores ?? [] : []
    let recorded = decision?.parts.filter { $0.values.count == total } ?? []
    let threshold = decision?.threshold ?? .nan
    let changes = model.changes(of: module)
    var last: [Int: ComponentChange] = [:]
    for change in changes ?? [] { last[change.slot] = change }
    // After a final decision nothing comes back, nor in a module that was switched off for good.
    let isShut =
      state.gates.map { $0.isBinary && $0.gates.indices.contains(module) && $0.gates[module] <= 0 }
      ?? false
    let isFinal = decision?.isFinal == true || isShut
    rows = range.map { index in
      let slot = index - range.lowerBound
      let isAlive = state.aliveMask.indices.contains(index) && state.aliveMask[index]
      let score = scores.isEmpty ? Float.nan : scores[index]
      let change = last[slot]
      let standing: ComponentRow.Standing
      if isAlive {
        let id = ComponentID(module: module, slot: slot)
        standing =
          state.constraints.pinned.contains(id)
          ? .pinned : change?.isGrown == true ? .grown : .alive
      } else if isFinal {
        standing = .frozen
      } else {
        standing = score.isFinite ? .candidate : change?.isGrown == false ? .pruned : .free
      }
      let since = change.map { $0.isGrown ? $0.step : state.step } ?? 0
      return ComponentRow(
        slot: slot, standing: standing, score: score, margin: score - threshold,
        age: isAlive && changes != nil ? max(0, state.step - since) : nil, change: change,
        parts: recorded.map { $0.values[index] })
    }
    parts = recorded.map(\.name)
  }

  /// The rows by slot, or the highest score first and those without one last.
  func sorted(byScore: Bool) -> [ComponentRow] {
    guard byScore else { return rows }
    return rows.sorted { a, b in
      if a.score.isNaN || b.score.isNaN {
        return a.score.isNaN == b.score.isNaN ? a.slot < b.slot : b.score.isNaN
      }
      return a.score != b.score ? a.score > b.score : a.slot < b.slot
    }
  }
}

extension ComponentRow.Standing {
  /// Its name for a person.
  var word: String { "\(self)" }

  func sign(_ glyphs: Glyphs) -> Unicode.Scalar {
    switch self {
    case .pinned: HeatmapView.pinMark
    case .grown: "+"
    case .alive: glyphs.position
    case .frozen: glyphs.stopped
    case .candidate: glyphs.upcoming
    case .pruned: glyphs.minus
    case .free: glyphs.zero
    }
  }
}
