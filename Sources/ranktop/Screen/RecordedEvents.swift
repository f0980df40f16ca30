import Dashboard
import RunEvents
import RunStore
import Synchronization

/// A recorded run as a list of events, read page by page: opening costs nothing, memory stays small.
///
/// Numbers have gaps where steps were done again, and pages are short where events are large, so where
/// a page begins is known once the one before it has been read. Until the last event has been read
/// `count` is an upper bound.
final class RecordedEvents: EventSource {
  private struct Pages {
    /// Place of each page's first event, and the number of the event before it.
    var starts: [(place: Int, seq: Int64)] = [(0, 0)]
    var loaded: [Int: [RunEvent]] = [:]
    var order: [Int] = []
    /// Number of events, once known.
    var count: Int?
    var failure: String?
  }

  private let reader: RunReader
  private let lastSeq: Int64
  private let pages = Mutex(Pages())
  private static let pageSize = 1024
  private static let pagesKept = 8

  /// Opens the events of a run as they are now.
  init(_ reader: RunReader) throws(StoreError) {
    self.reader = reader
    lastSeq = try reader.lastSeq()
  }

  /// Number of events; not below it before the last one has been read.
  var count: Int { pages.withLock { $0.count ?? Int(lastSeq) } }

  /// What went wrong while reading, if anything.
  var failure: String? { pages.withLock { $0.failure } }

  /// The event at a place; an alarm stands where one cannot be read.
  subscript(index: Int) -> RunEvent {
    pages.withLock { pages in
      var number = (pages.starts.lastIndex { $0.place <= index }) ?? 0
      while true {
        let page = pages.loaded[number] ?? load(number, into: &pages)
        let offset = index - pages.starts[number].place
        if offset < page.count { return page[offset] }
        number += 1
        if page.isEmpty || number >= pages.starts.count { break }
      }
      return .alarm(
        Alarm(step: 0, kind: "unreadable", message: pages.failure ?? "an event is missing"))
    }
  }

  private func load(_ number: Int, into pages: inout Pages) -> [RunEvent] {
    let start = pages.starts[number]
    do {
      // What was recorded after the opening is not part of the list.
      let read = try reader.events(after: start.seq, limit: Self.pageSize)
        .filter { $0.seq <= lastSeq }
      let page = read.map(\.event)
      pages.loaded[number] = page
      pages.order.append(number)
      if pages.order.count > Self.pagesKept { pages.loaded[pages.order.removeFirst()] = nil }
      let end = start.place + page.count
      if let last = read.last?.seq, last < lastSeq {
        if number + 1 == pages.starts.count { pages.starts.append((end, last)) }
      } else {
        pages.count = end
      }
      return page
    } catch {
      pages.failure = error.description
      return []
    }
  }
}
