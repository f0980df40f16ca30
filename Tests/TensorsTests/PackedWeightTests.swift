import Tensors
import TestSupport
import Testing

@Suite struct PackedWeightTests {
  /// Shapes around the edges of tiles and panels.
  @Test(arguments: [
    (1, 1, 1), (3, 31, 5), (12, 32, 16), (13, 33, 7), (29, 64, 384), (17, 80, 40), (200, 47, 9),
  ])
  func `products are those of plain loops`(rows: Int, outputs: Int, inputs: Int) {
    var generator = SeededGenerator(seed: UInt64(rows * 1000 + outputs))
    func random(_ count: Int) -> FloatBuffer {
      FloatBuffer((0..<count).map { _ in generator.normal() })
    }
    let (x, w, bias) = (random(rows * (inputs + 2)), random(outputs * inputs), random(outputs))
    let y = FloatBuffer(count: rows * (outputs + 3))
    y.fill(7)
    let packed = PackedWeight(outputs: outputs, inputs: inputs)
    packed.pack(w.matrix(rows: outputs, columns: inputs))
    let input = x.matrix(rows: rows, columns: inputs, stride: inputs + 2)
    let out = y.matrix(rows: rows, columns: outputs, stride: outputs + 3)
    for shift in [bias, nil] {
      packed.multiply(input, bias: shift?.base, into: out)
      for row in 0..<rows {
        for column in 0..<outputs {
          var wanted = Double(shift?.base[column] ?? 0)
          for index in 0..<inputs {
            wanted += Double(input[row, index]) * Double(w.base[column * inputs + index])
          }
          #expect(abs(Double(out[row, column]) - wanted) < 1e-5 * Double(inputs))
        }
        // What lies between the rows is not touched.
        if row < rows - 1 { #expect(out.base[row * out.stride + outputs] == 7) }
      }
    }
    // A row alone gives the same bits as among others.
    let alone = FloatBuffer(count: outputs)
    packed.multiply(
      input.rows((rows - 1)..<rows), bias: nil, into: alone.matrix(rows: 1, columns: outputs))
    for column in 0..<outputs { #expect(alone.base[column] == out[rows - 1, column]) }
  }
}
