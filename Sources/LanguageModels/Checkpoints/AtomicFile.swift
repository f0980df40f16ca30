import Foundation

/// Writes files so that nobody ever sees one half written.
enum AtomicFile {
  /// Writes a new file beside its place, flushes it to the disk, and renames it into place.
  ///
  /// - Parameters:
  ///   - url: An existing file is replaced.
  ///   - body: Writes the contents.
  /// - Throws: ``CheckpointError`` with code `unwritable`; nothing is left behind then.
  static func write(
    to url: URL, _ body: (FileHandle) throws -> Void
  ) throws(CheckpointError) {
    let partial = sibling(of: url, "partial")
    do {
      try Data().write(to: partial)
      let file = try FileHandle(forWritingTo: partial)
      defer { try? file.close() }
      try body(file)
      try file.synchronize()
      try rename(partial, to: url)
    } catch {
      try? FileManager.default.removeItem(at: partial)
      throw unwritable(url, error)
    }
  }

  /// A hidden name beside a file or folder, in the same file system, that nothing else uses.
  static func sibling(of url: URL, _ purpose: String) -> URL {
    url.deletingLastPathComponent()
      .appendingPathComponent(".\(url.lastPathComponent).\(purpose)-\(UUID().uuidString)")
  }

  /// Renames at once; an existing file, or empty folder, gives way.
  static func rename(_ from: URL, to destination: URL) throws {
    guard Foundation.rename(from.path, destination.path) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
  }

  /// The error for a file or folder that could not be written.
  static func unwritable(_ url: URL, _ cause: any Error) -> CheckpointError {
    CheckpointError(
      .unwritable,
      "\(url.path) cannot be written: \(cause.localizedDescription). "
        + "Check that the folder exists, is yours and has room.")
  }
}
