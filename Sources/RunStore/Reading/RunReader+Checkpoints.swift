import Foundation
internal import GRDB
import RunEvents

/// What must be known of a run to take it up again.
public struct Resumption: Sendable, Hashable {
  /// The newest checkpoint.
  public var checkpoint: StoredCheckpoint
  /// Last step recorded before the trainer died.
  public var lastRecorded: Int
  /// Requests that people made after the checkpoint, in the order in which they were taken up, each with its
  /// step: they are done again. A stop, and a pause that nobody ended, are not among them.
  public var repeated: [InterventionRecord]
}

extension RunReader {
  /// Checkpoints that the file holds, oldest first.
  public func checkpoints() throws(StoreError) -> [StoredCheckpoint] {
    try read { try Self.checkpoints($0) }
  }

  /// The bytes of a checkpoint; nil when it is not there any more.
  public func bytes(of checkpoint: StoredCheckpoint) throws(StoreError) -> CheckpointBytes? {
    try read { db in
      let row = try Row.fetchOne(
        db, sql: "SELECT data, fingerprint, asked FROM checkpoint_data WHERE seq = ?",
        arguments: [checkpoint.seq])
      guard let row else { return nil }
      guard case .blob(let data) = (row[0] as DatabaseValue).storage, let fingerprint = row.text(1)
      else {
        throw UnreadableRow(table: "checkpoint_data", seq: checkpoint.seq, column: 0)
      }
      return CheckpointBytes(data: data, fingerprint: fingerprint, wasAsked: row.integer(2) != 0)
    }
  }

  /// How the run can be taken up again; nil without a checkpoint.
  ///
  /// It does not ask whether the run has ended: ``liveness(at:)`` does.
  public func resumption() throws(StoreError) -> Resumption? {
    try read { db in
      guard let last = try Self.checkpoints(db).last else { return nil }
      let step = try Int.fetchOne(db, sql: "SELECT step FROM steps ORDER BY seq DESC LIMIT 1")
      return Resumption(
        checkpoint: last, lastRecorded: max(last.step, step ?? 0),
        repeated: try RunRewind(db: db, url: url).repeated(after: last.seq))
    }
  }

  private static func checkpoints(_ db: Database) throws -> [StoredCheckpoint] {
    guard try Schema.version(of: db) >= 2 else { return [] }
    let rows = try Row.fetchAll(
      db, sql: "SELECT seq, step, length(data), asked FROM checkpoint_data ORDER BY seq")
    return try rows.map { row in
      guard let seq = row.integer(0), let step = row.integer(1), let bytes = row.integer(2),
        let asked = row.integer(3)
      else { throw UnreadableRow(table: "checkpoint_data", seq: row.integer(0) ?? 0, column: 1) }
      return StoredCheckpoint(
        seq: seq, step: Int(step), bytes: Int(bytes), wasAsked: asked != 0)
    }
  }
}
