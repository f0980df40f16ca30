import Foundation
internal import GRDB
import RunEvents

/// Leaves requests in a live run's mailbox; the trainer takes them up between two steps.
///
/// It holds no connection between two requests, so it never keeps the recorder from closing the file.
public struct RunSteering: Sendable {
  /// The run file.
  public let url: URL
  /// Who asks, e.g. `ana@host`.
  public let author: String

  /// Prepares to steer a run.
  ///
  /// - Parameters:
  ///   - url: The run file.
  ///   - author: Who asks; `user@host` by default.
  /// - Throws: ``StoreError`` as ``RunReader/init(opening:)``.
  public init(opening url: URL, author: String? = nil) throws(StoreError) {
    _ = try RunReader(opening: url)
    self.url = url
    self.author = author ?? "\(NSUserName())@\(TrainerProcess.currentHost)"
  }

  /// Leaves a request.
  ///
  /// - Parameters:
  ///   - intervention: What is asked.
  ///   - now: Seconds since 1970.
  /// - Returns: Number of the request; its outcome is an event with the same number.
  /// - Throws: ``StoreError`` with `.runEnded` when nobody listens any more, `.accessDenied` when the
  ///   file cannot be written, `.busy` when the trainer holds it for seconds.
  @discardableResult
  public func request(
    _ intervention: Intervention, at now: Double = Date().timeIntervalSince1970
  ) throws(StoreError) -> Int64 {
    try checkIsLive(now)
    let queue = try RunFile.openForWriting(url)
    // Whoever has a decision proposed is to answer it: the trainer waits only while that process lives.
    let asker = intervention == .propose ? TrainerProcess.current.text : nil
    let (kind, value) = (intervention.kind, intervention.value ?? asker)
    return try atBorder(url) {
      let id = try queue.write { db in
        try db.execute(
          sql: """
            INSERT INTO interventions (kind, value, author, requested_at) VALUES (?, ?, ?, ?)
            """,
          arguments: [kind, value, author, now])
        return db.lastInsertedRowID
      }
      try queue.close()
      return id
    }
  }

  private func checkIsLive(_ now: Double) throws(StoreError) {
    switch try RunReader(opening: url).liveness(at: now) {
    case .live:
      return
    case .finished(let stop):
      throw StoreError(
        .runEnded,
        "\(url.path) ended at step \(stop.step): nothing listens to it any more. "
          + "Start a new run to change anything.")
    case .died(let step):
      throw StoreError(
        .runEnded,
        "The trainer of \(url.path) is gone since step \(step): nothing listens any more. "
          + "Start a new run to change anything.")
    }
  }
}
