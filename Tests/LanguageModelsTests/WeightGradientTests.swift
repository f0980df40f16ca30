import LanguageModels
import Tensors
import TestSupport
import Testing

@Suite struct WeightGradientTests {
  /// A component with gate c, `b = e_i` and `a = e_j` moves the one weight (i, j) by `s c`: the loss's
  /// central difference in c is `s dL/dW_ij`.
  @Test(arguments: EncoderFamily.allCases)
  func `dense gradients agree with central differences of single weights`(_ family: EncoderFamily)
    throws
  {
    let model = try GoldenModel(family)
    try model.setFactors()
    let adapters = model.adapters
    let slot = 3
    for index in adapters.adapters.indices {
      adapters.gates(index, in: adapters.parameters)[slot] = 0
    }
    let dense = WeightGradients(adapters)
    let middle = model.batch.count / 2
    _ = model.run(
      chunks: [0..<middle, middle..<model.batch.count],
      gradient: FloatBuffer(count: adapters.parameters.count), weightGradients: dense)

    var (worst, largest) = (0.0, 0.0)
    for (index, adapter) in adapters.adapters.enumerated() {
      let gate = adapters.gates(index, in: adapters.parameters) + slot
      let a = adapters.down(index, in: adapters.parameters)
      let b = adapters.up(index, in: adapters.parameters)
      for probe in 0..<3 {
        let row = (5 * probe + index) % adapter.site.outputs
        let column = (7 * probe + 3 * index) % adapter.site.inputs
        for entry in 0..<a.columns { a[slot, entry] = entry == column ? 1 : 0 }
        for entry in 0..<b.columns { b[slot, entry] = entry == row ? 1 : 0 }
        let h: Float = 0.02
        gate.pointee = h
        let above = model.run().loss
        gate.pointee = -h
        let below = model.run().loss
        gate.pointee = 0
        let wanted = (above - below) / Double(2 * h * adapter.scale)
        worst = max(worst, abs(Double(dense[index][row, column]) - wanted))
        largest = max(largest, abs(wanted))
      }
    }
    #expect(largest > 1e-3 && worst < 0.01 * largest, "\(worst) of \(largest)")
  }

  /// Through dropout as well: with `G = dY^T X`, `dA = s c o B^T G` and `dB = s c o G A^T`.
  @Test(arguments: EncoderFamily.allCases)
  func `they are those behind the factors' gradients, with dropout too`(_ family: EncoderFamily)
    throws
  {
    let model = try GoldenModel(family, dropout: 0.2)
    try model.setFactors()
    let adapters = model.adapters
    let dense = WeightGradients(adapters)
    let gradient = FloatBuffer(count: adapters.parameters.count)
    _ = model.run(
      firstTokensOnly: false, pass: PassDropout(key: 5), gradient: gradient,
      weightGradients: dense)
    for (index, adapter) in adapters.adapters.enumerated() {
      let b = adapters.up(index, in: adapters.parameters)
      let found = adapters.down(index, in: gradient)
      var (error, norm) = (0.0, 0.0)
      for slot in 0..<adapter.rank {
        for column in 0..<found.columns {
          var sum = 0.0
          for row in 0..<b.columns { sum += Double(b[slot, row] * dense[index][row, column]) }
          let wanted = sum * Double(adapter.scale)
          error += (Double(found[slot, column]) - wanted) * (Double(found[slot, column]) - wanted)
          norm += wanted * wanted
        }
      }
      #expect(norm > 0 && error < 1e-8 * norm, "\(adapter.site.name): \(error) of \(norm)")
    }
    dense.clear()
    #expect(dense[0][0, 0] == 0)
  }
}
