import Foundation
internal import GRDB
import RunEvents

/// Writes events as rows, inside one transaction.
struct EventWriter {
  let db: Database

  /// Writes one event.
  ///
  /// - Parameter takenUp: Budget taken up after a decision, in the run's unit; nil where it is not known.
  func write(_ event: RunEvent, seq: Int64, takenUp: Int? = nil) throws {
    switch event {
    case .started(let manifest): try write(manifest, seq)
    case .planned(let plan): try write(plan, seq)
    case .step(let report): try write(report, seq)
    case .statistics(let statistics): try write(statistics, seq)
    case .decision(let decision):
      try write(
        decision, seq, into: "decisions", changes: "changes", ["taken_up": takenUp])
      if !decision.edited.isEmpty {
        try execute(
          "UPDATE decisions SET edited = ? WHERE seq = ?", [JSON.text(decision.edited), seq])
      }
    case .proposed(let decision):
      try write(decision, seq, into: "proposals", changes: "proposed_changes")
    case .intervention(let record): try write(record, seq)
    case .evaluation(let evaluation): try write(evaluation, seq)
    case .alarm(let alarm):
      try execute(
        "INSERT INTO alarms (seq, step, kind, message) VALUES (?, ?, ?, ?)",
        [seq, alarm.step, alarm.kind, alarm.message])
    case .stopped(let stop): try write(stop, seq)
    case .gates(let gates):
      try execute(
        "INSERT INTO gates (seq, step, gates, is_binary) VALUES (?, ?, ifnull(?, x''), ?)",
        [seq, gates.step, Data(numbers: gates.gates), gates.isBinary])
    case .constraints(let step, let constraints):
      try execute(
        "INSERT INTO constraints (seq, step, constraints) VALUES (?, ?, ?)",
        [seq, step, JSON.text(constraints)])
    case .progress(let progress):
      try execute(
        "INSERT INTO progress (seq, step, task, done, total, seconds) VALUES (?, ?, ?, ?, ?, ?)",
        [seq, progress.step, progress.task, progress.done, progress.total, progress.seconds])
    case .checkpoint(let checkpoint):
      try execute(
        "INSERT INTO checkpoints (seq, step, bytes, seconds) VALUES (?, ?, ?, ?)",
        [seq, checkpoint.step, checkpoint.bytes, checkpoint.seconds])
    case .resumed(let seam):
      try execute(
        """
        INSERT INTO seams (seq, step, source, last_recorded, alive)
        VALUES (?, ?, ?, ?, ifnull(?, x''))
        """,
        [seq, seam.step, seam.source, seam.lastRecorded, Data(numbers: seam.alive)])
    }
  }

  /// Writes the bytes of a checkpoint beside its note.
  func write(_ bytes: CheckpointBytes, step: Int, seq: Int64) throws {
    try execute(
      """
      INSERT INTO checkpoint_data (seq, step, asked, fingerprint, data)
      VALUES (?, ?, ?, ?, ifnull(?, x''))
      """,
      [seq, step, bytes.wasAsked, bytes.fingerprint, bytes.data])
  }

  /// Removes the oldest checkpoints that nobody asked for; their notes stay, their room is used again.
  func removeCheckpoints(keeping count: Int) throws {
    try execute(
      """
      DELETE FROM checkpoint_data WHERE asked = 0 AND seq NOT IN
        (SELECT seq FROM checkpoint_data WHERE asked = 0 ORDER BY seq DESC LIMIT ?)
      """, [count])
  }

  private func execute(_ sql: String, _ arguments: StatementArguments) throws {
    try db.cachedStatement(sql: sql).execute(arguments: arguments)
  }

