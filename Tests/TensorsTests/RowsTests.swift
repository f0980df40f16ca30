import Foundation
import Tensors
import Testing

@Suite struct RowsTests {
  @Test(arguments: [1, 3, 8, 16, 32, 35, 384])
  func `layer norm and its gradient agree with the formula`(_ width: Int) {
    let rows = 5
    let x = Sample(rows, width, seed: 1, padding: 2)
    let residual = Sample(rows, width, seed: 2, padding: 1)
    let gain = Sample(1, width, seed: 3)
    let shift = Sample(1, width, seed: 4)
    let norm = LayerNorm(
      gain: FloatBuffer((0..<width).map { gain.matrix[0, $0] }),
      shift: FloatBuffer((0..<width).map { shift.matrix[0, $0] }), epsilon: 1e-5)
    let hat = FloatBuffer(count: rows * width)
    let deviation = FloatBuffer(count: rows)
    let out = Sample(rows, width, seed: 5, padding: 0)
    norm.forward(
      x.matrix, residual: residual.matrix, dropout: .none, rows: .from(0),
      normalized: hat.matrix(rows: rows, columns: width), inverseDeviation: deviation.base,
      into: out.matrix)

    func formula(_ sums: [[Double]]) -> [[Double]] {
      sums.map { row in
        let mean = row.reduce(0, +) / Double(width)
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
        return row.enumerated().map { j, value in
          (value - mean) / (variance + 1e-5).squareRoot() * Double(gain.matrix[0, j])
            + Double(shift.matrix[0, j])
        }
      }
    }
    let sums = zip(x.matrix.doubles, residual.matrix.doubles).map { zip($0, $1).map(+) }
    #expect(out.matrix.difference(formula(sums)) < 2e-5)

    // Gradient of sum(out * w) by central differences.
    let w = Sample(rows, width, seed: 6, padding: 0)
    let holder = FloatBuffer(count: rows * width)
    let dY = holder.matrix(rows: rows, columns: width)
    let keep = FloatBuffer(count: rows * width)
    norm.backward(
      w.matrix, normalized: hat.matrix(rows: rows, columns: width),
      inverseDeviation: deviation.base, dropout: .none, rows: .from(0),
      residualInto: keep.matrix(rows: rows, columns: width), into: dY)
    #expect(keep.array == holder.array)
    guard width > 1 else { return }
    for (i, j) in [(0, 0), (2, width / 2), (4, width - 1)] {
      let step = 1e-5
      func value(_ delta: Double) -> Double {
        var moved = sums
        moved[i][j] += delta
        return zip(formula(moved), w.matrix.doubles).reduce(0) {
          $0 + zip($1.0, $1.1).reduce(0) { $0 + $1.0 * $1.1 }
        }
      }
      let slope = (value(step) - value(-step)) / (2 * step)
      #expect(abs(Double(dY[i, j]) - slope) < 1e-3 * max(1, abs(slope)))
    }
  }

  @Test(arguments: [Activation.gelu, .geluTanh, .relu])
  func `activations and their slopes agree with the formula`(_ activation: Activation) {
    let values = stride(from: Float(-9), through: 9, by: 0.037).map { $0 }
    let x = FloatBuffer(values)
    let y = FloatBuffer(count: x.count)
    let d = FloatBuffer(count: x.count)
    d.fill(1)
    func shape(_ buffer: FloatBuffer) -> Matrix {
      buffer.matrix(rows: 1, columns: buffer.count)
    }
    activation.forward(shape(x), into: shape(y))
    activation.backward(shape(x), gradient: shape(d))
    func exact(_ x: Double) -> Double {
      switch activation {
      case .gelu: 0.5 * x * (1 + erf(x / 2.0.squareRoot()))
      case .geluTanh:
        0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
      case .relu: max(0, x)
      }
    }
    for (index, value) in values.enumerated() {
      let x = Double(value)
      #expect(abs(Double(y.base[index]) - exact(x)) < 2e-6)
      let slope = (exact(x + 1e-5) - exact(x - 1e-5)) / 2e-5
      if abs(x) > 1e-3 { #expect(abs(Double(d.base[index]) - slope) < 2e-6) }
    }
  }

  @Test func `a number that is none stays none`() {
    let x = FloatBuffer([.nan, 1, .nan, -200, 200])
    let y = FloatBuffer(count: 5)
    Activation.gelu.forward(x.matrix(rows: 1, columns: 5), into: y.matrix(rows: 1, columns: 5))
    #expect(y.base[0].isNaN && y.base[2].isNaN)
    #expect(y.base[3] == 0 && y.base[4] == 200)
    hyperbolicTangent(x.matrix(rows: 1, columns: 5), into: y.matrix(rows: 1, columns: 5))
    #expect(y.base[0].isNaN && y.base[3] == -1 && y.base[4] == 1)
  }

  @Test func `dropout keeps its share, scales it, and asks no order`() {
    let rows = 400
    let width = 250
    let x = FloatBuffer(count: rows * width)
    x.fill(1)
    let y = FloatBuffer(count: rows * width)
    let site = Dropout(probability: 0.1, key: 42)
    let all = x.matrix(rows: rows, columns: width)
    applyDropout(site, to: all, rows: .from(7), into: y.matrix(rows: rows, columns: width))
    let dropped = y.array.filter { $0 == 0 }.count
    // 100 000 draws: four standard deviations are 380.
    #expect(abs(dropped - 10_000) < 380)
    #expect(y.array.allSatisfy { $0 == 0 || abs($0 - 1 / 0.9) < 1e-6 })

    let part = FloatBuffer(count: 2 * width)
    applyDropout(
      site, to: all.rows(0..<2), rows: .at([17, 8]), into: part.matrix(rows: 2, columns: width))
    let whole = y.matrix(rows: rows, columns: width)
    for column in 0..<width {
      #expect(part.base[column] == whole[10, column])
      #expect(part.base[width + column] == whole[1, column])
    }

    let other = FloatBuffer(count: rows * width)
    applyDropout(
      Dropout(probability: 0.1, key: 43), to: all, rows: .from(7),
      into: other.matrix(rows: rows, columns: width))
    let both = zip(y.array, other.array).filter { $0 == 0 && $1 == 0 }.count
    #expect(abs(both - 1000) < 130)
  }

  @Test(arguments: [1, 2, 3, 4])
  func `every worker runs once a round`(_ count: Int) {
    let workers = Workers(count: count)
    let hits = FloatBuffer(count: count)
    for _ in 0..<200 { workers.run { hits.base[$0] += 1 } }
    workers.close()
    #expect(hits.array == Array(repeating: 200, count: count))
  }
}
