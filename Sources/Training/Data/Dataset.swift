import Foundation

/// What is learned from labels.
public enum TaskKind: String, Sendable, Hashable, CaseIterable {
  /// One of several classes.
  case classification
  /// A number.
  case regression
}

/// Names of the columns to read.
public struct DatasetColumns: Sendable, Hashable {
  /// The label.
  public var label: String
  /// The text.
  public var text: String
  /// The second text of a pair; used where the file has the column.
  public var pair: String

  /// Creates names.
  public init(label: String = "label", text: String = "text", pair: String = "text_b") {
    self.label = label
    self.text = text
    self.pair = pair
  }
}

/// Labelled texts from a TSV, CSV or JSONL file.
///
/// The format follows the file's extension, else its first byte (`{` is JSONL) and its first line (a tab is TSV).
/// Blank lines are skipped; `\r\n` and a byte-order mark are taken as they come. Lines may be of any length.
public struct Dataset: Sendable, Hashable {
  /// The file as it was named.
  public let path: String
  /// Texts, one a row.
  public let texts: [String]
  /// Second texts; nil where there is no such column.
  public let pairs: [String]?
  /// What is learned.
  public let task: TaskKind
  /// Classes in the order of the logits: whole numbers by value, names by their scalars; empty for regression.
  public let classNames: [String]
  /// The labels.
  public let labels: Labels

  /// Labels, one a row.
  public enum Labels: Sendable, Hashable {
    /// Indices into the class names.
    case classes([Int32])
    /// Numbers.
    case values([Float])
  }

  /// Number of rows.
  public var count: Int { texts.count }

  /// Reads training data, whose labels define the task and the classes.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - columns: Names of the columns.
  ///   - task: nil to go by the labels: numbers that are not all whole and small are a regression.
  /// - Throws: ``DataError``.
  public init(
    contentsOf url: URL, columns: DatasetColumns = DatasetColumns(), task: TaskKind? = nil
  ) throws(DataError) {
    let rows = try RowReader.read(url, columns)
    switch task ?? LabelReader.task(of: rows) {
    case .regression:
      self.init(rows, .regression, [], .values(try LabelReader.values(rows)))
    case .classification:
      let names = LabelReader.classes(rows)
      guard names.count >= 2 else {
        throw DataError(
          .tooFewClasses,
          "\(url.relativePath): all \(rows.count) rows have the label \"\(names.first?.prefix(40) ?? "")\". "
            + "A classifier needs at least two classes")
      }
      self.init(rows, .classification, names, .classes(try LabelReader.indices(rows, names)))
    }
  }

  /// Reads held-out data with the task and the classes of the training data.
  public init(
    contentsOf url: URL, columns: DatasetColumns = DatasetColumns(), like training: Dataset
  ) throws(DataError) {
    let rows = try RowReader.read(url, columns)
    guard (rows.pairs == nil) == (training.pairs == nil) else {
      throw DataError(
        .missingColumn,
        "\(url.relativePath) \(rows.pairs == nil ? "lacks" : "has") the column \(columns.pair), "
          + "\(training.path) does not agree. Give both files the same columns")
    }
    switch training.task {
    case .regression: self.init(rows, .regression, [], .values(try LabelReader.values(rows)))
    case .classification:
      let indices = try LabelReader.indices(rows, training.classNames)
      self.init(rows, .classification, training.classNames, .classes(indices))
    }
  }

  /// Reads data with classes that are known.
  public init(
    contentsOf url: URL, columns: DatasetColumns = DatasetColumns(), classNames: [String]
  ) throws(DataError) {
    let rows = try RowReader.read(url, columns)
    let indices = try LabelReader.indices(rows, classNames)
    self.init(rows, .classification, classNames, .classes(indices))
  }

  private init(_ rows: RawRows, _ task: TaskKind, _ classNames: [String], _ labels: Labels) {
    path = rows.path
    texts = rows.texts
    pairs = rows.pairs
    self.task = task
    self.classNames = classNames
    self.labels = labels
  }
}
