import Allocation
import Foundation
import LanguageModels
import RunEvents
import Tensors

/// A checkpoint on its way to where it is kept; its note is published right after it.
public struct WrittenCheckpoint: Sendable {
  /// Last step finished.
  public var step: Int
  /// The bytes; see ``RunCheckpoint``.
  public var data: Data
  /// ``LanguageModels/Fingerprint`` of the bytes.
  public var fingerprint: String
  /// Whether somebody asked for it: such a one is not removed to make room.
  public var wasAsked: Bool

  /// Puts a checkpoint together from its bytes.
  public init(step: Int, data: Data, wasAsked: Bool) {
    self.step = step
    self.data = data
    self.wasAsked = wasAsked
    fingerprint = Fingerprint.text(of: data)
  }
}

/// A buffer that a checkpoint holds.
struct NamedBuffer {
  var name: String
  var buffer: FloatBuffer

  init(_ name: String, _ buffer: FloatBuffer) {
    self.name = name
    self.buffer = buffer
  }
}

extension TrainingRun {
  /// Every buffer that a step leaves behind for the next one.
  ///
  /// A new one is a line here, or in ``StatisticsCollector/buffers``.
  private var buffers: [NamedBuffer] {
    [
      NamedBuffer("parameters", learner.adapters.parameters),
      NamedBuffer("optimizer.first", optimizer.first),
      NamedBuffer("optimizer.second", optimizer.second),
    ] + collector.buffers
  }

  private static let moduleGates = "module-gates"

  /// The run's whole state as it stands between two steps.
  public func checkpoint() -> RunCheckpoint {
    var values = Dictionary(
      uniqueKeysWithValues: buffers.map { ($0.name, $0.buffer.array) })
    values[Self.moduleGates] = learner.adapters.moduleGates
    return RunCheckpoint(
      notes: RunCheckpoint.Notes(
        step: step, tokens: tokens, elapsed: watch.elapsed, decisions: seat.decisions,
        secondOrigin: optimizer.secondOrigin, rateKind: rateKind.rawValue,
        target: seat.target, constraints: seat.constraints,
        // What another recording repeats by itself is not this run's own to do.
        script: script.filter { $0.id == 0 }, proposes: isProposing, fingerprints: fingerprints,
        layout: learner.adapters.parts),
      allocator: seat.allocator, buffers: values)
  }

  /// Takes a state back: all of it, or nothing where it does not fit.
  func restore(_ checkpoint: RunCheckpoint) throws(RunCheckpointError) {
    try checkpoint.check(fits: learner.adapters)
    collector.prepare(holding: Set(checkpoint.buffers.keys), options: seat.options)
    let gates = checkpoint.buffers[Self.moduleGates] ?? []
    guard gates.count == learner.adapters.moduleGates.count else {
      throw RunCheckpointError(
        .doesNotFit,
        "the checkpoint has \(gates.count) module gates, this run "
          + "\(learner.adapters.moduleGates.count)")
    }
    for item in buffers where checkpoint.buffers[item.name]?.count != item.buffer.count {
      throw RunCheckpointError(
        .doesNotFit,
        "the checkpoint's \(item.name) has \(checkpoint.buffers[item.name]?.count ?? 0) numbers, this "
          + "run's \(item.buffer.count)")
    }
    step = checkpoint.step
    // The rule first: a new one clears the moments.
    regroup()
    optimizer.secondOrigin = checkpoint.notes.secondOrigin
    for item in buffers { _ = item.buffer.elements.update(from: checkpoint.buffers[item.name]!) }
    learner.adapters.moduleGates = gates
    tokens = checkpoint.notes.tokens
    watch.elapsed = checkpoint.elapsed
    published = plan
  }

  /// Hands a checkpoint to whoever keeps it.
  ///
  /// - Returns: Why it cannot be, as a sentence for a person; nil when it was written.
  func keepCheckpoint(asked record: InterventionRecord? = nil) throws -> String? {
    guard let keep = outlet.keepCheckpoint else { return "this run keeps no checkpoints" }
    let started = ContinuousClock.now
    let data: Data
    do { data = try checkpoint().data() } catch { return error.message }
    let written = WrittenCheckpoint(step: step, data: data, wasAsked: record != nil)
    let seconds = (ContinuousClock.now - started).seconds
    // What asked for it is part of what it holds: it must not be asked again from here.
    if let record { try send(.intervention(record)) }
    watch.addWait(try keep(written))
    try send(.checkpoint(Checkpoint(step: step, bytes: data.count, seconds: seconds)))
    lastCheckpoint = step
    return nil
  }

  /// The regular checkpoint after a step, where one is due.
  func keepCheckpointIfDue() throws {
    guard let interval = options.checkpointInterval, step % interval == 0 else { return }
    _ = try keepCheckpoint()
  }

  /// The checkpoint at the end of a run, from which another one may go on.
  func keepLastCheckpoint() throws {
    guard options.checkpointsAtEnd, step > 0, lastCheckpoint != step else { return }
    _ = try keepCheckpoint()
  }

  /// Tries what a run is to do at once, e.g. after a fork, on a run that goes nowhere.
  ///
  /// - Returns: The first refusal, as a sentence for a person.
  public func refusal(of script: [ScriptedIntervention]) -> String? {
    for item in script where item.step <= step && !isAwaited(item.intervention) {
      if case .rejected(let reason) = attempt(item.record) { return reason }
    }
    return nil
  }
}
