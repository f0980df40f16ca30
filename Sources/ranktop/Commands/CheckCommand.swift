import Allocation
import ArgumentParser
import Foundation
import LanguageModels
import RunEvents
import Training

/// `ranktop check`: what a run's schedule will do, before it starts.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract:
      "Print the phases, decisions and budget of a run before it starts, and what cannot work.",
    discussion: """
      Takes the options of `train` that decide about ranks. Exits with 1 when the run could not start.

      Example:
        ranktop check --allocator adalora --rank 4 --steps 684 --layers 6
        ranktop check --model path/to/MiniLM --allocator dora --budget 120 --steps 684 --json
      """)

  @OptionGroup var allocation: AllocationArguments

  @Option(help: "Optimiser steps of the run.")
  var steps: Int

  @Option(help: "Steps in a pass over the data. Default: all.")
  var stepsPerEpoch: Int?

  @Option(help: "Model folder or hub name, for the shape of its layers.")
  var model: String?

  @Option(help: "Transformer layers, where no model is given.")
  var layers = 12

  @Option(help: "Width of a layer, where no model is given.")
  var hidden = 768

  @Option(help: "Width of the feed-forward part, where no model is given. Default: 4 widths.")
  var intermediate: Int?

  @OptionGroup var steering: SteeringArguments

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    let ranges: [(String, Int?, ClosedRange<Int>)] = [
      ("--steps", steps, 1...1_000_000_000), ("--layers", layers, 1...1000),
      ("--steps-per-epoch", stepsPerEpoch, 1...1_000_000_000),
      ("--hidden", hidden, 1...1_000_000), ("--intermediate", intermediate, 1...10_000_000),
    ]
    for (option, value, range) in ranges {
      if let value, !range.contains(value) {
        throw ValidationError(
          "\(option) \(value): choose \(range.lowerBound) ... \(range.upperBound)")
      }
    }
    try allocation.checkOwners(later: steering.laterAllocators)
  }

  func run() throws {
    var findings: [String] = []
    var plan: Plan?
    let modules = try self.modules()
    let script = try steering.script()
    do {
      plan = try TrainingRun.check(
        kind: allocation.kind, modules: modules, options: options,
        allocatorOptions: allocation.options, script: script)
    } catch {
      findings.append(error.description)
    }
    let report = ScheduleReport(
      allocator: allocation.allocator, steps: steps, unit: allocation.budgetUnit,
      start: modules.reduce(0) { $0 + $1.startRank * $1.cost(in: allocation.budgetUnit) },
      modules: modules.count, plan: plan, problems: findings,
      warnings: plan.map { warnings($0, start: modules.map(\.startRank).reduce(0, +)) } ?? [])
    print(json ? try report.json() : report.text)
    if !findings.isEmpty { throw ExitCode.failure }
  }

  private var options: TrainingOptions {
    let rate = allocation.kind.defaultRate
    return TrainingOptions(
      totalSteps: steps, stepsPerEpoch: stepsPerEpoch ?? steps, rate: rate, headRate: rate,
      evaluationInterval: steps, threads: 1, seed: 1, examples: steps)
  }

  /// What goes unseen while a run goes well otherwise.
  private func warnings(_ plan: Plan, start: Int) -> [String] {
    var warnings: [String] = []
    let decisions = plan.decisions(through: steps)
    let adapts = !AllocatorKind.fixed.contains(allocation.kind)
    if decisions == 0 && adapts {
      warnings.append("no decision falls into the run: the ranks will never move")
    } else if decisions == 1 {
      warnings.append("a single decision makes the whole change: a shorter --interval is gentler")
    }
    if let last = plan.lastDecision, last > steps {
      warnings.append(
        "the run ends at step \(steps), before the last decision at \(last): the target will not be "
          + "reached")
    }
    if let last = plan.lastDecision, decisions > 0, steps - last < steps / 20 {
      warnings.append(
        "only \(steps - last) steps are left after the last decision: the adapter has little time to "
          + "recover from it (--final)")
    }
    return warnings
  }

  private func modules() throws -> [AdaptedModule] {
    let kinds = try allocation.kinds()
    if let model {
      let checkpoint = try ClassifierCheckpoint(try ModelFolder(resolving: model))
      return checkpoint.configuration.sites(kinds).map { site in
        AdaptedModule(
          name: site.name, layer: site.layer, kind: site.kind.label, inputs: site.inputs,
          outputs: site.outputs, capacity: allocation.slots, startRank: allocation.startRank)
      }
    }
    let wide = intermediate ?? 4 * hidden
    return (0..<layers).flatMap { layer in
      LinearKind.allCases.filter(kinds.contains).map { kind in
        AdaptedModule(
          name: "layer.\(layer).\(kind.label)", layer: layer, kind: kind.label,
          inputs: kind == .down ? wide : hidden, outputs: kind == .up ? wide : hidden,
          capacity: allocation.slots, startRank: allocation.startRank)
      }
    }
  }
}

extension AllocatorKind {
  /// Allocators that take no decisions.
  fileprivate static let fixed: [AllocatorKind] = [.lora]
}

/// What `ranktop check` has found out.
struct ScheduleReport: Encodable {
  var allocator: String
  var steps: Int
  var unit: BudgetUnit
  /// Budget at the start.
  var start: Int
  var modules: Int
  var plan: Plan?
  /// What keeps the run from starting.
  var problems: [String]
  /// What will surprise.
  var warnings: [String]

  /// Plain lines.
  var text: String {
    var lines = ["allocator  \(allocator), \(modules) modules, \(steps) steps"]
    if let plan {
      for phase in plan.phases {
        let name = phase.name.padding(toLength: 10, withPad: " ", startingAt: 0)
        lines.append(
          "\(name) step \(phase.start) ... \(phase.end) (\(phase.end - phase.start + 1) steps)")
      }
      let count = plan.decisions(through: steps)
      var decisions = count == 0 ? "none" : "\(count)"
      if count > 0, let first = plan.firstDecision, let last = plan.lastDecision {
        decisions +=
          ", from step \(min(first, last)) every \(plan.decisionInterval), the last at \(last)"
      }
      lines.append("decisions  \(decisions)")
      lines.append("budget     \(start) -> \(plan.targetBudget) \(unit.rawValue)")
      let curve = plan.budgets
      let stride = max(1, curve.count / 6)
      let points = curve.enumerated().filter {
        $0.offset % stride == 0 || $0.offset == curve.count - 1
      }
      lines.append(
        "curve      "
          + points.map { "\($0.element.step): \($0.element.budget)" }
          .joined(separator: "   "))
    }
    lines += problems.map { "cannot work: \($0)" } + warnings.map { "warning: \($0)" }
    if problems.isEmpty && warnings.isEmpty { lines.append("nothing speaks against it") }
    return lines.joined(separator: "\n")
  }

  func json() throws -> String {
    try RunSummary.encode(self)
  }
}
