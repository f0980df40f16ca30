import ArgumentParser
import Dashboard
import Foundation
import RunEvents
import RunStore
import Training

/// One `train` or `demo` from the command to the summary: either the trainer itself, or a trainer in a process of its
/// own with the dashboard beside it.
struct RunSession {
  /// The run's options.
  let arguments: RunArguments
  /// Colours and glyphs.
  let appearance: Appearance
  /// The run file.
  let file: URL

  /// Where the adapter goes: beside the run file.
  var adapterFolder: URL {
    file.deletingPathExtension().appendingPathExtension("adapter")
  }

  // MARK: The trainer

  /// Trains in this process and prints the summary; nobody can take checkpoints.
  func trainHere(
    manifest: Manifest, makeRun: @escaping @Sendable (TrainingRun.Outlet) throws -> TrainingRun,
    save: @escaping @Sendable () throws -> String?
  ) async throws {
    try await trainHere(
      opening: .new([.started(manifest)], nil), keepsCheckpoints: nil, makeRun: makeRun, save: save)
  }

  /// How the run file is opened.
  enum Opening: Sendable {
    /// A new one, with its first events and the checkpoint that is among them.
    case new([RunEvent], WrittenCheckpoint?)
    /// One that is there, from a checkpoint on.
    case resumed(StoredCheckpoint, Seam)
  }

  /// Trains in this process and prints the summary.
  func trainHere(
    opening: Opening, keepsCheckpoints: Int?,
    makeRun: @escaping @Sendable (TrainingRun.Outlet) throws -> TrainingRun,
    save: @escaping @Sendable () throws -> String?
  ) async throws {
    try RunArguments.makeFolder(for: file)
    let requests = StopRequests()
    let progress = ProgressDisplay(
      plain: appearance.isPlain ? arguments.json ? .standardError : .standardOutput : nil)
    let host: TrainerHost
    switch opening {
    case .new(let events, let checkpoint):
      host = TrainerHost(
        recorder: try RunRecorder(creating: file, overwriting: arguments.force),
        opening: events, openingCheckpoint: checkpoint, keepsCheckpoints: keepsCheckpoints,
        progress: progress)
    case .resumed(let checkpoint, let seam):
      let recorder = try RunRecorder(resuming: file, from: checkpoint, seam: seam)
      try Self.readAll(file, into: progress)
      host = TrainerHost(
        recorder: recorder, opening: [], keepsCheckpoints: keepsCheckpoints, progress: progress)
    }
    if case .rollback = host.recorder.journal { complain("note: \(host.recorder.journal)") }
    let result = try await host.train(requests: requests, makeRun: makeRun, save: save)
    if let failure = result.failure { throw Failure(failure) }
    try printSummary(host.progress.state)
    try Self.exit(for: result.stop)
  }

  private static func readAll(_ file: URL, into progress: ProgressDisplay) throws {
    let reader = try RunReader(opening: file)
    var seq: Int64 = 0
    while let batch = try? reader.events(after: seq), let last = batch.last {
      progress.takeIn(batch.map(\.event))
      seq = last.seq
    }
  }

  private func printSummary(_ state: DashboardState) throws {
    if arguments.json {
      let summary = try RunSummary(
        reading: RunReader(opening: file), path: file.relativePath, withDetails: false)
      print(try summary.json())
    } else {
      for line in Summary.lines(state) { print(line.printable) }
      print("run file: \(file.relativePath)")
    }
  }

  /// Ends the process as the run ended.
  private static func exit(for stop: Stop) throws {
    switch stop.reason {
    case .finished, .stopped: return
    case .lossNotFinite:
      complain(
        "the loss is not finite at step \(stop.step): lower --lr, or look for a label or text "
          + "that is out of the ordinary")
      throw Exit.lossNotFinite
    case .failed(let reason): throw Failure(reason)
    }
  }

  // MARK: The dashboard and its trainer

  /// Starts the trainer as a process of its own and shows the dashboard until the person leaves it.
  ///
  /// - Parameters:
  ///   - command: The words after `ranktop` that make the same run.
  ///   - namesFile: Whether they say already which file is recorded.
  func trainBesideDashboard(command: [String], namesFile: Bool = false) async throws {
    try RunArguments.makeFolder(for: file)
    let log = file.deletingPathExtension().appendingPathExtension("log")
    let trainer = try DetachedTrainer(
      arguments: command + ["--headless"] + (namesFile ? [] : ["--run", file.path]), log: log)
    let reader = try await firstSight(of: trainer)
    let dashboard = DashboardLoop(
      mode: .live, records: RunFileRecords(reader: reader), reader: reader,
      steering: try RunSteering(opening: file), appearance: appearance)
    let (departure, state) = try await dashboard.show()
    switch departure {
    case .detached, .terminalGone:
      print("training goes on in process \(trainer.pid). Come back with:")
      print("  ranktop watch \(file.relativePath)")
    case .stopping: try await finish(trainer, reader)
    case .ended:
      for line in Summary.lines(state) { print(line.printable) }
      print("run file: \(file.relativePath)")
      if let code = trainer.exitCode(), code != 0 {
        complain(trainer.lastWords(1))
        throw ExitCode(code)
      }
    }
  }

  /// Waits until the trainer has begun its run; its errors up to there are this command's.
  private func firstSight(of trainer: DetachedTrainer) async throws -> RunReader {
    let isTerminal = isatty(2) == 1
    var waited = 0
    while true {
      if let reader = try? RunReader(opening: file), (try? reader.manifest()) != nil,
        case .live(trainer.pid, _)? = try? reader.liveness()
      {
        if isTerminal { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
        return reader
      }
      if let code = trainer.exitCode() {
        if isTerminal { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
        if code == 0 { return try RunReader(opening: file) }
        complain(trainer.lastWords(1))
        throw ExitCode(code)
      }
      waited += 1
      if isTerminal && waited % 25 == 10 {
        FileHandle.standardError.write(Data("\r\u{1B}[Kloading model and data …".utf8))
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Waits for a trainer that was asked to stop.
  private func finish(_ trainer: DetachedTrainer, _ reader: RunReader) async throws {
    complain("stopping: the trainer finishes its step and saves the adapter …")
    while trainer.exitCode() == nil { try await Task.sleep(for: .milliseconds(20)) }
    var state = DashboardState()
    for try await batch in reader.follow() { for event in batch { state.apply(event) } }
    for line in Summary.lines(state) { print(line.printable) }
    print("run file: \(file.relativePath)")
  }
}
