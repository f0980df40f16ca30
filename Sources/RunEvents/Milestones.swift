/// A checkpoint was written: the run can be taken up again or forked from here.
public struct Checkpoint: Sendable, Hashable, Codable {
  /// Last step finished.
  public var step: Int
  /// Size in the run file.
  public var bytes: Int
  /// Time it took, in seconds.
  public var seconds: Double

  /// Creates a checkpoint's note.
  public init(step: Int, bytes: Int, seconds: Double) {
    self.step = step
    self.bytes = bytes
    self.seconds = seconds
  }
}

/// A run was taken up again after its trainer had died, or began from another run's checkpoint.
public struct Seam: Sendable, Hashable, Codable {
  /// Step of the checkpoint: the next step is this one plus one.
  public var step: Int
  /// The other run and step (`NAME@STEP`) of a fork; nil where the run itself goes on.
  public var source: String?
  /// Last step that was recorded before the trainer died; steps up to it are done again.
  public var lastRecorded: Int
  /// Components alive, flat.
  public var alive: [Bool]

  /// Creates a seam.
  public init(step: Int, source: String?, lastRecorded: Int, alive: [Bool]) {
    self.step = step
    self.source = source
    self.lastRecorded = lastRecorded
    self.alive = alive
  }
}

/// How far a long task between two steps has come, e.g. an ablation round.
public struct TaskProgress: Sendable, Hashable, Codable {
  /// Last step finished.
  public var step: Int
  /// What is done, in a word: `ablation`.
  public var task: String
  /// Parts done.
  public var done: Int
  /// Parts in all.
  public var total: Int
  /// Seconds since it began.
  public var seconds: Double

  /// Creates a progress.
  public init(step: Int, task: String, done: Int, total: Int, seconds: Double) {
    self.step = step
    self.task = task
    self.done = done
    self.total = total
    self.seconds = seconds
  }
}

/// Gates of whole modules: DiffoRA's selection matrix as it forms.
public struct ModuleGates: Sendable, Hashable, Codable {
  /// Step number.
  public var step: Int
  /// Gate of every module, in manifest order: 0 is off; 1 is on.
  public var gates: [Float]
  /// Whether the selection is made: every gate is 0 or 1 from here on.
  public var isBinary: Bool

  /// Creates the gates of one step.
  public init(step: Int, gates: [Float], isBinary: Bool) {
    self.step = step
    self.gates = gates
    self.isBinary = isBinary
  }
}
