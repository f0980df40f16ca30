import Foundation
internal import GRDB
import RunEvents
import Synchronization

/// Reads one run, live or finished, without ever changing what it says.
///
/// Works while another process records, after that process was killed, and where the folder cannot be
/// written. Every call sees the run as of one moment. All methods may be called from any thread; they
/// block for the time of the read.
public final class RunReader: Sendable {
  /// The run file.
  public let url: URL
  /// Paths of the file and of its write-ahead log: making them from the URL costs more than asking for them.
  let path: String, logPath: String

  private struct Connection {
    var queue: DatabaseQueue?
    /// Which connection it is: the versions that SQLite reports are only comparable within one.
    var number = 0
  }

  private let connection: Mutex<Connection>
  /// What was read before and never changes.
  let decoded = DecodedRows()

  /// Opens a run.
  ///
  /// - Throws: ``StoreError`` with `.fileNotFound`, `.notARun`, `.schemaTooNew`, `.damaged`,
  ///   `.accessDenied`.
  public init(opening url: URL) throws(StoreError) {
    self.url = url
    path = url.path
    logPath = path + "-wal"
    connection = Mutex(Connection(queue: try Self.open(url)))
  }

  /// The manifest; nil in the first moments of a run, before it is recorded.
  ///
  /// - Throws: ``StoreError``, as every method here, when the file cannot be read any more.
  public func manifest() throws(StoreError) -> Manifest? {
    try read { try self.manifest($0) }
  }

  /// The events that follow event number `seq`, in order.
  ///
  /// - Parameters:
  ///   - seq: Number of the last event already known; 0 to start at the beginning.
  ///   - kinds: The kinds wanted; the tables of the others are not touched.
  ///   - limit: Most events to return. Fewer come back when they are large; none only at the end.
  public func events(
    after seq: Int64 = 0, of kinds: EventKinds = .all, limit: Int = 4096
  ) throws(StoreError) -> [RecordedEvent] {
    try page(after: seq, of: kinds, limit: limit).events
  }

  /// As ``events(after:of:limit:)``, and whether they are all that there are by now.
  func page(
    after seq: Int64, of kinds: EventKinds = .all, limit: Int
  ) throws(StoreError) -> (events: [RecordedEvent], isLast: Bool) {
    try read { db in
      var merge = try EventMerge(db, after: seq, kinds: kinds)
      return (try merge.next(limit: limit), merge.isAtEnd)
    }
  }

  /// Number of the last event recorded; 0 when there is none.
  public func lastSeq() throws(StoreError) -> Int64 {
    try read { try StepSearch(db: $0).lastSeq() }
  }

  /// Number of the last event before the first step after `step` ended: what was known when `step`
  /// and everything that belongs to it was done.
  ///
  /// - Complexity: O(log steps): a few dozen look-ups, no index.
  public func seq(throughStep step: Int) throws(StoreError) -> Int64 {
    try read { try StepSearch(db: $0).seq(throughStep: step) }
  }

  /// Every request ever made of this run, oldest first, those still pending included.
  public func interventions() throws(StoreError) -> [InterventionRecord] {
    try read { db in
      let columns = EventTable.interventions.columns
      let statement = try db.cachedStatement(
        sql: "SELECT ifnull(seq, 0), \(columns) FROM interventions ORDER BY id")
      var records: [InterventionRecord] = []
      let rows = try Row.fetchCursor(statement)
      while let row = try rows.next() {
        records.append(try EventRow(table: .interventions, row: row).intervention())
      }
      return records
    }
  }

  /// Lets go of the file until the next call, so that its recorder can make it a single file.
  public func release() {
    connection.withLock { $0.queue = nil }
  }

  /// What the file's version is now; different from an earlier one when somebody wrote in between.
  func version() throws(StoreError) -> FileVersion {
    let (queue, number) = try connected()
    return try atBorder(url) {
      // Without the cost of a transaction: this is what a follower does many times a second.
      try queue.unsafeRead { db in
        let data = try Int64.fetchOne(db.cachedStatement(sql: "PRAGMA data_version")) ?? 0
        return FileVersion(connection: number, data: data)
      }
    }
  }

  /// Runs `body` in one read transaction, opening the file again if it was released.
  func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    let queue = try connected().queue
    return try atBorder(url) { try queue.read(body) }
  }

  private func connected() throws(StoreError) -> (queue: DatabaseQueue, number: Int) {
    try connection.withLock { (connection) throws(StoreError) in
      if let queue = connection.queue { return (queue, connection.number) }
      let queue = try Self.open(url)
      connection = Connection(queue: queue, number: connection.number + 1)
      decoded.removeAll()
      return (queue, connection.number)
    }
  }

  /// Opens for reading; finishes a finished run first that could not become a single file when it ended.
  private static func open(_ url: URL) throws(StoreError) -> DatabaseQueue {
    let queue = try RunFile.openForReading(url)
    let needsTidying = try atBorder(url) {
      try queue.read { db in
        guard try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal" else { return false }
        return try Int64.fetchOne(db, sql: "SELECT seq FROM stop LIMIT 1") != nil
      }
    }
    guard needsTidying, FileManager.default.isWritableFile(atPath: url.path) else { return queue }
    try? queue.close()
    if let writer = try? RunFile.openForWriting(url) {
      _ = try? RunFile.leaveWriteAheadLog(writer)
    }
    return try RunFile.openForReading(url)
  }
}

/// State of a run file as one connection sees it.
struct FileVersion: Equatable {
  var connection: Int
  var data: Int64
}
