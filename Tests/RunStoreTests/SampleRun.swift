import Foundation
import RunEvents
import RunStore

/// A run made up event by event, of every kind, whose decisions fit its masks.
struct SampleRun {
  static let modules = [
    AdaptedModule(name: "layer.0.q", layer: 0, kind: "q", inputs: 4, outputs: 6, capacity: 2),
    AdaptedModule(name: "layer.0.v", layer: 0, kind: "v", inputs: 4, outputs: 8, capacity: 3),
    AdaptedModule(name: "layer.1.q", layer: 1, kind: "q", inputs: 4, outputs: 6, capacity: 4),
  ]
  static let layout = ComponentLayout(modules)

  var manifest = Sample.manifest()
  /// Steps between decisions, statistics, evaluations and checkpoints; 0 for none.
  var decisionEvery = 3, statisticsEvery = 4, evaluationEvery = 25, checkpointEvery = 40
  /// Whether gates, pins, tasks, requests and alarms happen too.
  var hasIncidents = true

  fileprivate(set) var alive: [Bool]
  private(set) var decisions = 0
  private var random: UInt64

  init(seed: UInt64, unit: BudgetUnit = .components) {
    random = seed
    manifest.modules = Self.modules
    manifest.budgetUnit = unit
    alive = manifest.aliveAtStart
    manifest.initialBudget = 0
    manifest.initialBudget = cost
  }

  /// Budget taken up.
  var cost: Int {
    zip(Self.layout.ranks(alive: alive), Self.modules).reduce(0) {
      $0 + $1.0 * $1.1.cost(in: manifest.budgetUnit)
    }
  }

  private mutating func roll(_ count: Int) -> Int {
    random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(random >> 33) % count
  }

  private func isDue(_ step: Int, _ every: Int) -> Bool { every > 0 && step % every == 0 }

  /// Everything that belongs to a step, its report first but for a task that came before it.
  mutating func events(of step: Int) -> [RunEvent] {
    var events: [RunEvent] = []
    var later: [RunEvent] = []
    if hasIncidents, roll(9) == 0 {
      events.append(
        .progress(TaskProgress(step: step - 1, task: "a", done: 1, total: 2, seconds: 1)))
    }
    if isDue(step, decisionEvery) { later.append(.decision(decide(step))) }
    var report = Sample.report(step, loss: roll(17) == 0 ? .nan : Double(roll(1000)) / 100)
    report.tokens = roll(5000)
    report.budget = 100 + step
    report.alive = cost
    events.append(.step(report))
    events += later
    if isDue(step, statisticsEvery) {
      let numbers = (0..<3).map { _ in Float(roll(100)) }
      events.append(
        .statistics(
          ModuleStatistics(
            step: step, ranks: Self.layout.ranks(alive: alive).map { UInt16($0) },
            importance: numbers, gradientNorm: numbers, updateNorm: [.nan, 0, numbers[0]])))
    }
    if isDue(step, evaluationEvery) {
      events.append(
        .evaluation(
          Evaluation(step: step, loss: 0.5, metrics: ["f1": Double(step)], seconds: 1)))
    }
    if hasIncidents { events += incidents(step) }
    if isDue(step, checkpointEvery) { events.append(Self.note(step)) }
    return events
  }

  static func note(_ step: Int) -> RunEvent {
    .checkpoint(Checkpoint(step: step, bytes: 3, seconds: 0.5))
  }

  private mutating func incidents(_ step: Int) -> [RunEvent] {
    var events: [RunEvent] = []
    if roll(3) == 0 { events.append(Sample.alarm(step)) }
    if roll(3) == 0 {
      let isMade = (step / 37) % 2 == 1
      events.append(.gates(ModuleGates(step: step, gates: [1, 0, 1], isBinary: isMade)))
    }
    if roll(5) == 0 {
      var constraints = RankConstraints()
      constraints.floors[roll(3)] = 1
      events.append(.constraints(step: step, constraints))
    }
    if roll(7) == 0 {
      var record = Sample.request(0, .budget(step), .applied, step: step)
      // By the run itself: nobody repeats it when the run is taken up again.
      record.requestedAt = 0
      if roll(2) == 0 { record.outcome = .rejected("no") }
      events.append(.intervention(record))
    }
    if roll(40) == 0 {
      var plan = Sample.plan
      plan.fromStep = step + 1
      events.append(.planned(plan))
    }
    return events
  }

  private mutating func decide(_ step: Int) -> Decision {
    let before = alive
    // Now and then nothing changes.
    if roll(4) > 0 { for _ in 0..<3 { alive[roll(alive.count)].toggle() } }
    decisions += 1
    let changed = alive.indices.filter { alive[$0] != before[$0] }.map { Self.layout.id(at: $0) }
    return Decision(
      number: decisions, step: step, allocator: "dora", budget: step,
      threshold: roll(5) == 0 ? nil : Float(roll(100)),
      scores: alive.map { _ in Float(roll(100)) }, alive: alive,
      pruned: changed.filter { before[Self.layout.index(of: $0)] },
      grown: changed.filter { !before[Self.layout.index(of: $0)] }, isFinal: roll(9) == 0,
      reason: "because of \(step)")
  }
}

extension SampleRun {
  /// Somebody who is long gone.
  static var ghost: RunRecorder.Options {
    var options = RunRecorder.Options()
    options.trainer = TrainerProcess(
      pid: 4_000_000, processStart: 1, host: TrainerProcess.currentHost)
    return options
  }

  /// Records a run whose trainer dies at some steps; each time it goes on from the last checkpoint.
  ///
  /// - Parameters:
  ///   - steps: Its last step.
  ///   - deaths: Steps after which the trainer dies.
  ///   - source: What the run was forked from, at its step.
  ///   - start: Last step before the first one.
  ///   - prepare: Called with the file while nobody records it.
  static func record(
    _ run: SampleRun, steps: Int, deaths: [Int] = [], source: String? = nil, start: Int = 0,
    in folder: RunFolder, prepare: (URL) throws -> Void = { _ in }
  ) throws {
    var run = run
    let bytes = CheckpointBytes(data: Data([1, 2, 3]), fingerprint: "", wasAsked: false)
    var recorder = try RunRecorder(creating: folder.file(), options: ghost)
    var opening: [RunEvent] = [.started(run.manifest), .planned(Sample.plan)]
    if let source {
      opening.append(note(start))
      run.alive = run.alive.enumerated().map { $0.offset % 2 == 0 }
      opening.append(
        .resumed(Seam(step: start, source: source, lastRecorded: start, alive: run.alive)))
    }
    _ = try recorder.record(opening, with: source == nil ? [] : [bytes], keeping: 9)
    var (saved, step) = (run, start)
    var deaths = deaths
    while step < steps {
      step += 1
      let events = run.events(of: step)
      let notes = events.count { if case .checkpoint = $0 { true } else { false } }
      _ = try recorder.record(
        events, with: [CheckpointBytes](repeating: bytes, count: notes), keeping: 9)
      if notes > 0 { saved = run }
      guard step == deaths.first else { continue }
      deaths.removeFirst()
      try recorder.finish()
      try prepare(folder.file())
      let reader = try RunReader(opening: folder.file())
      guard let checkpoint = try reader.checkpoints().last else { continue }
      reader.release()
      run = saved
      let seam = Seam(
        step: checkpoint.step, source: nil, lastRecorded: step, alive: saved.alive)
      recorder = try RunRecorder(
        resuming: folder.file(), from: checkpoint, seam: seam, options: ghost)
      step = checkpoint.step
    }
    try recorder.record([.stopped(Sample.stop(steps))])
    try recorder.finish()
  }
}
