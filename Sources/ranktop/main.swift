import Allocation
import Foundation
import LanguageModels
import RunEvents
import Tensors
import Training
let args = CommandLine.arguments
try OpenBLAS.open()
let kind = AllocatorKind(rawValue: args[1])!
let seed = UInt64(args[2])!
let steps = Int(args[3])!
let rate = Float(args[4])!
let task = PlantedTask(seed: seed)
let rank = kind == .lora ? 2 : 8
let l = PlantedLearner(task: task, rank: rank, scale: kind.recipe.scale(alpha: Float(args.count > 5 ? args[5] : "8")!, startRank: rank), threads: 2)
l.adapters.start(kind.recipe, seed: seed)
var ao = AllocatorOptions()
ao.rank = 2; ao.initialRank = rank; ao.targetBudget = task.budget
if args.count > 6 { ao.orthogonalityWeight = Float(args[6])! }
if args.count > 7 { ao.warmup = PhaseLength(args[7])!; ao.final = PhaseLength(args[8])! }
let layout = ComponentLayout(capacities: l.adapters.adapters.map(\.rank))
var ranks: [UInt16] = []
let run = try TrainingRun(learner: l, kind: kind, layout: layout, options: TrainingOptions(totalSteps: steps, stepsPerEpoch: steps, rate: rate, headRate: rate, evaluationInterval: max(1, steps/5), threads: 2, seed: seed), allocatorOptions: ao, outlet: .init(publish: { e in
  switch e {
  case .step(let r): if r.step % (steps/20) == 0 { print(r.step, r.loss, r.gradientNorm, r.alive, r.seconds) }
  case .evaluation(let v): print("eval", v)
  case .statistics(let s): ranks = s.ranks
  default: break }
  return 0 }, interventions: { [] }))
let stop = try run.run()
print(stop.seconds, "planted", task.ranks, "found", ranks)
print("recovery", kind, seed, task.recovery(ranks.map(Int.init)))
