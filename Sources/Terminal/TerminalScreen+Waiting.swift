import CNcurses
import Screen

extension TerminalScreen {
  /// Sleeps until a key arrives, somebody wakes it, or the time runs out.
  ///
  /// Keys come first and in order, a changed size among them. Stopping (control-Z) and continuing happen
  /// in here: the terminal is put back before and redrawn after. An idle wait costs nothing: no timer, no
  /// polling.
  ///
  /// - Parameter timeout: How long to wait; `nil` for ever.
  /// - Returns: `nil` when no key can come any more: the terminal is gone or was closed.
  public mutating func wait(timeout: Duration? = nil) -> TerminalInput? {
    let end = timeout.map { ContinuousClock.now + $0 }
    while isOpen {
      if let key = nextKey() { return .key(key) }
      if isWoken {
        isWoken = false
        return .woken
      }
      if hasEnded { return nil }
      let left = end.map { max(0, ($0 - ContinuousClock.now).nanoseconds) } ?? -1
      let events = cn_wait(left)
      if events == 0 { return .timedOut }
      take(Int32(events))
    }
    return nil
  }

  /// Ends the current or the next wait; from elsewhere, use ``waker``.
  public func wake() { waker.wake() }

  private mutating func nextKey() -> Key? {
    guard returned < pending.count else { return nil }
    defer {
      returned += 1
      if returned == pending.count {
        pending.removeAll(keepingCapacity: true)
        returned = 0
      }
    }
    return pending[returned]
  }

  private mutating func take(_ events: Int32) {
    if events & CN_WOKEN != 0 { isWoken = true }
    if events & CN_INPUT != 0 { readKeys() }
    if events & CN_STOP_ASKED != 0 { resume(after: cn_stop(0)) }
    if events & CN_CONTINUED != 0 { resume(after: cn_resume()) }
    if events & CN_RESIZED != 0 { resize() }
    if events & CN_HANGUP != 0 { hasEnded = true }
  }

  private mutating func readKeys() {
    while true {
      let code = cn_key()
      if code == CN_KEY_NONE { break }
      decoder.decode(code, into: &pending)
      if !options.mouse, case .mouse? = pending.last { pending.removeLast() }
      takeStops()
    }
    decoder.flush(into: &pending)
  }

  private mutating func takeStops() {
    guard options.stopsOnControlZ, pending.last == .control("z"), cn_can_stop() != 0 else { return }
    pending.removeLast()
    resume(after: cn_stop(1))
  }

  /// Draws again after a stop, unless the program went on in the background.
  private mutating func resume(after outcome: Int32) {
    guard outcome != 0 else { return }
    resize()
    cn_refresh()
  }

  private mutating func resize() {
    var width: Int32 = 0
    var height: Int32 = 0
    guard cn_resize(&width, &height) != 0 else { return }
    size = TerminalSize(width: Int(width), height: Int(height))
    shown = nil
    pending.append(.resize(width: size.width, height: size.height))
  }
}
