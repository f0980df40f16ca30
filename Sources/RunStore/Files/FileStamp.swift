import Foundation

/// What the file system says of a run file and its journal: whether somebody may have written meanwhile.
///
/// Costs two system calls; SQLite need not be asked as long as it is the same and not too fresh.
struct FileStamp: Equatable {
  private struct Part: Equatable {
    var inode: UInt64 = 0
    var size: Int64 = 0
    var seconds = 0, nanoseconds = 0

    init(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return }
      inode = UInt64(status.st_ino)
      size = Int64(status.st_size)
      seconds = status.st_mtim.tv_sec
      nanoseconds = status.st_mtim.tv_nsec
    }

    var time: Double { Double(seconds) + 1e-9 * Double(nanoseconds) }
  }

  private let file: Part
  private let log: Part

  /// The present state of a run file and of its write-ahead log, by their paths.
  init(_ path: String, log: String) {
    file = Part(path)
    self.log = Part(log)
  }

  /// Seconds within which two changes may bear the same time.
  private static let resolution = 0.05

  /// Whether a change after this look would show in the next stamp.
  ///
  /// - Parameter now: When it was taken, seconds since 1970.
  func isSettled(at now: Double) -> Bool {
    now - max(file.time, log.time) > Self.resolution
  }
}
