import RunEvents

/// A recorded run that can be looked up anywhere: what the dashboard asks of whoever keeps the records.
///
/// Steps count from 1; a step that does not exist stands for the last one before it. Every call answers
/// from the run as it is recorded by then, and throws when the records cannot be read.
public protocol RunRecords {
  /// Last step recorded; 0 before the first.
  var lastStep: Int { get throws }
  /// What still mattered just after a step.
  func digest(through step: Int) throws -> RunDigest
  /// The whole course in outline.
  func overview() throws -> RunOverview
  /// Ranks of every module just after each step; nil where they are not known.
  func ranks(at steps: [Int]) throws -> [[UInt16]?]
  /// Last step whose training time is not above so many seconds; 0 when there is none.
  func step(atElapsed seconds: Double) throws -> Int
  /// Step of the first decision after a step; nil when there is none.
  func decisionStep(after step: Int) throws -> Int?
  /// Step of the last decision before a step; nil when there is none.
  func decisionStep(before step: Int) throws -> Int?
  /// The last decision at or before a step, in full, with what was alive before it.
  func decision(atOrBefore step: Int) throws -> RecordedChoice?
  /// First step after another at which a module gained or lost a component; nil when there is none.
  func nextChange(of module: Int, after step: Int) throws -> Int?
  /// Last step before another at which a module gained or lost a component; nil when there is none.
  func previousChange(of module: Int, before step: Int) throws -> Int?
  /// First step after another from which ranks fulfil a condition that they did not fulfil before.
  func firstStep(after step: Int, where holds: ([UInt16]) -> Bool) throws -> Int?
  /// When components of a module came and went, up to a step, in order.
  func changes(of module: Int, through step: Int) throws -> [ComponentChange]
  /// Loss of each step of a short range, one entry a step; NaN where it is not finite or not recorded.
  func losses(of steps: ClosedRange<Int>) throws -> [Double]
  /// What happened over the steps of a range, in stretches by rising step: single steps where they are
  /// few, else at most ``RunOverview/stretchLength`` steps each; nil where that would take long.
  func stretches(of steps: ClosedRange<Int>) throws -> [RunOverview.Stretch]?
}
