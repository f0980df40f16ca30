import Dashboard
import RunEvents
import RunStore

/// A run file as the dashboard looks things up in it.
struct RunFileRecords: RunRecords, Sendable {
  let reader: RunReader

  /// The run at its end beside others.
  func compared(named name: String) throws -> ComparedRun {
    let (startAlive, decisions) = try reader.outlines()
    return ComparedRun(
      name: name, state: try finalState(), decisions: decisions, startAlive: startAlive)
  }

  var lastStep: Int { get throws { try reader.lastStep() } }

  func digest(through step: Int) throws -> RunDigest { try reader.digest(through: step) }

  func overview() throws -> RunOverview { try reader.overview() }

  func ranks(at steps: [Int]) throws -> [[UInt16]?] { try reader.ranks(at: steps) }

  func step(atElapsed seconds: Double) throws -> Int { try reader.step(atElapsed: seconds) }

  func decisionStep(after step: Int) throws -> Int? { try reader.decisionStep(after: step) }

  func decisionStep(before step: Int) throws -> Int? { try reader.decisionStep(before: step) }

  func decision(atOrBefore step: Int) throws -> RecordedChoice? {
    try reader.decision(atOrBefore: step)
  }

  func nextChange(of module: Int, after step: Int) throws -> Int? {
    try reader.nextChange(of: module, after: step)
  }

  func previousChange(of module: Int, before step: Int) throws -> Int? {
    try reader.previousChange(of: module, before: step)
  }

  func firstStep(after step: Int, where holds: ([UInt16]) -> Bool) throws -> Int? {
    try reader.firstStep(after: step, where: holds)
  }

  func changes(of module: Int, through step: Int) throws -> [ComponentChange] {
    try reader.changes(of: module, through: step)
  }

  func losses(of steps: ClosedRange<Int>) throws -> [Double] { try reader.losses(of: steps) }

  func stretches(of steps: ClosedRange<Int>) throws -> [RunOverview.Stretch]? {
    try reader.stretches(of: steps)
  }
}
