import Foundation
internal import GRDB

/// Opens run files, whatever state they were left in, and refuses everything else.
enum RunFile {
  /// Seconds to wait for another process to release the file.
  static let patience = 10.0

  /// Files that SQLite keeps beside the run file while it is open, or after a crash.
  static func companions(of url: URL) -> [URL] {
    ["-wal", "-shm", "-journal"].map { URL(fileURLWithPath: url.path + $0) }
  }

  /// Opens for reading only.
  static func openForReading(_ url: URL) throws(StoreError) -> DatabaseQueue {
    try checkExistence(url)
    return try atBorder(url) {
      do {
        return try identified(connect(url.path, readonly: true), url)
      } catch let error as DatabaseError {
        return try openDifficult(url, after: error)
      }
    }
  }

  /// Opens an existing run for writing.
  static func openForWriting(_ url: URL) throws(StoreError) -> DatabaseQueue {
    try checkExistence(url)
    return try atBorder(url) { try identified(connect(url.path, readonly: false), url) }
  }

  /// Opens a connection to anything.
  static func connect(_ path: String, readonly: Bool) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = readonly
    configuration.busyMode = .timeout(patience)
    if readonly {
      configuration.prepareDatabase { db in
        // The system keeps the file's pages anyway; a copy of two megabytes of them would only weigh.
        try db.execute(sql: "PRAGMA cache_size = -512")
      }
    }
    configuration.label = "run"
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  /// Turns a run that has ended into a single file, if nobody else has it open and it may be written.
  static func leaveWriteAheadLog(_ queue: DatabaseQueue) throws -> Bool {
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA busy_timeout = 0")
      _ = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
      return try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE") == "delete"
    }
  }

  private static func checkExistence(_ url: URL) throws(StoreError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw StoreError(
        .fileNotFound, "There is no run at \(url.path). Check the path, or record a run there.")
    }
    if isFolder.boolValue {
      throw StoreError(
        .notARun, "\(url.path) is a folder. Name the run file in it, which ends in .ranktop.")
    }
  }

  private static func identified(_ queue: DatabaseQueue, _ url: URL) throws -> DatabaseQueue {
    let (application, version) = try queue.read { db in
      (
        try Int64.fetchOne(db, sql: "PRAGMA application_id") ?? 0,
        try Int64.fetchOne(db, sql: "PRAGMA user_version") ?? 0
      )
    }
    guard application == Int64(Schema.applicationID) else {
      throw StoreError(.notARun, "\(url.path) is not a run recorded by ranktop.")
    }
    guard version <= Schema.version else {
      throw StoreError(
        .schemaTooNew(found: Int(version), known: Schema.version),
        "\(url.path) was recorded by a newer ranktop: its schema is version \(version), this one "
          + "knows up to \(Schema.version). Update ranktop to open it.")
    }
    return queue
  }

  /// Opens a file that could not be opened for reading just like that: after a crash SQLite may have to
  /// tidy up first, and beside a write-ahead log it wants to create files.
  private static func openDifficult(
    _ url: URL, after error: DatabaseError
  ) throws -> DatabaseQueue {
    guard error.resultCode == .SQLITE_READONLY || error.resultCode == .SQLITE_CANTOPEN else {
      throw error
    }
    if error.extendedResultCode == .SQLITE_READONLY_ROLLBACK {
      // A writer was killed in the middle of a commit: opening for writing rolls it back.
      if let writer = try? connect(url.path, readonly: false) {
        try? writer.close()
        return try identified(connect(url.path, readonly: true), url)
      }
      throw unfinished(url, "-journal", error)
    }
    guard size(url.path + "-wal") == 0 else { throw unfinished(url, "-wal", error) }
    // The log is empty or gone, and nobody can write here: what the file says is all there is.
    return try identified(connect(url.absoluteString + "?immutable=1", readonly: true), url)
  }

  private static func unfinished(
    _ url: URL, _ companion: String, _ error: DatabaseError
  ) -> StoreError {
    StoreError(
      .accessDenied,
      "\(url.path) was left unfinished, and its folder cannot be written. Copy it and "
        + "\(url.lastPathComponent)\(companion) together to a folder of yours and open the copy.",
      cause: error.message)
  }

  /// Size of a file in bytes; 0 when there is none.
  static func size(_ path: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.size] as? Int ?? 0
  }
}
