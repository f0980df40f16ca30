/// A number that one allocator alone reads: its name after `--set`, its default and what it may be.
///
/// An allocator declares its parameters beside itself; command line, manifest and error messages
/// take everything from the declaration.
public struct AllocatorParameter: Sendable, Hashable {
  /// What values are allowed.
  public enum Range: Sendable, Hashable {
    /// `0 ..< 1`.
    case share
    /// More than 0, at most 1.
    case fraction
    /// More than 0.
    case positive
    /// 0 or more.
    case notNegative
    /// A whole number from this one on.
    case wholeNumber(from: Int)
    /// One of these words; the value is the word's index.
    case choice([String])
  }

  /// Name after `--set` and in the manifest, e.g. `beta1`.
  public let name: String
  /// What a message calls it.
  public let label: String
  /// Value where nothing is set.
  public let defaultValue: Double
  /// What it may be.
  public let range: Range
  /// One sentence for the help.
  public let help: String

  /// Declares a parameter; `label` is the name unless given.
  public init(
    _ name: String, _ defaultValue: Double, _ range: Range, label: String? = nil, help: String
  ) {
    self.name = name
    self.label = label ?? name
    self.defaultValue = defaultValue
    self.range = range
    self.help = help
  }

  /// Whether a value may be set.
  public func allows(_ value: Double) -> Bool {
    switch range {
    case .share: (0..<1).contains(value)
    case .fraction: value > 0 && value <= 1
    case .positive: value > 0 && value.isFinite
    case .notNegative: value >= 0 && value.isFinite
    case .wholeNumber(let least):
      value >= Double(least) && value <= Self.mostWhole && value == value.rounded()
    case .choice(let words):
      value == value.rounded() && words.indices.contains(Int(exactly: value) ?? -1)
    }
  }

  /// Nothing that is counted comes near it.
  private static let mostWhole = 1e9

  /// What is allowed, to complete "choose ...".
  public var allowed: String {
    switch range {
    case .share: "0 ..< 1"
    case .fraction: "more than 0, at most 1"
    case .positive: "a positive number"
    case .notNegative: "0 or more"
    case .wholeNumber(let least): "a whole number from \(least) on, at most 1000000000"
    case .choice(let words): words.joined(separator: " or ")
    }
  }

  /// Reads a value as a person types it; nil for what is neither a number nor one of the words.
  public func value(of text: String) -> Double? {
    if case .choice(let words) = range { return words.firstIndex(of: text).map(Double.init) }
    return Double(text)
  }

  /// A value as a person reads it.
  public func text(of value: Double) -> String {
    if case .choice(let words) = range, let index = Int(exactly: value),
      words.indices.contains(index)
    {
      return words[index]
    }
    if case .wholeNumber = range, let whole = Int(exactly: value) { return "\(whole)" }
    return "\(Float(value))"
  }
}
