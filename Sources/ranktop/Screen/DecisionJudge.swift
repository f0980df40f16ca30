import Allocation
import Dashboard
import RunEvents

/// Works recorded decisions out again for the dashboard.
enum DecisionJudge {
  /// A decision under the lens: by its own rule, and as the query asks.
  static func inspect(
    _ query: Inspection.Query, _ choice: RecordedChoice, _ state: DashboardState
  ) -> Inspection {
    var inspection = Inspection(query: query, choice: choice)
    guard let manifest = state.manifest else { return inspection }
    let record = RecordedDecision(
      decision: choice.decision, aliveBefore: choice.aliveBefore, modules: manifest.modules,
      unit: manifest.budgetUnit, constraints: state.constraints,
      officialTies: manifest.hyperparameters["official-ties"] == "true",
      hyperparameters: manifest.hyperparameters)
    inspection.judges = record.judges
    var own = judge(record, Inspection.WhatIf())
    // A person's edits came after the rule: they are taken out of what the record is compared with.
    let layout = ComponentLayout(manifest.modules)
    for id in choice.decision.edited where manifest.modules.indices.contains(id.module) {
      let index = layout.index(of: id)
      if own.alive.indices.contains(index) { own.alive[index].toggle() }
    }
    inspection.recomputed = own
    if query.whatIf != Inspection.WhatIf() { inspection.whatIf = judge(record, query.whatIf) }
    return inspection
  }

  private static func judge(
    _ record: RecordedDecision, _ question: Inspection.WhatIf
  ) -> JudgedDecision {
    let name = question.allocator ?? record.decision.allocator
    let budget = question.budget ?? record.decision.budget
    do {
      let judgement = try record.judged(budget: question.budget, by: question.allocator)
      return JudgedDecision(
        allocator: name, budget: budget, alive: judgement.alive, threshold: judgement.threshold,
        scores: judgement.scores)
    } catch {
      return JudgedDecision(allocator: name, budget: budget, problem: error.description)
    }
  }
}
