import Foundation
internal import GRDB

extension RunFile {
  /// Creates an empty run, complete from the moment at which its name appears.
  ///
  /// It is made under another name first: whoever waits for the file never sees half of it.
  static func create(_ url: URL, overwriting: Bool) throws(StoreError) {
    if FileManager.default.fileExists(atPath: url.path) {
      guard overwriting else { throw exists(url) }
      try checkIsExpendable(url)
    }
    let draft = url.deletingLastPathComponent()
      .appendingPathComponent(".\(url.lastPathComponent).\(getpid())")
    defer { unlink(draft.path) }
    try atBorder(url) {
      unlink(draft.path)
      let queue = try connect(draft.path, readonly: false)
      try queue.write { try $0.execute(sql: Schema.creation) }
      try queue.close()
    }
    if overwriting {
      // The journals first: a new file must never meet an old journal.
      for companion in companions(of: url) { unlink(companion.path) }
    } else if link(draft.path, url.path) == 0 {
      return
    } else if errno == EEXIST {
      throw exists(url)
    }
    // Also where the file system has no hard links.
    guard rename(draft.path, url.path) == 0 else {
      throw StoreError(
        .accessDenied, "\(url.path) cannot be created. Check the permissions of its folder.",
        cause: String(cString: strerror(errno)))
    }
  }

  private static func exists(_ url: URL) -> StoreError {
    StoreError(
      .fileExists, "\(url.path) exists already. Choose another name, or ask to overwrite it.")
  }

  /// Refuses to overwrite what is not a run, and a run that is being recorded.
  private static func checkIsExpendable(_ url: URL) throws(StoreError) {
    if size(url.path) == 0 { return }
    let liveness: Liveness
    do throws(StoreError) {
      liveness = try RunReader(opening: url).liveness()
    } catch {
      // Damaged, or from a newer version: still a run, and meant to go.
      guard error.code == .notARun else { return }
      throw StoreError(
        .notARun,
        "\(url.path) is not a run, so it is not overwritten. Choose another name, or remove it.",
        cause: error.cause)
    }
    if case .live(let pid, let host) = liveness {
      throw StoreError(
        .runIsLive,
        "\(url.path) is being recorded by process \(pid) on \(host). "
          + "Stop that run first, or choose another name.")
    }
  }
}
