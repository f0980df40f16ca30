import Allocation
import ArgumentParser
import Foundation
import LanguageModels
import RunEvents
import RunStore
import Tensors
import Training

/// What a resumed or forked training takes from the run that was before.
struct TakenUpRun {
  let run: RecordedRun
  let stored: StoredCheckpoint
  let checkpoint: RunCheckpoint
  /// Last step recorded so far.
  let lastRecorded: Int
  /// `NAME@STEP` for a fork; nil where the run itself goes on.
  let source: String?
  /// Options given beside `--fork`; none for a resumption.
  let given: OptionWords
  /// What people had done between the checkpoint and the trainer's death.
  let repeated: [ScriptedIntervention]

  /// Whether this is a new run.
  var isFork: Bool { source != nil }

  /// The run goes on: refuses one that lives or has ended.
  init(resuming path: String) throws {
    run = try RecordedRun(path)
    switch try run.reader.liveness() {
    case .died: break
    case .live(let pid, let host):
      throw Failure(
        "\(path) is being recorded by process \(pid) on \(host): look at it with ranktop watch \(path)"
      )
    case .finished(let stop):
      throw Failure(
        "\(path) ended at step \(stop.step): there is nothing to resume. To go on from there: "
          + "ranktop train --fork \(path) --steps N")
    }
    (stored, checkpoint) = try run.checkpoint(at: nil)
    guard let resumption = try run.reader.resumption(), resumption.checkpoint == stored else {
      throw Failure("\(path) has just changed: try again")
    }
    lastRecorded = resumption.lastRecorded
    repeated = resumption.repeated.map {
      ScriptedIntervention(
        step: $0.step ?? 0, intervention: $0.intervention, author: $0.author, id: $0.id,
        requestedAt: $0.requestedAt)
    }
    source = nil
    given = OptionWords([])
  }

  /// A new run from `RUN` or `RUN@STEP`.
  init(forking text: String, given: OptionWords) throws {
    var (path, step) = (text, Int?.none)
    if let mark = text.lastIndex(of: "@"), let number = Int(text[text.index(after: mark)...]),
      !FileManager.default.fileExists(atPath: text)
    {
      (path, step) = (String(text[..<mark]), number)
    }
    run = try RecordedRun(path)
    if let fixed = given.items.first(where: { Self.fixed.contains($0.name) }) {
      throw Failure(
        "--\(fixed.name) cannot change in a fork: \(path) has its model, data and shapes already. "
          + "Leave it out, or start a new run")
    }
    var found: RunCheckpoint
    (stored, found) = try run.checkpoint(at: step)
    // Whoever wanted to see the next decision first was looking at the other run.
    found.isProposing = false
    checkpoint = found
    lastRecorded = stored.step
    source = "\(run.manifest.name)@\(stored.step)"
    repeated = []
    self.given = given
  }

  /// Options that say what the parameters are, and what is learned.
  private static let fixed: Set = [
    "model", "train", "eval", "label-column", "text-column", "pair-column", "task", "max-length",
    "rank", "initial-rank", "capacity", "alpha", "targets", "budget-unit",
  ]

  /// Options that may be given more than once: a fork's are added to those of before.
  private static let repeatable: Set = ["pin", "cap", "switch", "set"]

  /// Options that the allocator reads when it begins.
  private static let schedule: Set = [
    "warmup", "final", "interval", "set", "orthogonality", "equilibrium", "official-ties",
  ]

  /// All options of the run to come.
  var words: OptionWords {
    var old = run.words.without(
      OptionWords.surroundings.subtracting(isFork ? [] : ["output", "force"]))
    if !isFork { return old }
    old = old.without(given.names.subtracting(Self.repeatable))
    if given.names.contains("epochs") { old = old.without(["steps"]) }
    if let name = given.items.last(where: { $0.name == "allocator" })?.value,
      let kind = AllocatorKind(rawValue: name)
    {
      // What only the old one read would be refused.
      let owned = Set(kind.parameters.map(\.name))
      old = old.without { item in
        let parameter =
          item.name == "set" ? String(item.value?.prefix { $0 != "=" } ?? "") : item.name
        return ["set", "orthogonality", "equilibrium"].contains(item.name)
          && !owned.contains(parameter)
      }
    }
    return old + given.without(OptionWords.surroundings)
  }

