import Allocation
import LanguageModels
import RunEvents
import Tensors
import Training

/// Adapters on a small grid that must become given matrices: a learner worked out in plain loops.
///
///     loss = mean over modules of ||s B diag(c) A - T||^2 / 2
///
/// It fails where a test wants it to.
final class ToyLearner: Learner, @unchecked Sendable {
  /// What goes wrong in a step.
  enum Fault { case loss, gradient }

  let adapters: AdapterSet
  let headTensors: [ClassifierHead.Tensor] = []
  var weightGradients: [WeightGradients] = [] { didSet { timesSet += 1 } }
  /// How often somebody set them.
  private(set) var timesSet = 0
  private let targets: [FloatBuffer]
  private var isValidating = false
  private let fault: (step: Int, kind: Fault)?

  init(rank: Int, scale: Float = 1, fault: (step: Int, kind: Fault)? = nil) {
    adapters = SmallAdapters.make(rank: rank, scale: scale)
    self.fault = fault
    targets = adapters.adapters.indices.map { index in
      let site = SmallAdapters.make(rank: 1).adapters[index].site
      let target = FloatBuffer(count: site.inputs * site.outputs)
      target.fillRandomly(seed: 77 + UInt64(index))
      // Some modules matter more than others.
      Tensors.scale(target.base, by: 0.02 * Float(1 + index % 5), count: target.count)
      return target
    }
  }

  func publish() { adapters.refreshCoefficients() }
  func prepare(step: Int, workers: Int) -> Int {
    isValidating = false
    return 10
  }
  func holdOut(_ share: Double) -> String? { nil }
  func prepareValidation(step: Int, workers: Int) -> Int {
    isValidating = true
    return 10
  }
  func evaluate(step: Int, workers: Workers) -> Evaluation? {
    Evaluation(step: step, loss: 0, metrics: ["steps": Double(step)], seconds: 0)
  }

  /// Loss of the parameters as they stand.
  var loss: Double {
    publish()
    return accumulate(
      step: 0, worker: 0, gradient: FloatBuffer(count: adapters.parameters.count))
  }

  func accumulate(step: Int, worker: Int, gradient: FloatBuffer) -> Double {
    guard worker == 0 else { return 0 }
    var loss = 0.0
    for index in adapters.adapters.indices { loss += add(index, to: gradient) }
    if let fault, fault.step == step, !isValidating {
      if fault.kind == .loss { return .nan }
      gradient.base[3] = .infinity
    }
    return loss / Double(adapters.adapters.count)
  }

  /// Two evaluations a component, the coefficients edited: the definition of AB-LoRA.
  func ablate(
    alive: [Bool], workers: Workers, progress: @escaping (_ done: Int, _ total: Int) -> Void
  ) -> AblationRound? {
    let coefficients = adapters.coefficients
    let all = coefficients.array
    let nowhere = FloatBuffer(count: adapters.parameters.count)
    func score(_ isOn: (Int) -> Bool) -> Double {
      for index in all.indices { coefficients.base[index] = isOn(index) ? all[index] : 0 }
      return -accumulate(step: 0, worker: 0, gradient: nowhere)
    }
    let full = score { _ in true }
    var (without, only) = ([Float](), [Float]())
    let importance = all.indices.map { one -> Float in
      progress(one, all.count)
      let scores = (score { $0 != one }, score { $0 == one })
      without.append(alive[one] ? Float(scores.0) : .nan)
      only.append(alive[one] ? Float(scores.1) : .nan)
      return alive[one] ? Float(full - scores.0 + scores.1) : .nan
    }
    _ = coefficients.elements.initialize(from: all)
    return AblationRound(full: full, importance: importance, without: without, only: only)
  }

  private func add(_ index: Int, to gradient: FloatBuffer) -> Double {
    let adapter = adapters.adapters[index]
    let a = adapters.down(index, in: adapters.parameters)
    let b = adapters.up(index, in: adapters.parameters)
    let (dA, dB) = (adapters.down(index, in: gradient), adapters.up(index, in: gradient))
    let dC = adapters.gates(index, in: gradient)
    let coefficients = adapters.coefficients.base + adapter.component
    let share = 1 / Float(adapters.adapters.count)
    var loss = 0.0
    for row in 0..<b.columns {
      for column in 0..<a.columns {
        // Validation wants nearly the same matrices.
        var d = -targets[index].base[row * a.columns + column] * (isValidating ? 1.1 : 1)
        for slot in 0..<adapter.rank { d += coefficients[slot] * b[slot, row] * a[slot, column] }
        loss += Double(d * d) / 2
        weightGradients.first?[index][row, column] += share * d
        for slot in 0..<adapter.rank {
          // Raw sums: what the engine completes is left out of B and c.
          dA[slot, column] += share * d * coefficients[slot] * b[slot, row]
          dB[slot, row] += share * d * a[slot, column]
          dC[slot] += share * d * b[slot, row] * a[slot, column]
        }
      }
    }
    return loss
  }
}
