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
    if case .stopped(let stop) = try events(of: .stopped, limit: 1).first?.event {
      return .finished(stop)
    }
    return try read { db in
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

  private static func trainer(_ db: Database) throws -> (TrainerProcess, heartbeat: Double)? {
    let statement = try db.cachedStatement(
      sql: "SELECT pid, process_start, host, heartbeat FROM trainer WHERE id = 1")
    guard let row = try Row.fetchOne(statement), let pid = row[0] as Int64?,
      let start = row[1] as Int64?, let host = row[2] as String?, let heartbeat = row[3] as Double?
    else { return nil }
    let trainer = TrainerProcess(
      pid: Int32(truncatingIfNeeded: pid), processStart: start, host: host)
    return (trainer, heartbeat)
  }
}
