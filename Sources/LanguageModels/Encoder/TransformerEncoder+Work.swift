extension TransformerEncoder {
  /// Floating-point operations that a training step of a classifier really does on a packed batch.
  ///
  /// A multiplication and an addition count as two. Counted are all matrix products of the encoder: the
  /// linear layers with their adapters, forward and back to their inputs (no weight gradients: the weights are
  /// frozen), the adapters' own gradients, and attention. Element-wise work and the head are left out.
  public func trainingOperations(lengths: [Int]) -> Double {
    let tokens = lengths.reduce(0, +)
    var total = 0.0
    for (index, layer) in layers.enumerated() {
      let isLast = index == layers.count - 1
      let rows = isLast ? lengths.count : tokens
      let goesOn = index > firstAdapted
      let isTrained = index >= firstAdapted
      for (block, range, count, reachesInput) in [
        (layer.attention, 0..<1, rows, goesOn), (layer.attention, 1..<3, tokens, goesOn),
        (layer.output, 0..<1, rows, true), (layer.up, 0..<1, rows, true),
        (layer.down, 0..<1, rows, true),
      ] {
        let large = 2.0 * Double(count) * Double(block.width(range)) * Double(block.inputs)
        total += large
        if isTrained && reachesInput { total += large }
        for part in block.parts[range] where part.rank > 0 {
          let up = 2.0 * Double(count) * Double(part.rank) * Double(part.outputs)
          let down = 2.0 * Double(count) * Double(part.rank) * Double(block.inputs)
          total += isTrained ? 3 * up + down : up
        }
      }
      // Two products forward, five back (the scores are worked out again).
      for length in lengths {
        let queries = isLast ? 1 : length
        let product = 2.0 * Double(queries * length * configuration.width)
        total += product * (isTrained ? 7 : 2)
      }
    }
    return total
  }
}
