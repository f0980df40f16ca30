import RunEvents

/// The events of a recorded run, to be read by their place.
///
/// Places count from 0 in the order in which events happened.
public protocol EventSource: Sendable {
  /// Number of events. It may be too large until the last event has been read, and does not change then.
  var count: Int { get }
  /// The event at a place in `0 ..< count`.
  subscript(index: Int) -> RunEvent { get }
}

extension Array: EventSource where Element == RunEvent {}
