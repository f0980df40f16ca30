import Foundation
import RunEvents

/// The part of `ranktop show` below the summary: settings, budget over time, decisions, interventions.
struct RunReport {
  private let summary: RunSummary

  /// Creates the report of a summary with details.
  init(_ summary: RunSummary) { self.summary = summary }

  /// Plain lines without escape codes.
  var lines: [String] {
    guard let details = summary.details else { return [] }
    return settings(details.manifest) + budget(details.budgets) + decisions(details.decisions)
      + interventions + evaluations(details.evaluations) + alarms(details.alarms)
  }

  private func settings(_ manifest: Manifest) -> [String] {
    var lines = ["", "settings"]
    lines.append("  model      \(manifest.model) (\(manifest.architecture))")
    for (role, file) in manifest.data.sorted(by: { $0.key < $1.key }) {
      lines.append("  \(pad(role, 10)) \(file)")
    }
    lines.append("  seed       \(manifest.seed)")
    let values = manifest.hyperparameters.sorted { $0.key < $1.key }
      .map { "\($0.key) \($0.value)" }
    lines += wrap(values, indent: "  ")
    var host = manifest.environment
    if let command = host.removeValue(forKey: "arguments"),
      let words = try? JSONDecoder().decode([String].self, from: Data(command.utf8))
    {
      lines.append("  command    ranktop train \(words.joined(separator: " "))")
    }
    return lines
      + wrap(host.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }, indent: "  ")
  }

  private func budget(_ points: [RunSummary.BudgetStep]) -> [String] {
    guard points.count > 1 else { return [] }
    // About a dozen points tell the curve.
    let stride = max(1, points.count / 12)
    let shown = points.enumerated().filter {
      $0.offset % stride == 0 || $0.offset == points.count - 1
    }
    return ["", "budget over time (step: wanted, alive)"]
      + wrap(
        shown.map { "\($0.element.step): \($0.element.budget), \($0.element.alive)" }, indent: "  ")
  }

  private func decisions(_ all: [RunSummary.DecisionSummary]) -> [String] {
    guard !all.isEmpty else { return [] }
    let shown = all.suffix(12)
    let head = shown.count < all.count ? " (the last \(shown.count) of \(all.count))" : ""
    return ["", "decisions\(head)"]
      + shown.map { "  #\($0.number) @\($0.step) \($0.allocator): \($0.reason)" }
  }

  private var interventions: [String] {
    guard !summary.interventions.isEmpty else { return [] }
    return ["", "interventions"]
      + summary.interventions.map { item in
        let what = item.value.map { "\(item.kind) \($0)" } ?? item.kind
        let step = item.step.map { "@\($0)" } ?? "@–"
        let when = item.requestedAt == 0 ? "" : " at \(time(item.requestedAt))"
        return "  \(step) \(what) by \(item.author)\(when): \(item.outcome)"
      }
  }

  private func evaluations(_ all: [Evaluation]) -> [String] {
    guard !all.isEmpty else { return [] }
    return ["", "evaluations"]
      + all.suffix(12).map { evaluation in
        let metrics = evaluation.metrics.sorted { $0.key < $1.key }
          .map { "\($0.key) \(String(format: "%.4f", $0.value))" }.joined(separator: "  ")
        return "  @\(evaluation.step) loss \(String(format: "%.4f", evaluation.loss))  \(metrics)"
      }
  }

  private func alarms(_ all: [Alarm]) -> [String] {
    all.isEmpty ? [] : ["", "alarms"] + all.map { "  @\($0.step) \($0.kind): \($0.message)" }
  }

  private func time(_ seconds: Double) -> String {
    Date(timeIntervalSince1970: seconds).formatted(.iso8601)
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// Words in lines of at most 96 columns.
  private func wrap(_ words: [String], indent: String) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in words {
      if !line.isEmpty && line.count + word.count + 3 > 96 - indent.count {
        lines.append(indent + line)
        line = ""
      }
      line += line.isEmpty ? word : "   " + word
    }
    return line.isEmpty ? lines : lines + [indent + line]
  }
}
