import Allocation
import RunEvents
import TestSupport
import Testing

/// A whole run of PEFT's AdaLoRA, repeated from its weights and gradients.
@Suite struct AdaLoRAGoldenTests {
  struct Log: Decodable {
    struct Config: Decodable {
      var init_r, target_r, tinit, tfinal, deltaT, total_step: Int
      var beta1, beta2: Double
    }
    struct Step: Decodable {
      var step, budget: Int
      var allocate: Bool
      var alive: [String: [Int]]
    }
    var config: Config
    var steps: [Step]
  }

  /// Replays the log and compares every step; returns the number of decisions.
  private func replay(_ log: Log, _ tensors: GoldenTensors, officialTies: Bool) throws -> Int {
    let config = log.config
    let modules = log.steps[0].alive.keys.sorted()
    var options = AllocatorOptions()
    options.targetBudget = config.target_r * modules.count
    options.warmup = .steps(config.tinit)
    options.final = .steps(config.tfinal)
    options.interval = config.deltaT
    options.officialTies = officialTies
    let layout = ComponentLayout(capacities: modules.map { _ in config.init_r })
    var allocator = try Allocators.make(
      name: "adalora", layout: layout, options: options, totalSteps: config.total_step)
    var meters = try modules.map { module in
      let a = try tensors.tensor("step00.\(module).lora_A").shape
      let b = try tensors.tensor("step00.\(module).lora_B").shape
      return SensitivityMeter(
        rank: a[0], inputs: a[1], outputs: b[0], beta1: config.beta1, beta2: config.beta2)
    }
    var decisions = 0
    for entry in log.steps {
      let prefix = entry.step < 10 ? "step0\(entry.step)" : "step\(entry.step)"
      if allocator.needs(at: entry.step).contains(.sensitivity) {
        for (index, module) in modules.enumerated() {
          try meters[index].update(
            a: tensors.tensor("\(prefix).\(module).lora_A").values,
            aGradient: tensors.tensor("\(prefix).grad.\(module).lora_A").values,
            b: tensors.transposed("\(prefix).\(module).lora_B"),
            bGradient: tensors.transposed("\(prefix).grad.\(module).lora_B"),
            c: tensors.tensor("\(prefix).\(module).lora_E").values,
            cGradient: tensors.tensor("\(prefix).grad.\(module).lora_E").values)
        }
      }
      let decision = allocator.update(
        Statistics(
          step: entry.step, sensitivity: meters.flatMap { $0.scores.map { Float($0) } }))
      if decision != nil { decisions += 1 }

      // What the engine would leave in the gates, against what PEFT left.
      let masks = decision != nil || allocator.holdsMask
      for (index, module) in modules.enumerated() {
        let gates = try tensors.tensor("\(prefix).\(module).lora_E").values
        let mask = allocator.alive[layout.range(of: index)]
        let alive = zip(gates, mask).map { $0 != 0 && (!masks || $1) ? 1 : 0 }
        #expect(alive == entry.alive[module], "step \(entry.step), \(module)")
      }
      #expect(allocator.budget(at: entry.step) == entry.budget, "step \(entry.step)")
      #expect(masks == (entry.allocate || entry.step == config.total_step - config.tfinal))
    }
    return decisions
  }

  @Test(arguments: [true, false])
  func `every step keeps the components that PEFT keeps`(officialTies: Bool) throws {
    let log = try Golden.json("adalora/log.json", as: Log.self)
    let tensors = try GoldenTensors(Golden.file("adalora/tensors.safetensors"))
    let decisions = try replay(log, tensors, officialTies: officialTies)
    let end = log.config.total_step - log.config.tfinal
    #expect(decisions == log.steps.count { $0.step < end && $0.allocate } + 1)
    #expect(decisions > 5)
  }
}
