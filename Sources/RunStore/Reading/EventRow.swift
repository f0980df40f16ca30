import Foundation
internal import GRDB

/// One row of an event table: `seq` in column 0, then the columns of ``EventTable/columns`` from 1.
///
/// Reads by position, and throws ``UnreadableRow`` where a damaged file would otherwise stop the
/// process.
struct EventRow {
  let table: EventTable
  let row: Row

  /// Number of the event in the run.
  var seq: Int64 { row.integer(0) ?? 0 }

  func int(_ column: Int) throws -> Int {
    guard let value = row.integer(column) else { throw unreadable(column) }
    return Int(value)
  }

  func int64(_ column: Int) throws -> Int64 {
    guard let value = row.integer(column) else { throw unreadable(column) }
    return value
  }

  func optionalInt(_ column: Int) -> Int? {
    row.integer(column).map(Int.init)
  }

  /// NULL is NaN.
  func double(_ column: Int) -> Double {
    row.number(column) ?? .nan
  }

  func text(_ column: Int) throws -> String {
    guard let value = row.text(column) else { throw unreadable(column) }
    return value
  }

  func optionalText(_ column: Int) -> String? {
    row.text(column)
  }

  func numbers<Number: BitwiseCopyable>(_ column: Int, of type: Number.Type) throws -> [Number] {
    try row.withUnsafeData(atIndex: column) { data in
      guard let numbers = [Number](numbers: data) else { throw unreadable(column) }
      return numbers
    }
  }

  func json<Value: Decodable>(_ column: Int, as type: Value.Type) throws -> Value {
    do {
      return try JSON.value(text(column), as: type)
    } catch {
      throw unreadable(column)
    }
  }

  func unreadable(_ column: Int) -> UnreadableRow {
    UnreadableRow(table: table.rawValue, seq: seq, column: column)
  }
}