  /// Refuses another model or other data than the checkpoint's.
  func check(_ fingerprints: [String: String], _ command: TrainCommand) throws {
    let names = ["model": command.model, "train": command.train, "eval": command.eval]
    for (role, name) in names.sorted(by: { $0.key < $1.key })
    where checkpoint.fingerprints[role] != fingerprints[role] {
      throw Failure(
        "\(name ?? role) is not what \(run.path) was trained with: its contents have changed. "
          + "Put the old \(role == "model" ? "model" : "file") back, or start a new run")
    }
  }

  /// Gives hyper-parameters the values that the run had, where none are given.
  func keep(_ options: inout TrainingOptions) {
    func recorded(_ name: String) -> Float? {
      run.manifest.hyperparameters[name].flatMap { Float($0) }
    }
    if !given.names.contains("lr") { options.rate = recorded("lr") ?? options.rate }
    let follows = given.names.contains("lr") && !run.words.names.contains("head-lr")
    if !given.names.contains("head-lr") && !follows {
      options.headRate = recorded("head-lr") ?? options.headRate
    }
  }

  /// Whose optimiser the learning rates are for: with a rate of its own, that of the run to come.
  func rateKind(_ allocation: AllocationArguments) throws -> AllocatorKind {
    if !given.names.contains("lr") { return try AllocatorKind(named: checkpoint.rateKind) }
    if given.names.contains("allocator") { return allocation.kind }
    return try AllocatorKind(named: checkpoint.allocator.name)
  }

  /// Whether a batch for ablation rounds was taken out of the training data.
  var holdsOut: Bool { run.manifest.hyperparameters["held-out"] == "true" }

  /// Threads: as many as before, since sums depend on them.
  var threads: Int? {
    given.names.contains("threads") ? nil : run.manifest.environment["threads"].flatMap { Int($0) }
  }

  /// Components of every module that were alive when the run once began.
  var startRank: Int { run.manifest.modules.first?.startRank ?? 1 }

  /// What is to be done besides training: what was still to come, what is asked now, what is done again.
  func script(_ command: TrainCommand, options: TrainingOptions) throws -> [ScriptedIntervention] {
    if !isFork { return checkpoint.script + repeated }
    func now(_ intervention: Intervention) -> ScriptedIntervention {
      ScriptedIntervention(step: stored.step, intervention: intervention, author: "command line")
    }
    var script: [ScriptedIntervention] = []
    let kind = command.allocation.kind
    // A schedule cannot be stretched: the allocator begins anew over the steps to come, as after a switch.
    let isNew =
      given.names.contains("allocator") && kind.rawValue != checkpoint.allocator.name
      || !given.names.isDisjoint(with: Self.schedule)
      || options.totalSteps != run.manifest.totalSteps
    if isNew {
      let name = given.names.contains("allocator") ? kind.rawValue : checkpoint.allocator.name
      script.append(now(.allocator(name)))
    }
    if given.names.contains("budget"), let budget = command.allocation.budget {
      script.append(now(.budget(budget)))
    }
    let steering = try SteeringArguments.parse(
      given.without { !["pin", "cap", "switch"].contains($0.name) }.words)
    for item in try steering.script() {
      guard item.step == 0 || item.step >= stored.step else {
        throw ValidationError(
          "--switch \(item.step):\(item.intervention.value ?? ""): the fork begins at step \(stored.step)"
        )
      }
      script.append(
        ScriptedIntervention(
          step: max(item.step, stored.step), intervention: item.intervention, author: item.author))
    }
    return script + checkpoint.script
  }

  /// Says what may keep the steps from being the same bit for bit.
  func complainAboutDifferences() {
    let old = run.manifest.environment
    if let version = old["ranktop"], version != Version.text {
      complain("note: recorded by ranktop \(version), this is \(Version.text): steps may differ")
    }
    if let core = old["blas"], core != OpenBLAS.coreName {
      complain(
        "note: recorded with OpenBLAS's \(core) kernels, this machine uses \(OpenBLAS.coreName): the last "
          + "bits may differ (RANKTOP_BLAS_CORE=\(core) chooses the same)")
    }
  }

  /// Where the run goes on.
  var seam: Seam {
    Seam(
      step: stored.step, source: source, lastRecorded: lastRecorded,
      alive: checkpoint.allocator.alive)
  }
}
