import RunEvents

/// What a history keeps of a stretch of steps.
protocol StepBucket: Sendable, Hashable {
  /// A stretch of which nothing is known.
  init()
  /// Takes in the stretch that follows.
  mutating func merge(_ next: Self)
}

/// A history over all steps of a run in a fixed number of buckets.
///
/// It begins with one bucket a step; whenever the buckets run out, neighbours merge and every bucket
/// covers twice as many steps. A million steps so cost no more memory than a thousand.
public struct StepHistory<Bucket: Sendable & Hashable>: Sendable, Hashable {
  /// Most buckets kept; even.
  public let capacity: Int
  /// Steps in one bucket, a power of two.
  public private(set) var stride = 1
  /// Buckets in order; the first begins at step 1.
  public private(set) var buckets: [Bucket] = []

  init(capacity: Int) {
    precondition(capacity >= 2 && capacity % 2 == 0, "capacity \(capacity) is not even")
    self.capacity = capacity
  }

  /// First step of a bucket.
  public func firstStep(of index: Int) -> Int { 1 + index * stride }
}

extension StepHistory where Bucket: StepBucket {
  /// Changes the bucket that holds a step (counted from 1; earlier ones count as step 1).
  mutating func update(step: Int, _ change: (inout Bucket) -> Void) {
    let offset = max(0, step - 1)
    while offset / stride >= capacity { halve() }
    let index = offset / stride
    while buckets.count <= index { buckets.append(Bucket()) }
    change(&buckets[index])
  }

  /// Forgets the buckets that begin after a step.
  mutating func cut(after step: Int) {
    let kept = max(0, (step - 1 + stride) / stride)
    if buckets.count > kept { buckets.removeLast(buckets.count - kept) }
  }

  private mutating func halve() {
    var merged: [Bucket] = []
    merged.reserveCapacity(capacity)
    for index in Swift.stride(from: 0, to: buckets.count, by: 2) {
      var bucket = buckets[index]
      if index + 1 < buckets.count { bucket.merge(buckets[index + 1]) }
      merged.append(bucket)
    }
    buckets = merged
    stride *= 2
  }
}

/// The loss over a stretch of steps.
public struct LossBucket: StepBucket {
  /// Steps with a finite loss.
  public private(set) var count = 0
  /// Steps whose loss was not finite.
  public private(set) var notFinite = 0
  /// Smoothed loss at the stretch's end; 0 when `count` is 0.
  public private(set) var smoothed = 0.0
  /// Tokens of the run so far at the stretch's end; nil where that is not known.
  public private(set) var tokens: Int?
  private var sum = 0.0

  /// Creates an empty stretch.
  public init() {}

  init(_ stretch: RunOverview.Stretch) {
    count = stretch.finite
    notFinite = stretch.notFinite
    smoothed = stretch.smoothed
    tokens = stretch.tokens
    sum = stretch.lossSum
  }

  /// Mean of the finite losses, or nil when there is none.
  public var mean: Double? { count > 0 ? sum / Double(count) : nil }

  mutating func add(_ loss: Double, smoothed: Double?, tokens: Int) {
    self.tokens = tokens
    guard loss.isFinite, let smoothed else {
      notFinite += 1
      return
    }
    count += 1
    sum += loss
    self.smoothed = smoothed
  }

  mutating func merge(_ next: LossBucket) {
    if next.count > 0 { smoothed = next.smoothed }
    if next.count + next.notFinite > 0 { tokens = next.tokens }
    count += next.count
    notFinite += next.notFinite
    sum += next.sum
  }
}

/// What was decided over a stretch of steps.
public struct MarkBucket: StepBucket {
  /// Decisions.
  public internal(set) var decisions = 0
  /// Components pruned.
  public internal(set) var pruned = 0
  /// Components grown.
  public internal(set) var grown = 0
  /// Checkpoints written.
  public internal(set) var checkpoints = 0

  /// Creates an empty stretch.
  public init() {}

  init(_ stretch: RunOverview.Stretch) {
    decisions = stretch.decisions
    pruned = stretch.pruned
    grown = stretch.grown
    checkpoints = stretch.checkpoints
  }

  mutating func merge(_ next: MarkBucket) {
    decisions += next.decisions
    pruned += next.pruned
    grown += next.grown
    checkpoints += next.checkpoints
  }
}
