import Foundation
import RunEvents
import RunStore
import Training

/// A run on the disk, and the command that made it.
struct RecordedRun {
  /// The file.
  let file: URL
  /// As the person wrote it.
  let path: String
  let reader: RunReader
  let manifest: Manifest
  /// Its options.
  let words: OptionWords
  /// The folder in which they were typed.
  let folder: String

  /// Opens a run of `ranktop train`.
  init(_ path: String) throws {
    self.path = path
    file = URL(run: path)
    reader = try RunReader(opening: file)
    guard let manifest = try reader.manifest() else {
      throw Failure("\(path): the run has not started yet, or died before its first event")
    }
    self.manifest = manifest
    guard let folder = manifest.environment["folder"],
      let arguments = manifest.environment["arguments"],
      let words = try? JSONDecoder().decode([String].self, from: Data(arguments.utf8))
    else {
      throw Failure(
        "\(path) does not say which command made it (a demo, or an earlier ranktop): train again "
          + "with --checkpoint-every")
    }
    self.words = OptionWords(words)
    self.folder = folder
  }

  /// One of its checkpoints, read and checked.
  ///
  /// - Parameter step: Nil for the newest.
  func checkpoint(at step: Int?) throws -> (StoredCheckpoint, RunCheckpoint) {
    let all = try reader.checkpoints()
    guard let newest = all.last else {
      throw Failure(
        "\(path) has no checkpoint: nothing is left to go on from. Train again with --checkpoint-every"
      )
    }
    guard let stored = step == nil ? newest : all.last(where: { $0.step == step }) else {
      let steps = all.map { "\($0.step)" }.joined(separator: ", ")
      throw Failure("\(path) has no checkpoint at step \(step ?? 0): choose one of \(steps)")
    }
    guard let bytes = try reader.bytes(of: stored) else {
      throw Failure("\(path): the checkpoint of step \(stored.step) was just removed: try again")
    }
    do {
      return (stored, try RunCheckpoint(bytes.data, fingerprint: bytes.fingerprint))
    } catch {
      throw Failure("\(path), step \(stored.step): \(error)")
    }
  }

  /// Makes the folder of its command the present one: the paths in its options begin there.
  func enterFolder() throws {
    guard FileManager.default.changeCurrentDirectoryPath(folder) else {
      throw Failure(
        "\(path) was started in \(folder), which is gone: its model and data are looked for from there"
      )
    }
  }
}

extension RunReader {
  /// Interventions that were carried out, in their order.
  func appliedInterventions() throws -> [InterventionRecord] {
    var records: [InterventionRecord] = []
    try forEachEvent(of: .interventions) { event in
      guard case .intervention(let record) = event, record.outcome == .applied else { return }
      records.append(record)
    }
    return records
  }
}
