import Dashboard
import RunEvents
import RunStore
import Synchronization

/// A recorded run as a list of events, read page by page: opening costs nothing, memory stays small.
///
/// Places are sequence numbers less one; the recorder numbers events without gaps.
final class RecordedEvents: EventSource {
  private struct Pages {
    var loaded: [Int: [RunEvent]] = [:]
    var order: [Int] = []
    var failure: String?
  }

  /// Number of events.
  let count: Int
  private let reader: RunReader
  private let pages = Mutex(Pages())
  private static let pageSize = 1024
  private static let pagesKept = 8

  /// Opens the events of a run as they are now.
  init(_ reader: RunReader) throws(StoreError) {
    self.reader = reader
    count = Int(try reader.lastSeq())
  }

  /// What went wrong while reading, if anything.
  var failure: String? { pages.withLock { $0.failure } }

  /// The event at a place; an alarm stands where one cannot be read.
  subscript(index: Int) -> RunEvent {
    pages.withLock { pages in
      let number = index / Self.pageSize
      let page = pages.loaded[number] ?? load(number, into: &pages)
      let offset = index % Self.pageSize
      if offset < page.count { return page[offset] }
      return .alarm(
        Alarm(step: 0, kind: "unreadable", message: pages.failure ?? "an event is missing"))
    }
  }

  private func load(_ number: Int, into pages: inout Pages) -> [RunEvent] {
    do {
      let after = Int64(number * Self.pageSize)
      let page = try reader.events(after: after, limit: Self.pageSize).map(\.event)
      pages.loaded[number] = page
      pages.order.append(number)
      if pages.order.count > Self.pagesKept { pages.loaded[pages.order.removeFirst()] = nil }
      return page
    } catch {
      pages.failure = error.description
      return []
    }
  }
}
