/// A comparison's cells as comma-separated values (RFC 4180), one row a cell.
public struct CellRows {
  /// What the header begins with; a file that begins so was written by a sweep.
  public static let headerStart = "allocator,rank,seed,"
  private let comparison: Comparison

  /// Creates the rows of a comparison.
  public init(_ comparison: Comparison) { self.comparison = comparison }

  /// Header and rows with a line break after each; a value that is missing is empty.
  public var text: String {
    let header =
      ["allocator", "rank", "seed"] + comparison.metrics
      + ["components", "parameters", "seconds", "run_file"]
    let rows = comparison.cells.map { result in
      [
        result.cell.allocator, result.cell.rank.map { "\($0)" } ?? "", "\(result.cell.seed)",
      ] + comparison.metrics.map { name in result.metrics[name].map { "\($0)" } ?? "" } + [
        "\(result.components)", "\(result.parameters)", "\(result.seconds)", result.runFile,
      ]
    }
    return ([header] + rows).map { $0.map(field).joined(separator: ",") + "\n" }.joined()
  }

  private func field(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