  private func write(_ report: StepReport, _ seq: Int64) throws {
    try execute(
      """
      INSERT INTO steps (seq, step, loss, regularizer, learning_rate, gradient_norm, tokens,
        seconds, elapsed, budget, alive, wait)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        seq, report.step, report.loss, report.regularizer, report.learningRate,
        report.gradientNorm, report.tokens, report.seconds, report.elapsed, report.budget,
        report.alive, report.wait,
      ])
  }

  // SQLite binds a pointer to no bytes as NULL: `ifnull` makes an empty array an empty BLOB.

  private func write(_ statistics: ModuleStatistics, _ seq: Int64) throws {
    try execute(
      """
      INSERT INTO statistics (seq, step, ranks, importance, gradient_norm, update_norm)
      VALUES (?, ?, ifnull(?, x''), ifnull(?, x''), ifnull(?, x''), ifnull(?, x''))
      """,
      [
        seq, statistics.step, Data(numbers: statistics.ranks),
        Data(numbers: statistics.importance), Data(numbers: statistics.gradientNorm),
        Data(numbers: statistics.updateNorm),
      ])
  }

  private func write(
    _ decision: Decision, _ seq: Int64, into table: String, changes: String,
    _ more: KeyValuePairs<String, Int?> = [:]
  ) throws {
    try execute(
      """
      INSERT INTO \(table) (seq, number, step, allocator, budget, ranked, threshold, is_final,
        reason, scores, alive\(more.map { ", " + $0.key }.joined()))
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ifnull(?, x''), ifnull(?, x'')\(more.map { _ in ", ?" }.joined()))
      """,
      [
        seq, decision.number, decision.step, decision.allocator, decision.budget,
        decision.threshold != nil, decision.threshold, decision.isFinal,
        decision.reason, Data(numbers: decision.scores), Data(numbers: decision.alive),
      ] + StatementArguments(more.map(\.value)))
    let insertion = try db.cachedStatement(
      sql: """
        INSERT INTO \(changes) (seq, position, module, slot, change) VALUES (?, ?, ?, ?, ?)
        """)
    var position = 0
    for (components, change) in [(decision.pruned, -1), (decision.grown, 1)] {
      for id in components {
        try insertion.execute(arguments: [seq, position, id.module, id.slot, change])
        position += 1
      }
    }
    for (position, part) in decision.parts.enumerated() {
      try execute(
        """
        INSERT INTO score_parts (seq, position, name, "values") VALUES (?, ?, ?, ifnull(?, x''))
        """, [seq, position, part.name, Data(numbers: part.values)])
    }
  }

  private func write(_ plan: Plan, _ seq: Int64) throws {
    try execute(
      """
      INSERT INTO plans (seq, allocator, from_step, target_budget, first_decision,
        decision_interval, last_decision, phases, budgets)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        seq, plan.allocator, plan.fromStep, plan.targetBudget, plan.firstDecision,
        plan.decisionInterval, plan.lastDecision, JSON.text(plan.phases), JSON.text(plan.budgets),
      ])
  }

  private func write(_ evaluation: Evaluation, _ seq: Int64) throws {
    try execute(
      "INSERT INTO evaluations (seq, step, loss, seconds) VALUES (?, ?, ?, ?)",
      [seq, evaluation.step, evaluation.loss, evaluation.seconds])
    for (name, value) in evaluation.metrics {
      try execute(
        "INSERT INTO metrics (seq, name, value) VALUES (?, ?, ?)", [seq, name, value])
    }
  }

  private func write(_ stop: Stop, _ seq: Int64) throws {
    let (reason, detail) = stop.reason.columns
    try execute(
      """
      INSERT INTO stop (seq, step, reason, detail, seconds, tokens, adapter)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [seq, stop.step, reason, detail, stop.seconds, stop.tokens, stop.adapter])
  }

  /// Settles the request in the mailbox, or adds it when it never was there.
  private func write(_ record: InterventionRecord, _ seq: Int64) throws {
    let (kind, value) = (record.intervention.kind, record.intervention.value)
    let (outcome, reason) = record.outcome.columns
    try execute(
      """
      INSERT INTO interventions (id, kind, value, author, requested_at, seq, step, outcome, reason)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET
        seq = excluded.seq, step = excluded.step, outcome = excluded.outcome,
        reason = excluded.reason
      """,
      [
        record.id == 0 ? nil : record.id, kind, value, record.author, record.requestedAt, seq,
        record.step, outcome, reason,
      ])
  }

  private func write(_ manifest: Manifest, _ seq: Int64) throws {
    try execute(
      """
      INSERT INTO manifest (seq, \(EventTable.manifest.columns))
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        seq, manifest.name, manifest.model, manifest.architecture, manifest.task,
        manifest.mainMetric, manifest.allocator, Int64(bitPattern: manifest.seed),
        manifest.totalSteps, manifest.stepsPerEpoch, manifest.initialBudget,
        manifest.targetBudget, manifest.startedAt, JSON.text(manifest.data),
        JSON.text(manifest.labels), JSON.text(manifest.hyperparameters),
        JSON.text(manifest.environment), manifest.plantedRanks.map(JSON.text),
        manifest.budgetUnit.rawValue,
      ])
    for (index, module) in manifest.modules.enumerated() {
      try execute(
        """
        INSERT INTO modules (module, name, layer, kind, inputs, outputs, capacity, start_rank)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          index, module.name, module.layer, module.kind, module.inputs, module.outputs,
          module.capacity, module.startRank,
        ])
    }
  }
}
