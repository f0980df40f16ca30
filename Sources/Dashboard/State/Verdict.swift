import RunEvents

/// One sentence on how the run goes.
public struct Verdict: Sendable, Hashable {
  /// How bad it is.
  public enum Severity: Sendable, Hashable, Comparable {
    /// As it should be.
    case good
    /// Worth a look.
    case warning
    /// Something is wrong.
    case bad
  }

  /// How bad it is.
  public var severity: Severity
  /// What is so, and what to do.
  public var text: String
}

extension DashboardState {
  /// Records of statistics before their silence means anything.
  private static let patience = 5

  /// What to say about the run, the worst first; never empty.
  ///
  /// It names what goes wrong without a trace elsewhere: an allocator that never runs, modules without a
  /// gradient, importance of no use, adapters that stand still, a schedule that outlasts the run.
  public var verdicts: [Verdict] {
    var verdicts = endVerdicts + allocatorVerdicts + moduleVerdicts
    if let alarm = log.alarms.last {
      verdicts.append(Verdict(severity: .bad, text: "@\(alarm.step) \(alarm.message)"))
    }
    if let refusal = log.freshRefusal {
      let request = refusal.record.intervention.text
      verdicts.append(Verdict(severity: .warning, text: "\(request) refused: \(refusal.reason)"))
    }
    if verdicts.isEmpty { verdicts.append(Verdict(severity: .good, text: summaryOfDecisions)) }
    // A stable sort by severity, the worst first.
    return verdicts.filter { $0.severity == .bad } + verdicts.filter { $0.severity != .bad }
  }

  private var endVerdicts: [Verdict] {
    guard case .stopped(let reason) = status else { return [] }
    switch reason {
    case .finished, .stopped: return []
    case .lossNotFinite:
      return [
        Verdict(
          severity: .bad,
          text: "the loss was not finite at step \(step): lower the learning rate and start again")
      ]
    case .failed(let text): return [Verdict(severity: .bad, text: "the run failed: \(text)")]
    }
  }

  private var allocatorVerdicts: [Verdict] {
    guard let plan, let manifest else { return [] }
    var verdicts: [Verdict] = []
    let expected = expectedDecisions
    let decisions = expected == 1 ? "1 decision" : "\(expected) decisions"
    if expected > 0 && decisionCount == 0 {
      verdicts.append(
        Verdict(
          severity: .bad, text: "the allocator never ran: \(decisions) expected by now, 0 seen"))
    } else if decisionCount < expected {
      verdicts.append(
        Verdict(
          severity: .warning,
          text: "the allocator skips: \(decisions) expected by now, \(decisionCount) seen"))
    }
    if let last = plan.lastDecision, last > manifest.totalSteps {
      verdicts.append(
        Verdict(
          severity: .bad,
          text: "the run ends at step \(manifest.totalSteps), before the schedule's last "
            + "decision at \(last): the target will not be reached"))
    }
    return verdicts
  }

  private var moduleVerdicts: [Verdict] {
    guard watch.records >= Self.patience else { return [] }
    var verdicts: [Verdict] = []
    let silent = watch.modulesWithoutGradient
    if let first = silent.first {
      let others = silent.count > 1 ? " and \(silent.count - 1) more" : ""
      verdicts.append(
        Verdict(severity: .bad, text: "no gradient ever reached \(grid.label(first))\(others)"))
    }
    if !watch.hasMoved {
      verdicts.append(
        Verdict(severity: .bad, text: "the adapters do not move: no update norm ever changed"))
    }
    guard plan?.firstDecision != nil else { return verdicts }
    if watch.recordsWithZeroImportance >= Self.patience {
      verdicts.append(
        Verdict(severity: .bad, text: "importance is zero in every module: nothing to rank by"))
    }
    if watch.recordsWithoutImportance >= Self.patience {
      verdicts.append(
        Verdict(severity: .bad, text: "importance is not finite in any module"))
    }
    return verdicts
  }

  private var summaryOfDecisions: String {
    guard manifest != nil else { return "waiting for the first event" }
    if expectedDecisions == 0 && decisionCount == 0 {
      guard let next = plan?.nextDecision(after: step) else { return "no decisions are planned" }
      return "no decision due yet, the first falls at step \(next)"
    }
    let seen = "\(decisionCount) of \(max(expectedDecisions, decisionCount)) decisions seen"
    if watch.records < Self.patience { return seen }
    return seen + ", every module has had a gradient, the adapters move"
  }
}
