import Dispatch
import Foundation
import RunEvents
import Synchronization

/// Signals that ask a trainer to stop in order: the first one saves the adapter, the second one ends the process.
final class StopRequests: @unchecked Sendable {
  private struct State {
    var asked = false
    var taken = false
  }
  private let state = Mutex(State())
  // Kept alive and never touched again; their handlers use `state` only.
  private let sources: [any DispatchSourceSignal]

  /// Takes over SIGINT and SIGTERM.
  init() {
    let queue = DispatchQueue(label: "ranktop.signals")
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: queue)
    }
    for (number, source) in zip([SIGINT, SIGTERM], sources) {
      source.setEventHandler { [self] in
        let isSecond = state.withLock { state in
          defer { state.asked = true }
          return state.asked
        }
        if isSecond {
          signal(number, SIG_DFL)
          kill(getpid(), number)
        }
      }
      source.resume()
    }
  }

  /// A stop request that has not been taken yet.
  func take() -> InterventionRecord? {
    let isNew = state.withLock { state in
      defer { if state.asked { state.taken = true } }
      return state.asked && !state.taken
    }
    guard isNew else { return nil }
    return InterventionRecord(
      id: 0, intervention: .stop, author: "signal", requestedAt: Date().timeIntervalSince1970,
      step: nil, outcome: .pending)
  }
}
