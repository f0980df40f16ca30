/// What a person asks of a run.
public enum Intervention: Sendable, Hashable, Codable {
  /// Wait before the next step.
  case pause
  /// Go on.
  case resume
  /// End now: save the adapter, close the run file.
  case stop
  /// A new target budget in components, applied at the next decision.
  case budget(Int)
  /// Another allocator from the next step on; weights and output stay as they are.
  case allocator(String)
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
