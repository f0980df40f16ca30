import Foundation

/// A fixed number of threads that run one function for each worker and wait for all.
///
/// The step is divided by sequences, one part a worker, so there is one hand-over a pass. The calling
/// thread is worker 0.
public final class Workers: @unchecked Sendable {
  /// Number of workers, the calling thread included.
  public let count: Int

  // All guarded by `condition`.
  private let condition = NSCondition()
  private var generation = 0
  private var running = 0
  private var work: (@Sendable (Int) -> Void)?
  private var isClosed = false

  /// Starts `count - 1` threads.
  public init(count: Int) {
    precondition(count >= 1, "\(count) workers")
    self.count = count
    for index in 1..<max(1, count) {
      let thread = Thread { [self] in serve(index) }
      thread.name = "worker-\(index)"
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  /// Runs `body` once for each worker, at the same time, and returns when all are done.
  public func run(_ body: @escaping @Sendable (Int) -> Void) {
    if count == 1 { return body(0) }
    condition.lock()
    work = body
    running = count - 1
    generation += 1
    condition.broadcast()
    condition.unlock()
    body(0)
    condition.lock()
    while running > 0 { condition.wait() }
    work = nil
    condition.unlock()
  }

  /// Ends the threads. The workers cannot be used afterwards.
  public func close() {
    condition.lock()
    isClosed = true
    condition.broadcast()
    condition.unlock()
  }

  private func serve(_ index: Int) {
    var seen = 0
    while true {
      condition.lock()
      while generation == seen && !isClosed { condition.wait() }
      if isClosed {
        condition.unlock()
        return
      }
      seen = generation
      let body = work
      condition.unlock()
      body?(index)
      condition.lock()
      running -= 1
      if running == 0 { condition.broadcast() }
      condition.unlock()
    }
  }
}
