import Foundation
internal import GRDB
import RunEvents
import Synchronization

/// Writes one run into its file, and receives what people ask of it through the same file.
///
/// Each ``record(_:)`` is one transaction: a reader sees all of a batch or nothing, and what has been
/// recorded survives the process being killed. All methods may be called from any thread; the
/// mailbox has a connection of its own, so that the training thread never waits for a commit.
public final class RunRecorder: Sendable {
  /// The run file.
  public let url: URL
  /// How the file is kept safe while it is recorded; to be shown where it is a rollback journal.
  public let journal: Journal

  private struct Writer {
    var queue: DatabaseQueue?
    var lastSeq: Int64 = 0
    var lastHeartbeat: Double
    var course = RunCourse()
  }

  private let options: Options
  private let writer: Mutex<Writer>
  private let mailbox: Mailbox

  /// Creates the run file and opens it.
  ///
  /// - Parameters:
  ///   - url: Where; by convention it ends in `.ranktop`.
  ///   - overwriting: Whether to replace a run that is there already. What is no run, and a run that
  ///     is still being recorded, are never replaced.
  ///   - options: For other circumstances than the ordinary ones.
  /// - Throws: ``StoreError`` with `.fileExists`, `.notARun`, `.runIsLive`, `.accessDenied`,
  ///   `.diskFull`.
  public init(
    creating url: URL, overwriting: Bool = false, options: Options = Options()
  ) throws(StoreError) {
    let now = options.now()
    try RunFile.create(url, overwriting: overwriting)
    let queue = try RunFile.openForWriting(url)
    journal = try atBorder(url) {
      let journal = try Self.chooseJournal(queue, url, options)
      try Self.introduce(options, queue, now)
      return journal
    }
    mailbox = try Mailbox(opening: url)
    writer = Mutex(Writer(queue: queue, lastHeartbeat: now))
    self.options = options
    self.url = url
  }

  /// Opens a run whose trainer is gone, to record it further from one of its checkpoints.
  ///
  /// In one transaction: what was recorded after the checkpoint goes, `seam` is recorded, and requests
  /// that people had made since then are noted as to be repeated (see ``RunReader/resumption()``).
  ///
  /// - Parameters:
  ///   - url: The run file.
  ///   - checkpoint: One of its checkpoints.
  ///   - seam: What is recorded about it.
  ///   - options: As for a new run.
  /// - Throws: ``StoreError`` with `.runIsLive`, `.runEnded`, and as
  ///   ``init(creating:overwriting:options:)``; the file is unchanged then.
  public init(
    resuming url: URL, from checkpoint: StoredCheckpoint, seam: Seam, options: Options = Options()
  ) throws(StoreError) {
    let now = options.now()
    let queue = try RunFile.openForWriting(url)
    let (lastSeq, course) = try atBorder(url) {
      try queue.write { db in
        let last = try RunRewind(db: db, url: url)
          .rewind(to: checkpoint, seam: seam, options.trainer, now)
        return (last, try RunCourse(restoring: db))
      }
    }
    journal = try atBorder(url) { try Self.chooseJournal(queue, url, options) }
    mailbox = try Mailbox(opening: url)
    writer = Mutex(Writer(queue: queue, lastSeq: lastSeq, lastHeartbeat: now, course: course))
    self.options = options
    self.url = url
  }

  /// Writes these events, all or none, in their order.
  ///
  /// An `.intervention` settles its request in the mailbox; one with `id` 0 never was there and gets
  /// a number. The heartbeat is written along when it is due.
  ///
  /// - Parameters:
  ///   - events: In the order in which they happened.
  ///   - checkpoints: The bytes that belong to `.checkpoint` events among them, by their place in `events`.
  ///   - keeping: Most checkpoints to keep of those that nobody asked for; older ones are removed.
  /// - Throws: ``StoreError`` with `.diskFull`, `.busy`, `.system`; none of the events is recorded
  ///   then, and the recorder can still be used.
  /// - Precondition: ``finish()`` has not been called; a run is `.started` once.
  public func record(
    _ events: [RunEvent], checkpoints: [Int: CheckpointBytes] = [:], keeping: Int = .max
  ) throws(StoreError) {
    if events.isEmpty { return }
    let now = options.now()
    try writer.withLock { (writer) throws(StoreError) in
      guard let queue = writer.queue else { preconditionFailure("recorded after finish()") }
      let isDue = Self.isHeartbeatDue(writer.lastHeartbeat, now)
      let first = writer.lastSeq + 1
      let course = try atBorder(url) {
        var course = writer.course
        try queue.write { db in
          let rows = EventWriter(db: db)
          for (offset, event) in events.enumerated() {
            try rows.write(
              event, seq: first + Int64(offset), takenUp: course.takenUp(after: event))
            try course.take(event, seq: first + Int64(offset), db)
          }
          for (offset, bytes) in checkpoints {
            try rows.write(bytes, step: events[offset].step, seq: first + Int64(offset))
          }
          if !checkpoints.isEmpty { try rows.removeCheckpoints(keeping: keeping) }
          if isDue { try Self.beat(db, now) }
        }
        return course
      }
      writer.course = course
      writer.lastSeq += Int64(events.count)
      if isDue { writer.lastHeartbeat = now }
    }
  }

