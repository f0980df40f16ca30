import Allocation
import LanguageModels
import Tensors
import Testing
import Training

@Suite struct RegularizerTests {
  static let terms: [Regularizer] = [.orthogonality(weight: 0.7), .equilibrium(weight: 0.9)]

  private func value(_ term: Regularizer, _ adapters: AdapterSet) -> Double {
    RegularizerTerm.add(term, of: adapters, to: FloatBuffer(count: adapters.parameters.count))
  }

  /// The definitions in `Double`, entry by entry.
  private func reference(_ term: Regularizer, _ adapters: AdapterSet) -> Double {
    var total = 0.0
    for (index, adapter) in adapters.adapters.enumerated() {
      for factor in [
        adapters.down(index, in: adapters.parameters), adapters.up(index, in: adapters.parameters),
      ] {
        let rows = (0..<factor.rows).map { row in
          (0..<factor.columns).map { Double(factor[row, $0]) }
        }
        switch term {
        case .none, .sparsity: break
        case .orthogonality(let weight):
          var squares = 0.0
          for i in rows.indices {
            for j in rows.indices {
              let product = zip(rows[i], rows[j]).reduce(0.0) { $0 + $1.0 * $1.1 }
              squares += (product - (i == j ? 1 : 0)) * (product - (i == j ? 1 : 0))
            }
          }
          total += Double(weight) * squares.squareRoot() / Double(2 * adapters.adapters.count)
        case .equilibrium(let weight):
          for row in rows {
            let mean = row.reduce(0, +) / Double(row.count)
            let variance =
              row.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count - 1)
            total +=
              Double(weight) * variance / Double(adapters.adapters.count * 2 * adapter.rank)
          }
        }
      }
    }
    return total
  }

  @Test(arguments: terms, [1, 3, 8])
  func `values are those of the definition`(term: Regularizer, rank: Int) {
    let adapters = SmallAdapters.random(rank: rank)
    let wanted = reference(term, adapters)
    #expect(wanted > 0)
    #expect(abs(value(term, adapters) - wanted) < 1e-5 * wanted)
  }

  @Test(arguments: terms, [1, 3, 8])
  func `gradients agree with central differences and are added`(term: Regularizer, rank: Int) {
    let adapters = SmallAdapters.random(rank: rank, seed: 5)
    let count = adapters.parameters.count
    let gradient = FloatBuffer(count: count)
    gradient.fill(2)
    _ = RegularizerTerm.add(term, of: adapters, to: gradient)
    let found = gradient.array.map { Double($0) - 2 }
    let start = adapters.parameters.array
    let h: Float = 1e-2
    var worst = 0.0
    for index in stride(from: 0, to: count, by: max(1, rank - 1)) {
      adapters.parameters.base[index] = start[index] + h
      let above = reference(term, adapters)
      adapters.parameters.base[index] = start[index] - h
      let below = reference(term, adapters)
      adapters.parameters.base[index] = start[index]
      worst = max(worst, abs((above - below) / Double(2 * h) - found[index]))
    }
    let largest = found.map(abs).max() ?? 0
    #expect(largest > 0)
    #expect(worst < 2e-3 * largest, "\(worst) of \(largest)")
  }

  @Test(arguments: terms)
  func `gates and head have no part in it`(term: Regularizer) {
    let adapters = SmallAdapters.make(rank: 2, headCount: 5)
    adapters.parameters.fillRandomly(seed: 2)
    let gradient = FloatBuffer(count: adapters.parameters.count)
    _ = RegularizerTerm.add(term, of: adapters, to: gradient)
    for adapter in adapters.adapters {
      #expect(gradient.array[adapter.gate..<adapter.up].allSatisfy { $0 == 0 })
      #expect(gradient.array[adapter.down..<adapter.gate].contains { $0 != 0 })
    }
    #expect(gradient.array[adapters.head].allSatisfy { $0 == 0 })
    #expect(RegularizerTerm.add(.none, of: adapters, to: gradient) == 0)
  }

  @Test func `the L1 term is the mean size of the gates, its gradient their signs`() {
    let adapters = SmallAdapters.make(rank: 3, headCount: 2)
    adapters.parameters.fillRandomly(seed: 9)
    adapters.gates(1, in: adapters.parameters)[2] = 0
    func value() -> Double {
      let sizes = adapters.adapters.indices.flatMap { adapters.gateValues($0).map { abs($0) } }
      return 0.7 * Double(sizes.reduce(0, +)) / Double(sizes.count)
    }
    let gradient = FloatBuffer(count: adapters.parameters.count)
    let found = RegularizerTerm.add(.sparsity(weight: 0.7), of: adapters, to: gradient)
    #expect(abs(found - value()) < 1e-6)
    for index in 0..<adapters.parameters.count {
      let start = adapters.parameters.base[index]
      if start == 0 {
        #expect(gradient.base[index] == 0)
        continue
      }
      adapters.parameters.base[index] = start * 1.01
      let above = value()
      adapters.parameters.base[index] = start * 0.99
      let below = value()
      adapters.parameters.base[index] = start
      let wanted = (above - below) / Double(0.02 * start)
      #expect(abs(Double(gradient.base[index]) - wanted) < 1e-3, "entry \(index)")
    }
  }

  @Test func `orthonormal factors cost nothing and pull nowhere`() {
    let adapters = SmallAdapters.make(rank: 2)
    for index in adapters.adapters.indices {
      for factor in [
        adapters.down(index, in: adapters.parameters), adapters.up(index, in: adapters.parameters),
      ] {
        factor[0, 0] = 1
        factor[1, 3] = -1
      }
    }
    let gradient = FloatBuffer(count: adapters.parameters.count)
    #expect(RegularizerTerm.add(.orthogonality(weight: 1), of: adapters, to: gradient) == 0)
    #expect(gradient.array.allSatisfy { $0 == 0 })
  }
}
