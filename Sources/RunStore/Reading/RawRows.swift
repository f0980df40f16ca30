import Foundation
internal import GRDB

/// Steps through many rows of plain numbers without a value in between for each column.
///
/// NULL is 0, and so is what a damaged file holds in the place of a number.
struct RawRows {
  private let cursor: RowCursor
  private let statement: Statement

  /// Runs a cached statement.
  init(_ db: Database, _ sql: String, _ arguments: StatementArguments = []) throws {
    statement = try db.cachedStatement(sql: sql)
    cursor = try Row.fetchCursor(statement, arguments: arguments)
  }

  /// Goes to the next row; false at the end.
  func next() throws -> Bool { try cursor.next() != nil }

  /// An integer of the present row.
  func integer(_ column: CInt) -> Int64 {
    Int64(sqliteStatement: statement.sqliteStatement, index: column)
  }

  /// An integer of the present row.
  func int(_ column: CInt) -> Int { Int(integer(column)) }

  /// A number of the present row.
  func double(_ column: CInt) -> Double {
    Double(sqliteStatement: statement.sqliteStatement, index: column)
  }
}

extension Database {
  /// Hands the first row of a cached statement to `body`; nil without one. The row is only valid inside.
  func first<Value>(
    _ sql: String, _ arguments: StatementArguments = [], _ body: (Row) throws -> Value?
  ) throws -> Value? {
    try first(cachedStatement(sql: sql), arguments, body)
  }

  /// As ``first(_:_:_:)`` for a statement at hand.
  func first<Value>(
    _ statement: Statement, _ arguments: StatementArguments, _ body: (Row) throws -> Value?
  ) throws -> Value? {
    let rows = try Row.fetchCursor(statement, arguments: arguments)
    return try withExtendedLifetime(rows) {
      guard let row = try rows.next() else { return nil }
      return try body(row)
    }
  }

  /// The first number of the first row; nil without one, or where it is no number.
  func integer(_ sql: String, _ arguments: StatementArguments = []) throws -> Int64? {
    try first(sql, arguments) { $0.integer(0) }
  }
}

extension Row {
  /// The bytes of a column as numbers; nil where they are none.
  func array<Number: BitwiseCopyable>(_ column: Int, of type: Number.Type) throws -> [Number]? {
    try withUnsafeData(atIndex: column) { [Number](numbers: $0) }
  }
}
