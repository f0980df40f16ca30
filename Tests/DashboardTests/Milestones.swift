import RunEvents

extension FixtureRun {
  /// The run's events with more of them, each after everything else of its step; seams without a
  /// mask get the one that holds there.
  func events(adding more: [Int: [RunEvent]]) -> [RunEvent] {
    var result: [RunEvent] = []
    var step = 0
    var alive = manifest.aliveAtStart
    for event in events {
      switch event {
      case .step, .stopped:
        result += (more[step] ?? []).map { event in
          guard case .resumed(var seam) = event, seam.alive.isEmpty else { return event }
          seam.alive = alive
          return .resumed(seam)
        }
        if case .step(let report) = event { step = report.step }
      case .decision(let decision): alive = decision.alive
      default: break
      }
      result.append(event)
    }
    if case .stopped? = events.last { return result }
    return result + (more[step] ?? [])
  }

  /// A run with a pin, a floor, a cap, checkpoints, a seam, gates and long tasks.
  var eventful: [RunEvent] {
    var more = Self.milestones(last: totalSteps)
    for step in stride(from: 3, through: totalSteps, by: 3) {
      more[step, default: []].append(.gates(gates(step, isBinary: step >= totalSteps / 2)))
    }
    return events(adding: more)
  }

  /// What a person and the trainer did in a run of `last` steps.
  static func milestones(last: Int) -> [Int: [RunEvent]] {
    let pinned: Set = [ComponentID(module: 18, slot: 0), ComponentID(module: 18, slot: 2)]
    let pin = RankConstraints(pinned: pinned)
    let all = RankConstraints(pinned: pinned, floors: [19: 2], caps: [18: 5, 28: 4])
    let seam = last * 4 / 9
    var more: [Int: [RunEvent]] = [
      last / 4: [
        intervention(.pin(ModuleRule(pattern: "L3.q")), id: 800, step: last / 4),
        .constraints(step: last / 4, pin),
      ],
      last / 3: [
        intervention(.cap(ModuleRule(pattern: "L4.up", part: .count(4))), id: 801, step: last / 3),
        .constraints(step: last / 3, all),
      ],
      seam: [
        .checkpoint(Checkpoint(step: seam, bytes: 4_213_000, seconds: 0.31)),
        .resumed(
          Seam(step: seam, source: nil, lastRecorded: seam + 42, alive: [])),
      ],
    ]
    for step in [last / 5, last * 10 / 19] {
      more[step, default: []].append(
        .checkpoint(Checkpoint(step: step, bytes: 820, seconds: 0.02)))
      more[step]?.append(progress(step, done: 120))
    }
    return more
  }

  /// Gates that part slowly.
  func gates(_ step: Int, isBinary: Bool) -> ModuleGates {
    ModuleGates(
      step: step,
      gates: modules.indices.map { module in
        let gate = 0.5 + (worth(module) - 0.45) * min(1.2, Double(step) / 200)
        return isBinary ? (gate > 0.5 ? 1 : 0) : Float(min(max(gate, 0), 1))
      }, isBinary: isBinary)
  }
}

/// An ablation that goes on.
func progress(_ step: Int, done: Int, total: Int = 288) -> RunEvent {
  .progress(
    TaskProgress(
      step: step, task: "ablation", done: done, total: total, seconds: 0.05 * Double(done)))
}
