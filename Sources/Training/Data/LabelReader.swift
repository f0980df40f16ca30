/// What the labels of a file mean.
enum LabelReader {
  /// Most classes that whole numbers are taken for; above it they are values.
  private static let mostNumberedClasses = 200

  /// The task that labels suggest.
  static func task(of rows: RawRows) -> TaskKind {
    // All of them first: one name anywhere makes classes of all numbers.
    guard rows.labels.allSatisfy({ Double($0)?.isFinite ?? false }) else { return .classification }
    var whole = Set<Int>()
    for label in rows.labels {
      guard let integer = Int(label), whole.count <= mostNumberedClasses else { return .regression }
      whole.insert(integer)
    }
    return .classification
  }

  /// Distinct labels: by value where all are whole numbers, else by their scalars.
  static func classes(_ rows: RawRows) -> [String] {
    let names = Set(rows.labels)
    if names.allSatisfy({ Int($0) != nil }) {
      return names.sorted { (Int($0)!, $0) < (Int($1)!, $1) }
    }
    return names.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
  }

  /// Index of every row's label among these classes.
  static func indices(_ rows: RawRows, _ names: [String]) throws(DataError) -> [Int32] {
    var index: [String: Int32] = [:]
    for (position, name) in names.enumerated() { index[name] = Int32(position) }
    var found: [Int32] = []
    found.reserveCapacity(rows.count)
    for (row, label) in rows.labels.enumerated() {
      guard let position = index[label] else {
        throw DataError(
          .badLabel,
          "\(rows.place(row)): the label \"\(label.prefix(40))\" is unknown; known are "
            + "\(names.prefix(12).joined(separator: ", "))\(names.count > 12 ? ", …" : ""). "
            + "Correct the row, or add examples of it to the training data")
      }
      found.append(position)
    }
    return found
  }

  /// Every row's label as a number.
  static func values(_ rows: RawRows) throws(DataError) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(rows.count)
    for (row, label) in rows.labels.enumerated() {
      guard let value = Float(label), value.isFinite else {
        throw DataError(
          .badLabel,
          "\(rows.place(row)): the label \"\(label.prefix(40))\" is not a finite number, which a "
            + "regression needs. Correct the row, or use --task classification")
      }
      values.append(value)
    }
    return values
  }
}
