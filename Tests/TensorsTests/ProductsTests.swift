import Tensors
import Testing

@Suite struct ProductsTests {
  static let sizes = [1, 2, 3, 7, 8, 9, 17, 31, 33, 64, 65, 130]

  @Test(arguments: sizes, [1, 4, 6, 9, 16, 64])
  func `skinny products agree with plain loops`(_ tokens: Int, _ rank: Int) {
    for width in [1, 5, 16, 33, 48, 67] {
      let u = Sample(tokens, rank, seed: 1)
      let b = Sample(rank, width, seed: 2)
      let z = Sample(tokens, width, seed: 3)
      let bias = Sample(1, width, seed: 4)
      let before = z.matrix.doubles
      var expected = Reference.multiply(u.matrix.doubles, b.matrix.doubles)
      for i in 0..<tokens {
        for j in 0..<width { expected[i][j] += before[i][j] + Double(bias.matrix[0, j]) }
      }
      Skinny.expand(u.matrix, b.matrix, bias: bias.matrix.base, addingTo: z.matrix)
      #expect(z.matrix.difference(expected) < 1e-4)

      let reduced = Sample(tokens, rank, seed: 5)
      let turned = Reference.transpose(b.matrix.doubles, columns: width)
      Skinny.reduce(z.matrix, b.matrix, into: reduced.matrix)
      #expect(
        reduced.matrix.difference(Reference.multiply(z.matrix.doubles, turned)) < 1e-3)

      let sums = Sample(rank, width, seed: 6)
      var total = Reference.multiply(
        Reference.transpose(u.matrix.doubles, columns: rank), z.matrix.doubles)
      for i in 0..<rank { for j in 0..<width { total[i][j] += Double(sums.matrix[i, j]) } }
      Skinny.accumulate(u.matrix, z.matrix, addingTo: sums.matrix)
      #expect(sums.matrix.difference(total) < 1e-3)
    }
  }

  @Test(arguments: sizes)
  func `large products agree with plain loops`(_ size: Int) throws {
    try OpenBLAS.open()
    let a = Sample(size, 19, seed: 1)
    let b = Sample(19, 23, seed: 2)
    let c = Sample(size, 23, seed: 3)
    let product = Reference.multiply(a.matrix.doubles, b.matrix.doubles)
    multiply(a.matrix, b.matrix, into: c.matrix)
    #expect(c.matrix.difference(product) < 1e-4)
    multiply(a.matrix, b.matrix, into: c.matrix, accumulating: true)
    #expect(c.matrix.difference(product.map { $0.map { 2 * $0 } }) < 1e-4)

    let d = Sample(size, 19, seed: 4)
    let right = Reference.transpose(b.matrix.doubles, columns: 23)
    multiply(c.matrix, transposed: b.matrix, into: d.matrix)
    #expect(d.matrix.difference(Reference.multiply(c.matrix.doubles, right)) < 1e-3)

    let g = Sample(19, 23, seed: 5)
    multiply(transposed: a.matrix, c.matrix, into: g.matrix)
    let left = Reference.transpose(a.matrix.doubles, columns: 19)
    #expect(g.matrix.difference(Reference.multiply(left, c.matrix.doubles)) < 1e-3)
  }

  @Test func `a product of unlike shapes is refused`() async {
    await #expect(processExitsWith: .failure) {
      let a = FloatBuffer(count: 6).matrix(rows: 2, columns: 3)
      multiply(a, a, into: a)
    }
  }

  @Test func `the same rows give the same bits wherever they stand`() {
    let u = Sample(19, 6, seed: 1)
    let b = Sample(6, 40, seed: 2)
    let whole = Sample(19, 40, seed: 3)
    let parts = Sample(19, 40, seed: 3)
    Skinny.expand(u.matrix, b.matrix, bias: nil, addingTo: whole.matrix)
    for range in [0..<5, 5..<6, 6..<19] {
      Skinny.expand(
        u.matrix.rows(range), b.matrix, bias: nil, addingTo: parts.matrix.rows(range))
    }
    #expect(whole.buffer.array == parts.buffer.array)
  }
}
