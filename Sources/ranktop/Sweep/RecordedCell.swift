import Evidence
import Foundation
import RunEvents
import RunStore

/// A finished cell as its run file tells it.
struct RecordedCell {
  /// What it gave.
  let result: CellResult
  /// The metric that is shown first.
  let mainMetric: String
  /// Kinds of modules, in the model's order.
  let kinds: [String]
  /// Settings that all cells of a fair comparison share.
  let common: [String: String]
  /// When it was started, seconds since 1970.
  let startedAt: Double

  /// Reads a run.
  init(_ cell: SweepCell, reading file: URL) throws {
    let summary = try RunSummary(
      reading: RunReader(opening: file), path: file.relativePath, withDetails: true)
    guard let manifest = summary.details?.manifest else {
      throw Failure("\(file.relativePath) has no manifest")
    }
    var kinds: [String] = []
    var ranks: [String: [Double]] = [:]
    var parameters = 0
    for module in manifest.modules {
      let rank = summary.ranks[module.name] ?? 0
      parameters += rank * module.parametersPerComponent
      if ranks[module.kind] == nil { kinds.append(module.kind) }
      ranks[module.kind, default: []].append(Double(rank))
    }
    var metrics = summary.metrics
    metrics["recovery"] = summary.recovery
    result = CellResult(
      cell: cell, metrics: metrics, components: summary.components, parameters: parameters,
      kindRanks: ranks.compactMapValues { Spread($0).mean }, seconds: summary.seconds,
      threads: manifest.environment["threads"], steering: Self.steering(summary.interventions),
      runFile: file.relativePath)
    mainMetric = summary.recovery == nil ? manifest.mainMetric : "recovery"
    self.kinds = kinds
    startedAt = manifest.startedAt
    common = [
      "model": manifest.model, "train": manifest.data["train"] ?? "",
      "eval": manifest.data["eval"] ?? "", "steps": "\(manifest.totalSteps)",
    ]
  }

  /// What was done to the run beyond pausing it, in words.
  private static func steering(_ interventions: [RunSummary.InterventionSummary]) -> String? {
    let done = interventions.filter {
      $0.outcome == "applied" && !["pause", "resume"].contains($0.kind)
    }
    let words = done.map { item in
      let value = item.value.map { " \($0)" } ?? ""
      return "\(item.kind)\(value) at step \(item.step ?? 0)"
    }
    return words.isEmpty ? nil : words.joined(separator: ", ")
  }
}

extension Comparison {
  /// Puts together what is finished in a folder.
  ///
  /// - Parameter reasons: Why cells failed in this very sweep, by cell; else their files tell.
  init(
    _ grid: SweepGrid, in folder: SweepFolder, baseline: String,
    reasons: [SweepCell: String] = [:]
  ) throws {
    var recorded: [RecordedCell] = []
    var missing: [MissingCell] = []
    for cell in grid.cells {
      let name = folder.name(cell)
      switch try folder.state(cell) {
      case .finished: recorded.append(try RecordedCell(cell, reading: folder.file(cell)))
      case .absent: missing.append(.init(name: name, reason: reasons[cell] ?? "not run yet"))
      case .unfinished(let how):
        missing.append(.init(name: name, reason: reasons[cell] ?? how))
      case .live(let pid):
        missing.append(.init(name: name, reason: "is being trained by process \(pid)"))
      case .different(let options):
        missing.append(
          .init(
            name: name,
            reason: "has other settings (\(options.joined(separator: "; ")))"))
      }
    }
    var metrics: [String] = []
    for name in recorded.map(\.mainMetric) + recorded.flatMap({ $0.result.metrics.keys.sorted() })
    where !metrics.contains(name) && recorded.contains(where: { $0.result.metrics[name] != nil }) {
      metrics.append(name)
    }
    self.init(
      task: folder.task, grid: grid, results: recorded.map(\.result), missing: missing,
      baseline: baseline, metrics: metrics, kinds: recorded.first?.kinds ?? [])
    if let first = recorded.first?.common,
      let other = recorded.first(where: { $0.common != first })
    {
      let unlike = first.keys.sorted().filter { first[$0] != other.common[$0] }
      notes.insert(
        "the cells are no equals: \(unlike.joined(separator: ", ")) differ, e.g. in "
          + "\(recorded[0].result.runFile) and \(other.result.runFile).", at: 0)
    }
    notes += Self.changedData(recorded)
  }

  /// Says which data files were written after the first cell had begun: cells may have seen unlike data.
  private static func changedData(_ recorded: [RecordedCell]) -> [String] {
    guard let first = recorded.map(\.startedAt).min(), let common = recorded.first?.common else {
      return []
    }
    return ["train", "eval"].compactMap { role in
      guard let path = common[role],
        let attributes = try? FileManager.default.attributesOfItem(atPath: path),
        let written = attributes[.modificationDate] as? Date,
        written.timeIntervalSince1970 > first
      else { return nil }
      return
        "\(path) was written after the first cell had begun: the cells may have seen unlike data."
    }
  }
}
