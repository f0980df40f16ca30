import Foundation
internal import GRDB
import RunEvents
import Synchronization

/// The trainer's view of the requests in the run file, over a connection that only reads.
final class Mailbox: Sendable {
  private struct State {
    var queue: DatabaseQueue?
    /// What `data_version` was when the requests were last looked at.
    var version: Int64?
    var lastID: Int64 = 0
    /// Who had a decision proposed and has not been heard of since.
    var proposer: TrainerProcess?
  }

  private let url: URL
  private let state: Mutex<State>

  init(opening url: URL) throws(StoreError) {
    self.url = url
    let queue = try atBorder(url) {
      let queue = try RunFile.connect(url.path, readonly: true)
      // From now on it never waits for a lock: the trainer looks again after the next step.
      try queue.unsafeRead { try $0.execute(sql: "PRAGMA busy_timeout = 0") }
      return queue
    }
    state = Mutex(State(queue: queue))
  }

  func close() {
    state.withLock { $0.queue = nil }
  }

  /// Requests not returned before, oldest first.
  func take() throws(StoreError) -> [InterventionRecord] {
    try state.withLock { (state) throws(StoreError) in
      guard let queue = state.queue else { return [] }
      do throws(StoreError) {
        return try atBorder(url) {
          try queue.unsafeRead { try Self.take($0, &state) } + Self.answer(&state)
        }
      } catch {
        if error.code == .busy { return [] }
        throw error
      }
    }
  }

  /// What a proposer that has died cannot say any more: that the run is to go on.
  private static func answer(_ state: inout State) -> [InterventionRecord] {
    guard state.proposer?.isRunning == false else { return [] }
    state.proposer = nil
    return [
      InterventionRecord(
        id: 0, intervention: .runOn, author: "ranktop",
        requestedAt: Date().timeIntervalSince1970, step: nil, outcome: .pending)
    ]
  }

  private static func take(_ db: Database, _ state: inout State) throws -> [InterventionRecord] {
    let version = try Int64.fetchOne(db.cachedStatement(sql: "PRAGMA data_version"))
    if version == state.version { return [] }
    let statement = try db.cachedStatement(
      sql: """
        SELECT 0, \(EventTable.interventions.columns) FROM interventions
        WHERE seq IS NULL AND step IS NULL AND id > ? ORDER BY id
        """)
    var records: [InterventionRecord] = []
    let rows = try Row.fetchCursor(statement, arguments: [state.lastID])
    while let row = try rows.next() {
      let record = try EventRow(table: .interventions, row: row).intervention()
      switch record.intervention {
      case .propose: state.proposer = row.text(3).flatMap(TrainerProcess.init(text:))
      case .decide, .runOn: state.proposer = nil
      default: break
      }
      records.append(record)
    }
    state.version = version
    state.lastID = records.last?.id ?? state.lastID
    return records
  }
}
