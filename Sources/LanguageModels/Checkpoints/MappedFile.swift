import Foundation

/// A file's bytes, mapped into memory for reading.
///
/// `@unchecked Sendable`: the bytes are never written. A file that somebody truncates while it is mapped
/// ends the process (SIGBUS) when the lost part is read; files written by rename are safe.
final class MappedFile: @unchecked Sendable {
  /// The whole file.
  let bytes: UnsafeRawBufferPointer
  private let isMapped: Bool

  /// Maps a file.
  ///
  /// - Throws: ``CheckpointError`` with code `missing` or `unreadable`.
  init(_ url: URL) throws(CheckpointError) {
    let file = open(url.path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      let reason = String(cString: strerror(errno))
      throw errno == ENOENT
        ? CheckpointError(.missing, "\(url.path) is not there. Check the path, or fetch it again.")
        : CheckpointError(.unreadable, "\(url.path) cannot be opened: \(reason).")
    }
    defer { close(file) }
    isMapped = true
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw CheckpointError(.unreadable, "\(url.path) is not a file. Give the path of a file.")
    }
    let count = Int(status.st_size)
    guard count > 0 else {
      // Nothing to map: mmap refuses a length of 0.
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, file, 0), start != MAP_FAILED else {
      let reason = String(cString: strerror(errno))
      throw CheckpointError(.unreadable, "\(url.path) cannot be mapped into memory: \(reason).")
    }
    bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  /// Copies bytes that lie in memory already.
  init(copying data: Data) {
    isMapped = false
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: data.count, alignment: 64)
    data.withUnsafeBytes { copy.copyMemory(from: $0) }
    bytes = UnsafeRawBufferPointer(copy)
  }

  deinit {
    if !isMapped {
      bytes.deallocate()
    } else if let start = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }
}
