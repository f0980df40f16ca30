import Allocation
import ArgumentParser
import Foundation
import LanguageModels
import RunEvents
import RunStore
import Training

/// `ranktop train --resume`, `--fork` and `--interventions`: runs that begin with what another one recorded.
extension TrainCommand {
  /// Goes on with a run in its own file.
  func resume(_ path: String, _ words: OptionWords) async throws {
    let allowed: Set = ["resume", "headless", "json", "plain", "ascii", "no-color"]
    if let other = words.items.first(where: { !allowed.contains($0.name) }) {
      throw ValidationError(
        "--\(other.name): a resumed run has its own options. Leave it out, or change it in a new run: "
          + "ranktop train --fork \(path) --\(other.name) ...")
    }
    let taken = try TakenUpRun(resuming: path)
    let session = RunSession(arguments: arguments, appearance: appearance, file: taken.run.file)
    if arguments.wantsDashboard(appearance) {
      return try await session.trainBesideDashboard(
        command: ["train", "--resume", session.file.path], namesFile: true)
    }
    try taken.run.enterFolder()
    let command = try TrainCommand.parse(taken.words.words)
    let destination = command.output.map { URL(fileURLWithPath: $0) } ?? session.adapterFolder
    guard command.arguments.force || !FileManager.default.fileExists(atPath: destination.path)
    else {
      throw Failure(
        "\(destination.relativePath) exists: the run's adapter goes there. Move it away first")
    }
    try await command.trainHere(
      session, destination, command: (taken.words.words, taken.run.folder), from: taken)
  }

  /// Begins a new run where another one was.
  func fork(_ source: String, _ words: OptionWords) async throws {
    let taken = try TakenUpRun(forking: source, given: words.without(OptionWords.surroundings))
    try await start(
      words, defaultName: "\(taken.run.manifest.name)-at-\(taken.stored.step)", from: taken)
  }

  /// Fingerprints of all that the run reads, by role.
  func fingerprints() throws -> [String: String] {
    var values = ["model": try ModelFolder(resolving: model ?? "").fingerprint()]
    values["train"] = try Fingerprint.text(of: [URL(fileURLWithPath: train ?? "")])
    if let eval { values["eval"] = try Fingerprint.text(of: [URL(fileURLWithPath: eval)]) }
    return values
  }

  /// Refuses before anything is written what cannot be done from a checkpoint.
  func check(
    _ taken: TakenUpRun, _ script: [ScriptedIntervention], _ learner: any Learner,
    _ options: TrainingOptions
  ) throws {
    try taken.checkpoint.check(fits: learner.adapters)
    guard taken.isFork else { return }
    guard taken.stored.step < options.totalSteps else {
      throw Failure(
        "step \(taken.stored.step) is the end of the \(options.totalSteps) steps: give more --steps or "
          + "--epochs")
    }
    if let late = script.first(where: { $0.step >= options.totalSteps }) {
      throw Failure(
        "\(late.intervention.text) after step \(late.step): the run ends at \(options.totalSteps)")
    }
    let nowhere = TrainingRun.Outlet(publish: { _ in 0 }, interventions: { [] })
    let rehearsal = try TrainingRun(
      learner: learner, kind: try taken.rateKind(allocation), options: options,
      allocatorOptions: allocation.options, restoring: taken.checkpoint, outlet: nowhere)
    if let refusal = rehearsal.refusal(of: script) { throw Failure(refusal) }
  }

  /// What a fresh run does by itself: what the command says, and what another recording has.
  func script(for manifest: Manifest) throws -> [ScriptedIntervention] {
    var script = try steering.script()
    guard let path = checkpoints.interventions else { return script }
    let reader = try RunReader(opening: URL(fileURLWithPath: path))
    guard let other = try reader.manifest() else {
      throw Failure("\(path): the run has not started yet, or died before its first event")
    }
    guard other.modules.map(\.name) == manifest.modules.map(\.name) else {
      throw Failure(
        "\(path) adapts \(other.modules.count) modules, this run \(manifest.modules.count) or other ones: "
          + "what was done to it makes no sense here. Use the same --model and --targets")
    }
    var repeated = try reader.appliedInterventions().filter {
      $0.intervention != .pause && $0.intervention != .resume
    }
    // What this command says as well is not done twice.
    for own in script {
      let double = repeated.firstIndex {
        $0.author == own.author && $0.step == own.step && $0.intervention == own.intervention
      }
      if let double { repeated.remove(at: double) }
    }
    if repeated.isEmpty {
      complain("note: nobody did anything to \(path): there is nothing to repeat")
    }
    for record in repeated {
      let step = record.step ?? 0
      guard step < manifest.totalSteps else {
        throw Failure(
          "\(record.intervention.text) came after step \(step) of \(path), this run ends at "
            + "\(manifest.totalSteps): give more --steps or --epochs")
      }
      script.append(
        ScriptedIntervention(step: step, intervention: record.intervention, author: record.author))
    }
    return script
  }
}

extension TakenUpRun {
  /// How the run file is opened.
  func opening(_ manifest: Manifest, _ script: [ScriptedIntervention]) throws
    -> RunSession.Opening
  {
    guard isFork else { return .resumed(stored, seam) }
    // The new file is complete without the old one.
    var begin = checkpoint
    begin.script = script
    let first = WrittenCheckpoint(step: stored.step, data: try begin.data(), wasAsked: true)
    var events: [RunEvent] = [
      .started(manifest), .resumed(seam), .planned(checkpoint.allocator.plan),
    ]
    if !checkpoint.constraints.isEmpty {
      events.append(.constraints(step: stored.step, checkpoint.constraints))
    }
    events.append(
      .checkpoint(Checkpoint(step: stored.step, bytes: first.data.count, seconds: 0)))
    return .new(events, first)
  }
}
