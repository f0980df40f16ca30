import RunEvents
import RunStore

/// What a run says, found by plain loops over all of its events: the reference for whatever looks
/// things up.
struct PlainRun {
  let events: [RecordedEvent]

  init(_ reader: RunReader) throws { events = try reader.allEvents() }

  /// The events up to the first report of a later step.
  func events(through step: Int) -> [RecordedEvent] {
    let end = events.firstIndex { recorded in
      if case .step(let report) = recorded.event { report.step > step } else { false }
    }
    return Array(events[..<(end ?? events.count)])
  }

  var manifest: Manifest? {
    for case .started(let manifest) in events.map(\.event) { return manifest }
    return nil
  }

  var decisions: [Decision] {
    events.compactMap { if case .decision(let decision) = $0.event { decision } else { nil } }
  }

  /// The last step reported, or the step of a seam after it.
  func lastStep(_ events: [RecordedEvent]) -> Int {
    events.reduce(0) { last, recorded in
      switch recorded.event {
      case .step(let report): report.step
      case .resumed(let seam): seam.step
      default: last
      }
    }
  }

  // MARK: Masks and ranks

  func mask(_ events: [RecordedEvent]) -> [Bool]? {
    var mask = manifest?.aliveAtStart
    for recorded in events {
      switch recorded.event {
      case .decision(let decision): mask = decision.alive
      case .resumed(let seam): mask = seam.alive
      default: break
      }
    }
    return mask
  }

  /// Ranks by rising step: every change, those of one step together; what is before a fork is not the run's.
  func columns(_ events: [RecordedEvent]) -> [RunOverview.Column] {
    guard let manifest else { return [] }
    let layout = manifest.layout
    var columns: [RunOverview.Column] = []
    func add(_ ranks: [UInt16], _ step: Int) {
      if columns.last?.ranks == ranks { return }
      if let last = columns.last, last.step >= step {
        columns[columns.count - 1].ranks = ranks
      } else {
        columns.append(RunOverview.Column(step: step, ranks: ranks))
      }
    }
    for recorded in events {
      switch recorded.event {
      case .started: add(manifest.modules.map { UInt16($0.startRank) }, 0)
      case .statistics(let statistics): add(statistics.ranks, statistics.step)
      case .decision(let decision):
        add(layout.ranks(alive: decision.alive).map { UInt16($0) }, decision.step)
      case .resumed(let seam):
        if seam.source != nil { columns = [] }
        add(layout.ranks(alive: seam.alive).map { UInt16($0) }, seam.step)
      default: break
      }
    }
    return columns
  }

  // MARK: The digest

  /// Kinds by which the newest are kept.
  private static func isKept(_ event: RunEvent) -> (kind: Int, newest: Int)? {
    switch event {
    case .started: (0, 1)
    case .planned: (1, 200)
    case .step: (2, 256)
    case .intervention: (3, 200)
    case .evaluation: (4, 1)
    case .alarm: (5, 200)
    case .constraints: (6, 200)
    case .checkpoint: (7, 200)
    case .resumed: (8, 64)
    case .stopped: (9, 1)
    case .decision: (10, 200)
    case .statistics, .gates, .progress, .proposed: nil
    }
  }

  /// The entries of the digest of these events, as texts, in order.
  func digest(_ events: [RecordedEvent]) throws -> (entries: [String], totals: RunDigest.Totals) {
    var kept: Set<Int> = []
    for kind in 0...10 {
      let all = events.indices.filter { Self.isKept(events[$0].event)?.kind == kind }
      guard let first = all.first else { continue }
      kept.formUnion(all.suffix(Self.isKept(events[first].event)!.newest))
    }
    let statistics = events.indices.filter {
      if case .statistics = events[$0].event { true } else { false }
    }
    kept.formUnion(statistics.prefix(8))
    kept.formUnion(statistics.suffix(24))
    keepGates(events, &kept)
    let lastStep = events.lastIndex { if case .step = $0.event { true } else { false } } ?? -1
    let task = events.lastIndex { if case .progress = $0.event { true } else { false } } ?? -1
    if task > lastStep { kept.insert(task) }
    let last = events.lastIndex { if case .decision = $0.event { true } else { false } }
    var totals = RunDigest.Totals()
    var entries: [String] = []
    for index in events.indices {
      let event = events[index].event
      if kept.contains(index) {
        if case .decision(let decision) = event, index != last {
          entries.append(try fingerprint(outline(decision, events)))
        } else {
          entries.append(try fingerprint(event))
        }
        continue
      }
      switch event {
      case .step(let report): totals.tokens += report.tokens
      case .statistics: totals.statistics += 1
      case .checkpoint: totals.checkpoints += 1
      case .decision(let decision):
        totals.decisions += 1
        totals.pruned += decision.pruned.count
        totals.grown += decision.grown.count
      default: break
      }
    }
    return (entries, totals)
  }

  /// The first and the last of each row of gates that are alike in being made or not.
  private func keepGates(_ events: [RecordedEvent], _ kept: inout Set<Int>) {
    var before: (index: Int, isBinary: Bool)?
    for index in events.indices {
      guard case .gates(let gates) = events[index].event else { continue }
      if before?.isBinary != gates.isBinary {
        kept.insert(index)
        if let before { kept.insert(before.index) }
      }
      before = (index, gates.isBinary)
    }
    if let before { kept.insert(before.index) }
  }

  private func outline(_ decision: Decision, _ events: [RecordedEvent]) -> DecisionOutline {
    var alive = -1
    for case .step(let report) in events.map(\.event) where report.step == decision.step {
      alive = report.alive
    }
    return DecisionOutline(
      number: decision.number, step: decision.step, allocator: decision.allocator,
      budget: decision.budget, alive: alive, threshold: decision.threshold,
      pruned: decision.pruned, grown: decision.grown, isFinal: decision.isFinal,
      reason: decision.reason)
  }

  // MARK: The overview

  /// Stretches of so many steps.
  func stretches(_ events: [RecordedEvent], length: Int) -> [RunOverview.Stretch] {
    var stretches: [Int: RunOverview.Stretch] = [:]
    var smoothed: Double?
    var tokens = 0
    for recorded in events {
      let first = (max(1, recorded.event.step) - 1) / length * length + 1
      var stretch = stretches[first] ?? RunOverview.Stretch(firstStep: first)
      switch recorded.event {
      case .step(let report):
        if report.loss.isFinite {
          stretch.finite += 1
          stretch.lossSum += report.loss
          smoothed = 0.9 * (smoothed ?? report.loss) + (1 - 0.9) * report.loss
        } else {
          stretch.notFinite += 1
        }
        stretch.smoothed = smoothed ?? 0
        tokens += report.tokens
        stretch.tokens = tokens
      case .decision(let decision):
        stretch.decisions += 1
        stretch.pruned += decision.pruned.count
        stretch.grown += decision.grown.count
      case .checkpoint: stretch.checkpoints += 1
      default: continue
      }
      stretches[first] = stretch
    }
    return stretches.values.sorted { $0.firstStep < $1.firstStep }
  }
}

extension RunDigest.Entry {
  /// Equal for equal entries, where NaN equals NaN.
  var text: String {
    get throws {
      switch self {
      case .event(let event): try fingerprint(event)
      case .decision(let outline): try fingerprint(outline)
      }
    }
  }
}
