import Foundation
import GRDB

/// Files as earlier versions left them.
enum OldFile {
  /// Takes everything that later versions brought out of a file: version 2 or 3.
  static func make(_ file: URL, version: Int) throws {
    try change(
      file,
      """
      DROP INDEX decision_outlines; ALTER TABLE decisions DROP COLUMN taken_up;
      PRAGMA user_version = 3;
      """)
    if version == 3 { return }
    try change(
      file,
      """
      DROP TABLE overview; DROP TABLE rank_changes; DROP INDEX changes_by_module;
      DROP INDEX gates_by_kind; DROP TABLE proposals; DROP TABLE proposed_changes;
      DROP TABLE score_parts; ALTER TABLE decisions DROP COLUMN edited;
      PRAGMA user_version = 2;
      """)
  }

  /// Changes a file that nobody has open.
  static func change(_ file: URL, _ sql: String) throws {
    let queue = try DatabaseQueue(path: file.path)
    try queue.write { try $0.execute(sql: sql) }
    try queue.close()
  }
}
