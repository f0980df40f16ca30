import Foundation
import RunEvents
import Synchronization
import Testing

private struct DiskFull: Error, Equatable {}

/// The queue between a real thread and a real task.
@Suite(.timeLimit(.minutes(1))) struct EventChannelTests {
  private func event(_ step: Int) -> RunEvent {
    .alarm(Alarm(step: step, kind: "test", message: ""))
  }

  /// Runs `body` on a thread of its own and waits for its result without blocking the task.
  private func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      Thread { continuation.resume(returning: body()) }.start()
    }
  }

  private func waitUntilBlocked(_ channel: EventChannel) async {
    while !channel.isProducerWaiting { await Task.yield() }
  }

  @Test func `a hundred thousand events through a small queue: none lost, order kept`() async {
    let channel = EventChannel(capacity: 64)
    let count = 100_000
    async let waited = onThread {
      var waits = Duration.zero
      for step in 1...count {
        waits += (try? channel.send(.alarm(Alarm(step: step, kind: "", message: "")))) ?? .zero
      }
      channel.finish()
      return waits
    }
    var expected = 1
    var outOfOrder = 0
    var largest = 0
    for await batch in channel {
      largest = max(largest, batch.count)
      for event in batch {
        if event.step != expected { outOfOrder += 1 }
        expected += 1
      }
      // A slow consumer: now and then it lets the producer run into the full queue.
      if expected % 1000 < 64 { await Task.yield() }
    }
    #expect(await waited >= .zero)
    #expect(expected == count + 1)
    #expect(outOfOrder == 0)
    #expect(1...64 ~= largest)
  }

  @Test func `a send into a full queue waits and says so; others do not`() async {
    let channel = EventChannel(capacity: 2)
    async let waits = onThread { (1...3).map { try? channel.send(event($0)) } }
    await waitUntilBlocked(channel)
    var iterator = channel.makeAsyncIterator()
    let first = await iterator.next()
    let times = await waits
    let second = await iterator.next()
    #expect(first?.map(\.step) == [1, 2])
    #expect(second?.map(\.step) == [3])
    #expect(times[0] == .zero)
    #expect(times[1] == .zero)
    #expect((times[2] ?? .zero) > .zero)
  }

  @Test func `a failing recorder stops a waiting producer with its error`() async {
    let channel = EventChannel(capacity: 1)
    async let outcome = onThread { () -> String in
      do throws(EventChannelClosed) {
        try channel.send(event(1))
        try channel.send(event(2))
        return "sent"
      } catch {
        return error.cause is DiskFull ? "disk full: \(error)" : "other"
      }
    }
    await waitUntilBlocked(channel)
    channel.cancel(because: DiskFull())
    #expect(await outcome == "disk full: the run is not being recorded any more: DiskFull()")
  }

  @Test func `a consumer that leaves its loop cancels the channel`() async throws {
    let channel = EventChannel()
    try channel.send(event(1))
    for await _ in channel { break }
    let error = #expect(throws: EventChannelClosed.self) { try channel.send(event(2)) }
    #expect(error?.cause is EventChannelAbandoned)
  }

  @Test func `cancelling the consumer's task cancels the channel`() async {
    let channel = EventChannel()
    let consumer = Task { for await _ in channel {} }
    consumer.cancel()
    await consumer.value
    let error = #expect(throws: EventChannelClosed.self) { try channel.send(event(1)) }
    #expect(error?.cause is CancellationError)
  }

  @Test func `a finished channel ends at once`() async {
    let channel = EventChannel()
    channel.finish()
    var iterator = channel.makeAsyncIterator()
    #expect(await iterator.next() == nil)
    #expect(await iterator.next() == nil)
  }
}
