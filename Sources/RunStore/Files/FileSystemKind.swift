import Foundation

/// The kind of file system that a run lies on, as far as it matters to SQLite.
///
/// A write-ahead log needs memory shared between all processes that have the file open. Between the
/// hosts of a network file system there is none, and behind FUSE anything may be: there a run is
/// recorded with a rollback journal.
///
/// Source: proc(5), `mountinfo`, and <https://www.sqlite.org/wal.html>: "All processes using a
/// database must be on the same host computer".
public struct FileSystemKind: Sendable, Hashable {
  /// Name of the type as the system lists it, e.g. `ext4`, `nfs4`, `fuse.sshfs`.
  public let type: String

  /// Creates a kind from the name of its type.
  public init(type: String) {
    self.type = type
  }

  /// The kind of file system of an existing file or folder; nil when the system does not say.
  public init?(of url: URL) {
    guard let mounts = FileManager.default.contents(atPath: "/proc/self/mountinfo"),
      let resolved = realpath(url.path, nil)
    else { return nil }
    defer { free(resolved) }
    self.init(
      ofPath: String(cString: resolved), mounts: String(decoding: mounts, as: UTF8.self))
  }

  /// The kind of file system of a path, by a list of mounts.
  ///
  /// - Parameters:
  ///   - path: Absolute, without symbolic links.
  ///   - mounts: The contents of `/proc/self/mountinfo`; of two mounts in one place the later counts.
  public init?(ofPath path: String, mounts: String) {
    var longest = -1
    var type: Substring?
    for line in mounts.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 4, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count
      else { continue }
      let point = Self.unescaped(fields[4])
      let isAbove = point == "/" || path == point || path.hasPrefix(point + "/")
      if isAbove, point.utf8.count >= longest {
        longest = point.utf8.count
        type = fields[dash + 1]
      }
    }
    guard let type else { return nil }
    self.init(type: String(type))
  }

  /// Whether processes on this host can share a write-ahead log on it.
  public var isSafeForWriteAheadLog: Bool {
    !type.hasPrefix("fuse") && !Self.shared.contains(type)
  }

  private static let shared: Set<String> = [
    "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "9p", "afs", "ceph", "lustre", "gpfs",
    "gfs2", "ocfs2", "coda", "ncpfs", "vboxsf", "vmhgfs", "prl_fs", "beegfs", "beegfs_nodev",
    "orangefs", "panfs", "glusterfs", "virtiofs",
  ]

  /// Undoes the octal escapes of space, tab, newline and backslash.
  private static func unescaped(_ field: Substring) -> String {
    guard field.contains("\\") else { return String(field) }
    return [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
      .reduce(String(field)) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
  }
}
