internal import GRDB
import RunEvents

extension EventRow {
  /// Decodes the row; what lies in further tables is fetched from `db`.
  ///
  /// - Parameter withParts: Whether a decision comes with what its scores are made of.
  func event(_ db: Database, withParts: Bool = true) throws -> RunEvent {
    switch table {
    case .manifest: .started(try manifest(db))
    case .plans: .planned(try plan())
    case .steps: .step(try report())
    case .statistics: .statistics(try statistics())
    case .decisions: .decision(try decision(db, changes: "changes", withParts: withParts))
    case .proposals:
      .proposed(try decision(db, changes: "proposed_changes", withParts: withParts))
    case .interventions: .intervention(try intervention())
    case .evaluations: .evaluation(try evaluation(db))
    case .alarms: .alarm(Alarm(step: try int(1), kind: try text(2), message: try text(3)))
    case .stop: .stopped(try stop())
    case .gates:
      .gates(
        ModuleGates(
          step: try int(1), gates: try numbers(2, of: Float.self), isBinary: try int(3) != 0))
    case .constraints:
      .constraints(step: try int(1), try json(2, as: RankConstraints.self))
    case .progress:
      .progress(
        TaskProgress(
          step: try int(1), task: try text(2), done: try int(3), total: try int(4),
          seconds: double(5)))
    case .checkpoints:
      .checkpoint(Checkpoint(step: try int(1), bytes: try int(2), seconds: double(3)))
    case .seams:
      .resumed(
        Seam(
          step: try int(1), source: optionalText(2), lastRecorded: try int(3),
          alive: try numbers(4, of: UInt8.self).map { $0 != 0 }))
    }
  }

  private func report() throws -> StepReport {
    StepReport(
      step: try int(1), loss: double(2), regularizer: double(3), learningRate: double(4),
      gradientNorm: double(5), tokens: try int(6), seconds: double(7), elapsed: double(8),
      budget: try int(9), alive: try int(10), wait: double(11))
  }

  private func statistics() throws -> ModuleStatistics {
    ModuleStatistics(
      step: try int(1), ranks: try numbers(2, of: UInt16.self),
      importance: try numbers(3, of: Float.self), gradientNorm: try numbers(4, of: Float.self),
      updateNorm: try numbers(5, of: Float.self))
  }

  private func decision(
    _ db: Database, changes table: String, withParts: Bool
  ) throws -> Decision {
    var pruned: [ComponentID] = []
    var grown: [ComponentID] = []
    let changes = try Row.fetchCursor(
      db.cachedStatement(
        sql: "SELECT module, slot, change FROM \(table) WHERE seq = ? ORDER BY position"),
      arguments: [seq])
    while let change = try changes.next() {
      guard let module = change.integer(0), let slot = change.integer(1),
        let sign = change.integer(2)
      else { throw unreadable(0) }
      let id = ComponentID(module: Int(module), slot: Int(slot))
      if sign < 0 { pruned.append(id) } else { grown.append(id) }
    }
    return Decision(
      number: try int(1), step: try int(2), allocator: try text(3), budget: try int(4),
      threshold: try int(5) != 0 ? Float(double(6)) : nil,
      scores: try numbers(9, of: Float.self),
      alive: try numbers(10, of: UInt8.self).map { $0 != 0 },
      pruned: pruned, grown: grown, isFinal: try int(7) != 0, reason: try text(8),
      parts: withParts ? try parts(db) : [], edited: try edited())
  }

  private func edited() throws -> [ComponentID] {
    let text = try text(11)
    return text == "[]" ? [] : try json(11, as: [ComponentID].self)
  }

  private func parts(_ db: Database) throws -> [ScorePart] {
    if try Schema.version(of: db) < 3 { return [] }
    var parts: [ScorePart] = []
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: #"SELECT seq, name, "values" FROM score_parts WHERE seq = ? ORDER BY position"#),
      arguments: [seq])
    while let row = try rows.next() {
      guard let name = row.text(1), let values = try row.array(2, of: Float.self) else {
        throw UnreadableRow(table: "score_parts", seq: seq, column: 0)
      }
      parts.append(ScorePart(name: name, values: values))
    }
    return parts
  }

  private func plan() throws -> Plan {
    Plan(
      allocator: try text(1), fromStep: try int(2), phases: try json(7, as: [Plan.Phase].self),
      budgets: try json(8, as: [Plan.BudgetPoint].self), targetBudget: try int(3),
      firstDecision: optionalInt(4), decisionInterval: try int(5), lastDecision: optionalInt(6))
  }

  /// The row as a record, pending ones included.
  func intervention() throws -> InterventionRecord {
    let intervention = Intervention(kind: try text(2), value: optionalText(3))
    guard
      let outcome = InterventionRecord.Outcome(outcome: try text(7), reason: optionalText(8))
    else {
      throw unreadable(7)
    }
    return InterventionRecord(
      id: try int64(1), intervention: intervention, author: try text(4), requestedAt: double(5),
      step: optionalInt(6), outcome: outcome)
  }

  private func evaluation(_ db: Database) throws -> Evaluation {
    var metrics: [String: Double] = [:]
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT name, value FROM metrics WHERE seq = ?"), arguments: [seq])
    while let row = try rows.next() {
      guard let name = row.text(0) else { throw unreadable(0) }
      metrics[name] = row.number(1) ?? .nan
    }
    return Evaluation(step: try int(1), loss: double(2), metrics: metrics, seconds: double(3))
  }

  private func stop() throws -> Stop {
    guard let reason = Stop.Reason(reason: try text(2), detail: optionalText(3)) else {
      throw unreadable(2)
    }
    return Stop(
      step: try int(1), reason: reason, seconds: double(4), tokens: try int(5),
      adapter: optionalText(6))
  }

  private func manifest(_ db: Database) throws -> Manifest {
    Manifest(
      name: try text(1), model: try text(2), architecture: try text(3), task: try text(4),
      data: try json(13, as: [String: String].self), labels: try json(14, as: [String].self),
      mainMetric: try text(5), allocator: try text(6),
      hyperparameters: try json(15, as: [String: String].self),
      seed: UInt64(bitPattern: try int64(7)), totalSteps: try int(8), stepsPerEpoch: try int(9),
      initialBudget: try int(10), targetBudget: try int(11), modules: try modules(db),
      plantedRanks: optionalText(17) == nil ? nil : try json(17, as: [Int].self),
      environment: try json(16, as: [String: String].self), startedAt: double(12),
      budgetUnit: try budgetUnit())
  }

  private func budgetUnit() throws -> BudgetUnit {
    guard let unit = BudgetUnit(rawValue: try text(18)) else { throw unreadable(18) }
    return unit
  }

  private func modules(_ db: Database) throws -> [AdaptedModule] {
    var modules: [AdaptedModule] = []
    let startRank = try Schema.version(of: db) < 2 ? "capacity" : "start_rank"
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT name, layer, kind, inputs, outputs, capacity, \(startRank)
          FROM modules ORDER BY module
          """))
    while let row = try rows.next() {
      guard let name = row.text(0), let layer = row.integer(1),
        let kind = row.text(2), let inputs = row.integer(3),
        let outputs = row.integer(4), let capacity = row.integer(5),
        let startRank = row.integer(6)
      else { throw UnreadableRow(table: "modules", seq: seq, column: 0) }
      modules.append(
        AdaptedModule(
          name: name, layer: Int(layer), kind: kind, inputs: Int(inputs), outputs: Int(outputs),
          capacity: Int(capacity), startRank: Int(startRank)))
    }
    return modules
  }
}
