import RunEvents
import Screen

/// Where a run was taken up again, or began from another one.
public struct SeamNote: Sendable, Hashable {
  /// Step of the checkpoint.
  public var step: Int
  /// `NAME@STEP` of a fork; nil where the run itself went on.
  public var source: String?
  /// Last step recorded before the trainer died.
  public var lastRecorded: Int

  init(_ seam: Seam) {
    step = seam.step
    source = seam.source
    lastRecorded = seam.lastRecorded
  }

  /// What happened, for a person.
  public var text: String {
    if let source { return "forked from \(source)" }
    let start = "taken up again from step \(step)"
    if lastRecorded <= step { return start + ", nothing was lost" }
    return lastRecorded == step + 1
      ? start + ": step \(lastRecorded) is done again"
      : start + ": steps \(step + 1) to \(lastRecorded) are done again"
  }
}

/// Something that happened to the run as a whole.
public enum RunNote: Sendable, Hashable {
  /// A checkpoint was written.
  case checkpoint(Checkpoint)
  /// The run was taken up again or forked.
  case seam(SeamNote)
  /// The modules were chosen: so many of so many are on.
  case selection(step: Int, on: Int, of: Int)
  /// Pins and caps as they stand from here on.
  case demands(step: Int, [RankDemand])

  /// Last step finished when it happened.
  public var step: Int {
    switch self {
    case .checkpoint(let checkpoint): checkpoint.step
    case .seam(let seam): seam.step
    case .selection(let step, _, _): step
    case .demands(let step, _): step
    }
  }

  /// What happened, for a person.
  public func text(_ grid: ModuleGrid) -> String {
    switch self {
    case .checkpoint(let checkpoint):
      "checkpoint written, \(Self.size(checkpoint.bytes)) in "
        + NumberText.duration(checkpoint.seconds)
    case .seam(let seam): seam.text
    case .selection(_, let on, let count): "selection made: \(on) of \(count) modules are on"
    case .demands(_, let demands): "held now: " + demands.text(grid)
    }
  }

  /// Bytes as people read them: `820 B`, `4.2 MB`.
  private static func size(_ bytes: Int) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"]
    var value = Double(max(0, bytes))
    var unit = 0
    while value >= 999.5 && unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return NumberText.fixed(value, decimals: unit > 0 && value < 9.95 ? 1 : 0) + " " + units[unit]
  }
}