  /// Says that the process is alive, unless it said so less than a second ago.
  ///
  /// ``record(_:)`` does it by itself; call this each second while nothing is recorded, e.g. in a pause.
  public func heartbeat() throws(StoreError) {
    let now = options.now()
    try writer.withLock { (writer) throws(StoreError) in
      guard let queue = writer.queue, Self.isHeartbeatDue(writer.lastHeartbeat, now) else { return }
      try atBorder(url) { try queue.write { try Self.beat($0, now) } }
      writer.lastHeartbeat = now
    }
  }

  /// Takes the requests that came in since the last call; each is returned once, oldest first.
  ///
  /// Meant to be called between every two steps: when nothing was written to the file since the last
  /// call it costs a few microseconds. When the file is locked at this moment it returns nothing.
  public func takePendingInterventions() throws(StoreError) -> [InterventionRecord] {
    try mailbox.take()
  }

  /// Closes the file, and says that nobody records it any more. Idempotent; call it after `.stopped`
  /// has been recorded.
  ///
  /// The write-ahead log is merged and removed, so that the run is a single file. Where a reader that
  /// does not let go prevents that for a second, the file is complete all the same and the next one
  /// who opens it removes the log.
  public func finish() throws(StoreError) {
    mailbox.close()
    try writer.withLock { (writer) throws(StoreError) in
      guard let queue = writer.queue else { return }
      writer.queue = nil
      // Best effort: a full disk must not keep the file from being closed.
      try? queue.write { try $0.execute(sql: "DELETE FROM trainer") }
      if journal == .writeAheadLog { Self.becomeSingleFile(queue) }
      try atBorder(url) { try queue.close() }
    }
  }
}

// MARK: - Details

extension RunRecorder {
  /// Circumstances of a recording; the defaults are right outside of tests.
  public struct Options: Sendable {
    /// Whether to use a rollback journal on every file system.
    public var forcesRollbackJournal = false
    /// Most bytes that the file may take, a multiple of the page size; nil for no limit.
    public var maximumBytes: Int?
    /// Who records.
    public var trainer = TrainerProcess.current
    /// The clock of the heartbeat: seconds since 1970.
    public var now: @Sendable () -> Double = { Date().timeIntervalSince1970 }

    /// Creates the ordinary options.
    public init() {}
  }

  private static func isHeartbeatDue(_ last: Double, _ now: Double) -> Bool {
    // A clock that was set back must not silence the heart.
    now >= last + 1 || now < last
  }

  private static func beat(_ db: Database, _ now: Double) throws {
    try db.cachedStatement(sql: "UPDATE trainer SET heartbeat = ? WHERE id = 1")
      .execute(arguments: [now])
  }

  private static func introduce(_ options: Options, _ queue: DatabaseQueue, _ now: Double) throws {
    try queue.write { try introduce(options.trainer, $0, now) }
  }

  /// Says who records from now on.
  static func introduce(_ trainer: TrainerProcess, _ db: Database, _ now: Double) throws {
    try db.execute(
      sql: """
        INSERT OR REPLACE INTO trainer (id, pid, process_start, host, heartbeat)
        VALUES (1, ?, ?, ?, ?)
        """,
      arguments: [trainer.pid, trainer.processStart, trainer.host, now])
  }

  private static func chooseJournal(
    _ queue: DatabaseQueue, _ url: URL, _ options: Options
  ) throws -> Journal {
    try queue.writeWithoutTransaction { db in
      // A kill loses nothing that was committed; a power cut loses the last moments at most.
      try db.execute(sql: "PRAGMA synchronous = NORMAL")
      if let bytes = options.maximumBytes {
        let pageSize = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 4096
        try db.execute(sql: "PRAGMA max_page_count = \(max(1, bytes / pageSize))")
      }
      if options.forcesRollbackJournal { return .rollback(because: "as asked") }
      if let kind = FileSystemKind(of: url), !kind.isSafeForWriteAheadLog {
        return .rollback(because: "a write-ahead log is not safe on \(kind.type)")
      }
      let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
      return mode == "wal"
        ? .writeAheadLog : .rollback(because: "this file system supports no write-ahead log")
    }
  }

  private static func becomeSingleFile(_ queue: DatabaseQueue) {
    for attempt in 0..<50 {
      if let done = try? RunFile.leaveWriteAheadLog(queue), done { return }
      if attempt < 49 { Thread.sleep(forTimeInterval: 0.02) }
    }
  }
}
