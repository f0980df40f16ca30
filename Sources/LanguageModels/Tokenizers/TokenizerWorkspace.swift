import Synchronization

/// What encoding one text needs beside the tokenizer: buffers, and the words remembered.
///
/// `@unchecked Sendable`: a workspace is used by one thread at a time, the one that took it out
/// of the ``WorkspacePool``.
final class TokenizerWorkspace: @unchecked Sendable {
  /// Tokens found so far.
  var ids: [Int32] = []
  /// Spellings of added tokens that are not the vocabulary's, by position in `ids`.
  var exceptions: [Int: String] = [:]
  var normalized: [UInt8] = []
  var spare: [UInt8] = []
  var forms = CanonicalForm()
  var merging = BytePairEncoding.Workspace()
}

/// Workspaces that no thread uses at the moment: one lock per text, none per word.
final class WorkspacePool: Sendable {
  private let idle = Mutex<[TokenizerWorkspace]>([])

  /// Runs `body` with a workspace of its own.
  func withWorkspace<Result>(_ body: (TokenizerWorkspace) -> Result) -> Result {
    let workspace = idle.withLock { $0.popLast() } ?? TokenizerWorkspace()
    let result = body(workspace)
    idle.withLock { $0.append(workspace) }
    return result
  }
}
