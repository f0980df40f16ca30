import LanguageModels
import Tensors
import TestSupport
import Testing

@Suite struct EncoderGoldenTests {
  @Test(arguments: EncoderFamily.allCases)
  func `logits and loss are those of transformers`(_ family: EncoderFamily) throws {
    let model = try GoldenModel(family)
    for (prefix, isAdapted) in [("base", false), ("lora", true)] {
      if isAdapted { try model.setFactors() }
      let (logits, loss) = model.run()
      let expected = try model.tensors.tensor("\(prefix).logits").values
      #expect(logits.count == expected.count)
      for (found, wanted) in zip(logits, expected) { #expect(abs(found - wanted) < 1e-4) }
      let wantedLoss = try model.tensors.tensor("\(prefix).loss").values[0]
      #expect(abs(loss - Double(wantedLoss)) < 1e-4)
    }
  }

  @Test(arguments: EncoderFamily.allCases)
  func `gradients of the factors are those of PEFT`(_ family: EncoderFamily) throws {
    let model = try GoldenModel(family)
    try model.setFactors()
    let gradient = FloatBuffer(count: model.adapters.parameters.count)
    _ = model.run(gradient: gradient)
    for (index, adapter) in model.adapters.adapters.enumerated() {
      let name = "grad.\(adapter.site.name)"
      let a = model.adapters.down(index, in: gradient)
      let b = model.adapters.up(index, in: gradient)
      try expectClose(a, try model.tensors.tensor("\(name).lora_A").values, name)
      try expectClose(b, try model.tensors.transposed("\(name).lora_B"), name)
    }
  }

  /// Relative to the tensor's norm: single entries may be near 0.
  private func expectClose(_ found: Matrix, _ wanted: [Float], _ name: String) throws {
    let flat = (0..<found.rows).flatMap { row in (0..<found.columns).map { found[row, $0] } }
    try #require(flat.count == wanted.count)
    let norm = wanted.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let difference = zip(flat, wanted).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    #expect(difference <= 1e-3 * norm, "\(name): \(difference) of \(norm)")
  }

  @Test(arguments: EncoderFamily.allCases)
  func `computing first tokens only changes nothing but the work`(_ family: EncoderFamily) throws {
    let model = try GoldenModel(family, dropout: 0.2)
    try model.setFactors()
    let pass = PassDropout(key: 77)
    let whole = FloatBuffer(count: model.adapters.parameters.count)
    let short = FloatBuffer(count: whole.count)
    let a = model.run(firstTokensOnly: false, pass: pass, gradient: whole)
    let b = model.run(firstTokensOnly: true, pass: pass, gradient: short)
    expectClose(a.logits, b.logits)
    expectClose(whole.array, short.array)
  }

  @Test(arguments: EncoderFamily.allCases)
  func `the division into chunks changes nothing but the order of sums`(_ family: EncoderFamily)
    throws
  {
    let model = try GoldenModel(family, dropout: 0.2)
    try model.setFactors()
    let pass = PassDropout(key: 5)
    let whole = FloatBuffer(count: model.adapters.parameters.count)
    let parts = FloatBuffer(count: whole.count)
    let a = model.run(pass: pass, gradient: whole)
    let b = model.run(chunks: [0..<1, 1..<3], pass: pass, gradient: parts)
    expectClose(a.logits, b.logits)
    expectClose(whole.array, parts.array)
  }

  private func expectClose(_ a: [Float], _ b: [Float]) {
    let norm = a.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let difference = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    #expect(norm > 0 && difference <= 1e-5 * norm, "\(difference) of \(norm)")
  }

  @Test(arguments: EncoderFamily.allCases)
  func `gradients under dropout agree with central differences`(_ family: EncoderFamily) throws {
    let model = try GoldenModel(family, dropout: 0.2)
    try model.setFactors()
    let pass = PassDropout(key: 3)
    let gradient = FloatBuffer(count: model.adapters.parameters.count)
    let dropped = model.run(pass: pass, gradient: gradient)
    #expect(dropped.logits != model.run().logits)
    var generator = SeededGenerator(seed: 1)
    let norm = sumOfSquares(gradient.elements).squareRoot()
    // Along random directions: single entries drown in rounding.
    for _ in 0..<4 {
      let direction = (0..<gradient.count).map { _ in generator.normal() }
      let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let start = model.adapters.parameters.array
      func loss(_ step: Float) -> Double {
        for index in start.indices {
          model.adapters.parameters.base[index] = start[index] + step * direction[index] / length
        }
        return model.run(pass: pass).loss
      }
      let slope = (loss(2e-3) - loss(-2e-3)) / 4e-3
      model.adapters.parameters.base.update(from: start, count: start.count)
      let expected = zip(gradient.array, direction).reduce(0.0) {
        $0 + Double($1.0) * Double($1.1 / length)
      }
      #expect(abs(slope - expected) < 2e-3 * Double(norm) + 1e-3)
    }
  }
}
