import RunEvents
import Testing

private struct Trouble: Error, Equatable {}

/// The transitions of the queue, one by one; the waiter is a plain number.
@Suite struct EventChannelStateMachineTests {
  private typealias Machine = EventChannelStateMachine<Int>

  private func event(_ step: Int) -> RunEvent {
    .alarm(Alarm(step: step, kind: "test", message: ""))
  }

  /// Steps of a taken batch and whether the producer is released; nil for the other answers.
  private func taken(_ action: Machine.TakeAction) -> (steps: [Int], releases: Bool)? {
    guard case .batch(let events, let releases) = action else { return nil }
    return (events.map(\.step), releases)
  }

  private func woken(_ action: Machine.SendAction) -> Int? {
    guard case .queued(let waiter) = action else { return nil }
    return waiter
  }

  @Test func `everything queued is taken at once and in order`() throws {
    var machine = Machine(capacity: 3)
    for step in 1...3 {
      guard case .queued(nil) = machine.send(event(step)) else { throw Trouble() }
    }
    let batch = try #require(taken(machine.take()))
    #expect(batch.steps == [1, 2, 3])
    #expect(!batch.releases)
    guard case .wait = machine.take() else { throw Trouble() }
  }

  @Test func `a full queue makes the producer wait until the consumer takes`() throws {
    var machine = Machine(capacity: 1)
    _ = machine.send(event(1))
    guard case .wait = machine.send(event(2)) else { throw Trouble() }
    #expect(machine.isProducerWaiting)
    let first = try #require(taken(machine.take()))
    #expect(first.steps == [1])
    #expect(first.releases)
    #expect(!machine.isProducerWaiting)
    guard case .queued = machine.send(event(2)) else { throw Trouble() }
    let second = try #require(taken(machine.take()))
    #expect(second.steps == [2])
    #expect(!second.releases)
  }

  @Test func `an event wakes a parked consumer, and only once`() {
    var machine = Machine(capacity: 4)
    let parked = machine.park(7)
    #expect(parked)
    let first = woken(machine.send(event(1)))
    let second = woken(machine.send(event(2)))
    #expect(first == 7)
    #expect(second == nil)
  }

  @Test func `a consumer does not park when something arrived meanwhile`() {
    var machine = Machine(capacity: 4)
    _ = machine.send(event(1))
    let parked = machine.park(7)
    #expect(!parked)
  }

  @Test func `finishing delivers the rest, then ends`() throws {
    var machine = Machine(capacity: 4)
    _ = machine.send(event(1))
    let waiter = machine.finish()
    #expect(waiter == nil)
    let rest = try #require(taken(machine.take()))
    #expect(rest.steps == [1])
    guard case .end = machine.take() else { throw Trouble() }
    let parked = machine.park(7)
    #expect(!parked)
  }

  @Test func `finishing wakes a parked consumer`() {
    var machine = Machine(capacity: 4)
    _ = machine.park(7)
    let waiter = machine.finish()
    #expect(waiter == 7)
  }

  @Test func `cancelling drops the queue, releases the producer and fails the next send`() throws {
    var machine = Machine(capacity: 1)
    _ = machine.send(event(1))
    _ = machine.send(event(2))
    let woken = machine.cancel(because: Trouble())
    #expect(woken.consumer == nil)
    #expect(woken.producer)
    guard case .fail(let error) = machine.send(event(2)) else { throw Trouble() }
    #expect(error as? Trouble == Trouble())
    guard case .end = machine.take() else { throw Trouble() }
  }

  @Test func `the first reason for cancelling is kept`() throws {
    var machine = Machine(capacity: 1)
    _ = machine.cancel(because: Trouble())
    _ = machine.cancel(because: EventChannelAbandoned())
    guard case .fail(let error) = machine.send(event(1)) else { throw Trouble() }
    #expect(error is Trouble)
  }

  @Test func `cancelling after the end changes nothing`() throws {
    var machine = Machine(capacity: 1)
    _ = machine.finish()
    let woken = machine.cancel(because: Trouble())
    #expect(woken.consumer == nil)
    #expect(!woken.producer)
    guard case .end = machine.take() else { throw Trouble() }
  }
}
