import Foundation
import GRDB

extension OldFile {
  /// Changes a file that nobody has open.
  static func change(_ file: URL, _ sql: String) throws {
    let queue = try DatabaseQueue(path: file.path)
    try queue.write { try $0.execute(sql: sql) }
    try queue.close()
  }
}
