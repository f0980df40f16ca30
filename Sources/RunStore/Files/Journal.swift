/// How changes of a run file are made safe while it is recorded.
public enum Journal: Sendable, Hashable, CustomStringConvertible {
  /// A write-ahead log beside the file: readers and the writer never wait for each other.
  case writeAheadLog
  /// A rollback journal: safe on network file systems, but readers and the writer take turns.
  case rollback(because: String)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .writeAheadLog: "recording with a write-ahead log"
    case .rollback(let reason): "recording with a rollback journal: \(reason)"
    }
  }
}
