import RunEvents

/// An intervention that a run takes up by itself: from the command line, or as recorded in another run.
public struct ScriptedIntervention: Sendable, Hashable, Codable {
  /// Taken up once this step is finished; 0 for before the first.
  public var step: Int
  /// What is done.
  public var intervention: Intervention
  /// Whose it is, e.g. `command line`.
  public var author: String
  /// Its number in the recording that is done again; 0 for none.
  public var id: Int64
  /// When a person asked for it, seconds since 1970; 0 for nobody.
  public var requestedAt: Double

  /// Creates an intervention at a step.
  public init(
    step: Int, intervention: Intervention, author: String, id: Int64 = 0, requestedAt: Double = 0
  ) {
    self.id = id
    self.requestedAt = requestedAt
    self.step = step
    self.intervention = intervention
    self.author = author
  }

  /// By rising step; those of one step stay in their order.
  static func ordered(_ script: [Self]) -> [Self] {
    script.enumerated().sorted {
      ($0.element.step, $0.offset) < ($1.element.step, $1.offset)
    }.map(\.element)
  }

  /// As a request that waits to be taken up.
  var record: InterventionRecord {
    InterventionRecord(
      id: id, intervention: intervention, author: author, requestedAt: requestedAt, step: nil,
      outcome: .pending)
  }
}
