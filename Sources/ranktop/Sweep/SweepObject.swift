import Evidence
import Foundation

/// What `sweep --json` prints: the comparison and where it comes from.
struct SweepObject: Encodable {
  var task: String
  var folder: String
  var baseline: String
  var allocators: [String]
  var ranks: [Int]
  var seeds: [UInt64]
  var metrics: [String]
  var groups: [Comparison.Group]
  var differences: [Difference]
  var cells: [CellResult]
  var missing: [MissingCell]
  var notes: [String]

  /// Puts it together.
  init(_ comparison: Comparison, _ plan: SweepPlan) {
    task = comparison.task
    folder = plan.folder.url.relativePath
    baseline = comparison.baseline
    allocators = plan.grid.allocators
    ranks = plan.grid.ranks
    seeds = plan.grid.seeds
    metrics = comparison.metrics
    groups = comparison.groups
    differences = comparison.differences
    cells = comparison.cells
    missing = comparison.missing
    notes = comparison.notes
  }

  /// The object as one line, keys sorted.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
