import Allocation
import LanguageModels
import RunEvents
import Tensors

/// Everything that a run leaves behind between two steps: what it is taken up from, bit for bit.
///
/// There is no state of a random generator in it: batches, dropout and the start of grown components are pure
/// functions of seed and step. Nor are there the learner's data or frozen weights, which are known by
/// their ``fingerprints``.
public struct RunCheckpoint: Sendable {
  /// What is not a buffer of floats.
  struct Notes: Sendable, Codable {
    var step: Int
    var tokens: Int
    var elapsed: Double
    var decisions: Int
    var secondOrigin: Int
    var rateKind: String
    var target: Int
    var constraints: RankConstraints
    var script: [ScriptedIntervention]
    /// Whether somebody has asked to see the next decision first; nil in older checkpoints.
    var proposes: Bool?
    var fingerprints: [String: String]
    var layout: [Part]
  }

  /// Where one adapter's A `[rank, in]`, c `[rank]` and B transposed `[rank, out]` begin in every buffer of the
  /// parameters' layout; the task head follows the last one.
  struct Part: Sendable, Hashable, Codable {
    var name: String
    var rank: Int
    var inputs: Int
    var outputs: Int
    var down: Int
    var gate: Int
    var up: Int
    var scale: Float
  }

  /// Version of the format that this code writes and reads.
  ///
  /// It rises with whatever a step reads that is not in an older checkpoint.
  public static let version = 1

  var notes: Notes
  /// The allocator in office, with its averages and its schedule.
  public let allocator: any Allocator
  /// Buffers of floats by name, e.g. `parameters`, `optimizer.first`.
  let buffers: [String: [Float]]

  /// Last step finished.
  public var step: Int { notes.step }
  /// Training time up to here in seconds.
  public var elapsed: Double { notes.elapsed }
  /// Target budget of the run.
  public var target: Int { notes.target }
  /// Name of the allocator whose optimiser the run's learning rates are for.
  public var rateKind: String { notes.rateKind }
  /// Pins and caps in force.
  public var constraints: RankConstraints { notes.constraints }
  /// What the run is still to do by itself; settable for a fork, which may have other plans.
  public var script: [ScriptedIntervention] {
    get { notes.script }
    set { notes.script = newValue }
  }
  /// Whether the next decision waits for an answer, because somebody asked for it before; settable for a fork,
  /// at which nobody may be looking.
  public var isProposing: Bool {
    get { notes.proposes ?? false }
    set { notes.proposes = newValue }
  }
  /// What the run read, as its owner named it: role to fingerprint.
  public var fingerprints: [String: String] { notes.fingerprints }
  /// The scale of every update.
  public var scale: Float { notes.layout.first?.scale ?? 1 }
  /// Component slots of every module.
  public var slots: Int { notes.layout.first?.rank ?? 1 }

  /// Finds out whether a run over these adapters can be taken up from here.
  ///
  /// - Throws: ``RunCheckpointError`` with code `doesNotFit`.
  public func check(fits adapters: AdapterSet) throws(RunCheckpointError) {
    let wanted = adapters.parts
    guard notes.layout.map(\.name) == wanted.map(\.name) else {
      throw RunCheckpointError(
        .doesNotFit,
        "the checkpoint has \(notes.layout.count) adapted modules, this run \(wanted.count) or other "
          + "ones: use the same --model and --targets")
    }
    if let (a, b) = zip(notes.layout, wanted).first(where: { $0 != $1 }) {
      throw RunCheckpointError(
        .doesNotFit,
        "\(a.name) has \(a.rank) slots, shape \(a.outputs) x \(a.inputs) and scale \(a.scale) in the "
          + "checkpoint, but \(b.rank), \(b.outputs) x \(b.inputs) and \(b.scale) in this run: "
          + "use the same model, rank and alpha")
    }
    guard buffers["parameters"]?.count == adapters.parameters.count else {
      throw RunCheckpointError(
        .doesNotFit,
        "the checkpoint has \(buffers["parameters"]?.count ?? 0) parameters, this run "
          + "\(adapters.parameters.count): use the same model and the same classes")
    }
    guard allocator.alive.count == adapters.componentCount else {
      throw RunCheckpointError(
        .doesNotFit,
        "the checkpoint's allocator has \(allocator.alive.count) components, this run "
          + "\(adapters.componentCount)")
    }
  }
}

extension AdapterSet {
  /// The layout, as a checkpoint describes it.
  var parts: [RunCheckpoint.Part] {
    adapters.map {
      RunCheckpoint.Part(
        name: $0.site.name, rank: $0.rank, inputs: $0.site.inputs, outputs: $0.site.outputs,
        down: $0.down, gate: $0.gate, up: $0.up, scale: $0.scale)
    }
  }
}
