import Foundation
internal import GRDB
import RunEvents

/// Whether a run is being recorded, and if not, how it ended.
public enum Liveness: Sendable, Hashable {
  /// A process records it.
  case live(pid: Int32, host: String)
  /// It ended in order.
  case finished(Stop)
  /// Its process is gone without having said that the run ended; `step` is the last one recorded.
  case died(step: Int)
}

extension RunReader {
  /// Age of a heartbeat, in seconds, from which on a trainer on another host counts as gone.
  public static let longestSilence = 10.0

  /// Whether the run is being recorded.
  ///
  /// On the trainer's own host its process is asked for; from another host only the heartbeat tells.
  ///
  /// - Parameter now: Seconds since 1970.
  public func liveness(
    at now: Double = Date().timeIntervalSince1970
  ) throws(StoreError) -> Liveness {
    switch try assess(now) {
    case .died:
      // It may have ended in order, and be gone, since this read began: now nothing changes any more.
      return try assess(now)
    case let answer:
      return answer
    }
  }

  private func assess(_ now: Double) throws(StoreError) -> Liveness {
    try read { db in
      var end = try EventMerge(db, after: 0, kinds: .stopped)
      if case .stopped(let stop) = try end.next(limit: 1).first?.event { return .finished(stop) }
      if let (trainer, heartbeat) = try Self.trainer(db),
        trainer.isRunning ?? (now - heartbeat <= Self.longestSilence)
      {
        return .live(pid: trainer.pid, host: trainer.host)
      }
      let statement = try db.cachedStatement(
        sql: "SELECT step FROM steps ORDER BY seq DESC LIMIT 1")
      return .died(step: try Int.fetchOne(statement) ?? 0)
    }
  }

  static func trainer(_ db: Database) throws -> (TrainerProcess, heartbeat: Double)? {
    let statement = try db.cachedStatement(
      sql: "SELECT pid, process_start, host, heartbeat FROM trainer WHERE id = 1")
    guard let row = try Row.fetchOne(statement), let pid = row.integer(0),
      let start = row.integer(1), let host = row.text(2), let heartbeat = row.number(3)
    else { return nil }
    let trainer = TrainerProcess(
      pid: Int32(truncatingIfNeeded: pid), processStart: start, host: host)
    return (trainer, heartbeat)
  }
}
