/// What a person asks of a run.
public enum Intervention: Sendable, Hashable, Codable {
  /// Wait before the next step.
  case pause
  /// Go on.
  case resume
  /// End now: save the adapter, close the run file.
  case stop
  /// A new target budget in the run's unit, applied at the next decision.
  case budget(Int)
  /// Another allocator from the next step on; weights and output stay as they are.
  case allocator(String)
  /// Keep modules or components alive, whatever their scores: `layer.3.*`, `L3.q:4`, `L3.q#2`.
  case pin(ModuleRule)
  /// Bound the rank of modules from above: `layer.3.*:4`.
  case cap(ModuleRule)
  /// Remove pins and caps.
  case release(ModuleRule)
  /// Write a checkpoint now.
  case checkpoint
  /// Show the next decision before it is applied, and wait for an answer.
  case propose
  /// The answer to a proposal.
  case decide(DecisionAnswer)
  /// Wait for no answer any more: apply what is proposed and go on.
  case runOn
  /// Words in the run file that make no request; always rejected.
  case unknown(kind: String, value: String?)
}

extension Intervention {
  /// Its kind in one word, as the run file has it.
  public var kind: String {
    switch self {
    case .pause: "pause"
    case .resume: "resume"
    case .stop: "stop"
    case .budget: "budget"
    case .allocator: "allocator"
    case .pin: "pin"
    case .cap: "cap"
    case .release: "release"
    case .checkpoint: "checkpoint"
    case .propose: "propose"
    case .decide: "decide"
    case .runOn: "run-on"
    case .unknown(let kind, _): kind
    }
  }

  /// What goes with the kind, if anything does, as the run file has it.
  public var value: String? {
    switch self {
    case .pause, .resume, .stop, .checkpoint, .propose, .runOn: nil
    case .decide(let answer): answer.description
    case .budget(let budget): "\(budget)"
    case .allocator(let name): name
    case .pin(let rule), .cap(let rule), .release(let rule): rule.description
    case .unknown(_, let value): value
    }
  }

  /// What is asked, in words.
  public var text: String { value.map { "\(kind) \($0)" } ?? kind }
}

/// An intervention with who asked, when, and what became of it.
public struct InterventionRecord: Sendable, Hashable, Codable {
  /// What became of the request.
  public enum Outcome: Sendable, Hashable, Codable {
    /// Not seen by the trainer yet.
    case pending
    /// Done.
    case applied
    /// Not done, and why.
    case rejected(String)
  }

  /// Number of the request in the run file, counted from 1.
  public var id: Int64
  /// What is asked.
  public var intervention: Intervention
  /// Who asked, e.g. `ana@host`.
  public var author: String
  /// When it was asked, seconds since 1970.
  public var requestedAt: Double
  /// Last step finished when the trainer took it up; nil while pending.
  public var step: Int?
  /// What became of it.
  public var outcome: Outcome

  /// Creates a record.
  public init(
    id: Int64, intervention: Intervention, author: String, requestedAt: Double, step: Int?,
    outcome: Outcome
  ) {
    self.id = id
    self.intervention = intervention
    self.author = author
    self.requestedAt = requestedAt
    self.step = step
    self.outcome = outcome
  }
}
