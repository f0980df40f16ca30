import Tensors

/// Plain loops in Double, the oracle of the kernels.
enum Reference {
  static func multiply(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
    a.map { row in
      (0..<(b.first?.count ?? 0)).map { j in
        row.indices.reduce(0) { $0 + row[$1] * b[$1][j] }
      }
    }
  }

  static func transpose(_ a: [[Double]], columns: Int) -> [[Double]] {
    (0..<columns).map { j in a.map { $0[j] } }
  }
}

extension Matrix {
  /// The elements in Double, for the reference loops.
  var doubles: [[Double]] { (0..<rows).map { i in (0..<columns).map { Double(self[i, $0]) } } }

  /// Largest difference from a reference.
  func difference(_ other: [[Double]]) -> Double {
    var worst = 0.0
    for i in 0..<rows {
      for j in 0..<columns {
        let d = abs(Double(self[i, j]) - other[i][j])
        worst = d.isNaN ? .infinity : max(worst, d)
      }
    }
    return worst
  }
}

/// A matrix of normal numbers with a row stride larger than its columns; owns its memory.
struct Sample {
  let buffer: FloatBuffer
  let matrix: Matrix

  init(_ rows: Int, _ columns: Int, seed: UInt64, padding: Int = 3) {
    var generator = SeededGenerator(seed: seed, stream: UInt64(rows * 1000 + columns))
    buffer = FloatBuffer(count: max(1, rows * (columns + padding)))
    for index in 0..<buffer.count { buffer.base[index] = generator.normal() }
    matrix = buffer.matrix(rows: rows, columns: columns, stride: columns + padding)
  }
}
