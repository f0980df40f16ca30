import Foundation
internal import GRDB

/// A row that no writer of this schema writes.
struct UnreadableRow: Error {
  var table: String
  var seq: Int64
  var column: Int
}

/// Runs `body` at the border to SQLite: whatever fails inside leaves as a ``StoreError`` about `url`.
func atBorder<Value>(_ url: URL, _ body: () throws -> Value) throws(StoreError) -> Value {
  do {
    return try body()
  } catch let error as StoreError {
    throw error
  } catch let error as DatabaseError {
    throw StoreError(error, at: url)
  } catch let error as UnreadableRow {
    throw StoreError.damaged(
      url, cause: "table \(error.table), seq \(error.seq), column \(error.column)")
  } catch let error as RowDecodingError {
    throw StoreError.damaged(url, cause: error.description)
  } catch {
    throw StoreError(.system, "\(url.path) could not be used.", cause: "\(error)")
  }
}

extension StoreError {
  /// The file is damaged in the way `cause` tells.
  static func damaged(_ url: URL, cause: String?) -> StoreError {
    StoreError(
      .damaged,
      "\(url.path) is damaged. Copy it again if it is a copy, with its -wal file if there is one; "
        + "or save what is readable with: sqlite3 DAMAGED .recover | sqlite3 RECOVERED",
      cause: cause)
  }

  /// Translates what SQLite reports.
  init(_ error: DatabaseError, at url: URL) {
    let path = url.path
    let cause = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
    switch (error.resultCode, error.extendedResultCode) {
    case (.SQLITE_FULL, _), (_, .SQLITE_IOERR_SHMSIZE):
      self.init(
        .diskFull,
        "There is no room left to record \(path). What was recorded before is intact; "
          + "free some space or record elsewhere.", cause: cause)
    case (.SQLITE_READONLY, _), (.SQLITE_CANTOPEN, _), (.SQLITE_PERM, _), (.SQLITE_AUTH, _):
      self.init(
        .accessDenied,
        "\(path) cannot be opened as needed. Check the permissions of the file and of its folder.",
        cause: cause)
    case (.SQLITE_BUSY, _), (.SQLITE_LOCKED, _):
      self.init(
        .busy,
        "\(path) is held by another process. Close what has it open, or try again.", cause: cause)
    case (.SQLITE_CORRUPT, _), (.SQLITE_ERROR, _), (.SQLITE_TOOBIG, _):
      // The statements are right for this schema: it is the file that lacks a table or a column.
      self = .damaged(url, cause: cause)
    case (.SQLITE_NOTADB, _):
      self.init(.notARun, "\(path) is not a run recorded by ranktop.", cause: cause)
    case (.SQLITE_IOERR, _):
      self.init(
        .system, "\(path) could not be read or written. Check the disk it is on.", cause: cause)
    default:
      self.init(.system, "\(path) could not be used.", cause: cause)
    }
  }
}
