import Evidence
import Foundation
import RunEvents
import RunStore

/// The run files of a sweep: one a cell, `TASK-ALLOCATOR-rRANK-sSEED.ranktop`.
struct SweepFolder {
  /// The folder.
  let url: URL
  /// What is learned, the beginning of every name.
  let task: String
  /// What the cells train.
  let subject: SweepSubject

  /// What there is of a cell.
  enum State {
    /// No run file.
    case absent
    /// All steps are done, with the settings that are wanted.
    case finished
    /// A run that did not finish; how it ended, in words.
    case unfinished(String)
    /// All steps are done, with other settings; in words.
    case different([String])
    /// A process records it.
    case live(pid: Int32)
  }

  /// A cell's name.
  func name(_ cell: SweepCell) -> String { "\(task)-\(cell.label)" }

  /// A cell's run file.
  func file(_ cell: SweepCell) -> URL {
    url.appendingPathComponent(name(cell)).appendingPathExtension("ranktop")
  }

  /// Makes the folder and sees that it can be written.
  func make() throws {
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw Failure(
        "the folder \(url.relativePath) cannot be made (\(error.localizedDescription)): choose "
          + "another one with --folder")
    }
    guard FileManager.default.isWritableFile(atPath: url.path) else {
      throw Failure(
        "the folder \(url.relativePath) cannot be written: choose another one with --folder")
    }
  }

  /// What there is of a cell.
  ///
  /// - Throws: `StoreError` when its file is there and is no run that can be read.
  func state(_ cell: SweepCell) throws -> State {
    let file = file(cell)
    guard FileManager.default.fileExists(atPath: file.path) else { return .absent }
    let reader = try RunReader(opening: file)
    switch try reader.liveness() {
    case .live(let pid, _): return .live(pid: pid)
    case .died(let step):
      return .unfinished(step > 0 ? "died after step \(step)" : "died before its first step")
    case .finished(let stop):
      if let obstacle = stop.obstacle { return .unfinished(obstacle) }
      guard let manifest = try reader.manifest() else { return .unfinished("has no manifest") }
      let differences = try subject.differences(cell, from: manifest)
      return differences.isEmpty ? .finished : .different(differences)
    }
  }
}

extension Stop {
  /// Why the run is no result; nil when all its steps are done.
  var obstacle: String? {
    switch reason {
    case .finished: nil
    case .stopped: "was stopped at step \(step)"
    case .lossNotFinite: "the loss was not finite at step \(step)"
    case .failed(let reason): "failed: \(reason)"
    }
  }
}
