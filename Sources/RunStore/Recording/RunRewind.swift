import Foundation
internal import GRDB
import RunEvents

/// Takes a run file back to one of its checkpoints, inside one transaction.
///
/// Numbers of events are not used again: somebody who still follows the file sees what comes now as new.
struct RunRewind {
  let db: Database
  let url: URL

  /// Requests of people that were taken up after event `seq`, or wait since an earlier resumption.
  ///
  /// What a run does by itself has no time of request: it is in the checkpoint. A stop and a pause that
  /// nobody ended went down with the trainer. Requests are taken up in the order of their numbers.
  func repeated(after seq: Int64) throws -> [InterventionRecord] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT ifnull(seq, 0), \(EventTable.interventions.columns) FROM interventions
        WHERE ifnull(requested_at, 1) <> 0 AND kind <> 'stop' AND step IS NOT NULL AND (seq > ? OR seq IS NULL)
        ORDER BY step, id
        """, arguments: [seq])
    let records = try rows.map { try EventRow(table: .interventions, row: $0).intervention() }
    guard let pause = records.lastIndex(where: { $0.intervention == .pause }),
      !records[pause...].contains(where: { $0.intervention == .resume })
    else { return records }
    return records.filter { $0.id != records[pause].id }
  }

  /// Removes what came after a checkpoint, and records the seam.
  ///
  /// - Returns: The largest number in use.
  func rewind(
    to checkpoint: StoredCheckpoint, seam: Seam, _ trainer: TrainerProcess, _ now: Double
  ) throws -> Int64 {
    try checkIsAbandoned(now)
    try Schema.upgrade(db)
    let seq = checkpoint.seq
    let found = try Int64.fetchOne(
      db, sql: "SELECT seq FROM checkpoint_data WHERE seq = ?", arguments: [seq])
    guard found != nil else {
      throw StoreError(
        .damaged, "\(url.path) does not hold the checkpoint of step \(checkpoint.step) any more.")
    }
    let last = try EventTable.allCases.reduce(seq) { last, table in
      max(last, try Int64.fetchOne(db, sql: "SELECT max(seq) FROM \(table.rawValue)") ?? 0)
    }
    let repeated = try repeated(after: seq)
    for record in repeated {
      try db.execute(
        sql: """
          UPDATE interventions SET seq = NULL, outcome = 'pending', reason = NULL WHERE id = ?
          """, arguments: [record.id])
    }
    // What waits without a step is new; what waits with one is repeated at that step.
    let kept = repeated.map { "\($0.id)" }.joined(separator: ",")
    try db.execute(
      sql: """
        DELETE FROM interventions
        WHERE seq > ? OR (seq IS NULL AND step IS NOT NULL AND id NOT IN (\(kept)))
        """, arguments: [seq])
    let tables = EventTable.allCases.filter { $0 != .interventions }.map(\.rawValue)
    let others = [
      "changes", "metrics", "checkpoint_data", "overview", "rank_changes", "proposed_changes",
      "score_parts",
    ]
    for table in tables + others {
      try db.execute(sql: "DELETE FROM \(table) WHERE seq > ?", arguments: [seq])
    }
    try EventWriter(db: db).write(.resumed(seam), seq: last + 1)
    try RunRecorder.introduce(trainer, db, now)
    return last + 1
  }

  private func checkIsAbandoned(_ now: Double) throws {
    if let step = try Int.fetchOne(db, sql: "SELECT step FROM stop LIMIT 1") {
      throw StoreError(.runEnded, "\(url.path) ended at step \(step): fork it to go on from there.")
    }
    if let (trainer, heartbeat) = try RunReader.trainer(db),
      trainer.isRunning ?? (now - heartbeat <= RunReader.longestSilence)
    {
      throw StoreError(
        .runIsLive,
        "\(url.path) is being recorded by process \(trainer.pid) on \(trainer.host): "
          + "look at it with ranktop watch.")
    }
  }
}
