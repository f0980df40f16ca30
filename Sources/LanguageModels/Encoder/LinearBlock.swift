import Tensors

/// Frozen linear layers that share their input, with the A factors of their adapters as extra rows.
///
/// The weight of part p is `[out + rank, in]`: the frozen rows, then the adapter's A. So one large product gives
/// both `W x` and `A x`, and in the backward pass one large product takes both `dY` and `dU` back to
/// the input; only the products with B are skinny.
///
///     Z = X [W; A]^T            [tokens, out + rank], the last columns are U = X A^T
///     Y = Z[:, ..out] + bias + (s c o U) B^T
///     G = dY B                  dU = s c o G
///     dX = [dY | dU] [W; A]     dA = dU^T X     dB = s c o (U^T dY)     dc = s * sum_t G_t U_t
public final class LinearBlock: @unchecked Sendable {
  /// One linear layer of the block.
  public struct Part: Sendable {
    /// Which layer it is.
    public var kind: LinearKind
    /// Width of the output.
    public var outputs: Int
    /// Slots of its adapter; 0 without one.
    public var rank: Int
    /// Index of its adapter in the set.
    public var adapter: Int?
    /// First row in the block's weight, and first column of its output.
    public var start: Int
    /// Bias, `[out]`.
    public var bias: FloatBuffer
    /// Rows of the weight, adapter included.
    public var extent: Int { outputs + rank }
  }

  /// Width of the input.
  public let inputs: Int
  /// The layers.
  public let parts: [Part]
  /// Weight with the A rows, `[sum of extents, in]`.
  public let weight: FloatBuffer

  /// A frozen layer before adapters are added.
  public struct Frozen {
    /// Which layer it is.
    public var kind: LinearKind
    /// Weight, `[out, in]`.
    public var weight: [Float]
    /// Bias, `[out]`.
    public var bias: [Float]

    /// Creates a layer.
    public init(kind: LinearKind, weight: [Float], bias: [Float]) {
      self.kind = kind
      self.weight = weight
      self.bias = bias
    }
  }

  /// Builds the block; `adapterIndex` says which adapter of the set belongs to a layer, if any.
  public init(
    inputs: Int, layers: [Frozen], adapters: AdapterSet, adapterIndex: (LinearKind) -> Int?
  ) {
    self.inputs = inputs
    var parts: [Part] = []
    var start = 0
    for layer in layers {
      let outputs = layer.bias.count
      precondition(
        layer.weight.count == outputs * inputs,
        "\(layer.kind) weight has \(layer.weight.count) entries, expected [\(outputs), \(inputs)]")
      let index = adapterIndex(layer.kind)
      let rank = index.map { adapters.adapters[$0].rank } ?? 0
      parts.append(
        Part(
          kind: layer.kind, outputs: outputs, rank: rank, adapter: index, start: start,
          bias: FloatBuffer(layer.bias)))
      start += outputs + rank
    }
    self.parts = parts
    weight = FloatBuffer(count: start * inputs)
    for (part, layer) in zip(parts, layers) {
      _ = UnsafeMutableBufferPointer(
        start: weight.base + part.start * inputs, count: layer.weight.count
      ).initialize(from: layer.weight)
    }
  }

  /// Columns of the output of these parts, adapter columns included.
  public func width(_ range: Range<Int>) -> Int { parts[range].reduce(0) { $0 + $1.extent } }

  /// Copies the adapters' current A into the weight's extra rows.
  public func publish(_ adapters: AdapterSet) {
    for part in parts {
      guard let index = part.adapter else { continue }
      let down = adapters.down(index, in: adapters.parameters)
      (weight.base + (part.start + part.outputs) * inputs)
        .update(from: down.base, count: part.rank * inputs)
    }
  }

  private func rows(_ range: Range<Int>) -> Matrix {
    weight.matrix(
      at: parts[range.lowerBound].start * inputs, rows: width(range), columns: inputs)
  }

  /// Dropout of the adapters' input, each module with its own mask: `U = dropout(X) A^T`.
  ///
  /// It cannot share the large product; the skinny ones take its place.
  public struct InputDropout {
    /// The site of a layer.
    public var site: (LinearKind) -> Dropout
    /// Row numbers of the batch.
    public var rows: RowNumbers
    /// At least `tokens * in` floats.
    public var scratch: FloatBuffer

    /// Creates the dropout of one pass.
    public init(
      site: @escaping (LinearKind) -> Dropout, rows: RowNumbers, scratch: FloatBuffer
    ) {
      self.site = site
      self.rows = rows
      self.scratch = scratch
    }

    func apply(_ kind: LinearKind, to x: Matrix) -> Matrix {
      let dropped = scratch.matrix(rows: x.rows, columns: x.columns)
      applyDropout(site(kind), to: x, rows: rows, into: dropped)
      return dropped
    }
  }

  /// Forward pass of some of the parts.
  ///
  /// - Parameters:
  ///   - x: Input, `[tokens, in]`.
  ///   - range: Parts to compute; adjacent.
  ///   - adapters: Factors and coefficients.
  ///   - z: `[tokens, width(range)]`, overwritten; part by part the output, then scratch columns.
  ///   - saved: One buffer a part, `[tokens, rank]`: U for the backward pass.
  ///   - scratch: At least `tokens * rank` floats.
  ///   - dropout: Of the adapters' input; nil for none.
  public func forward(
    _ x: Matrix, parts range: Range<Int>, adapters: AdapterSet, into z: Matrix,
    saved: [FloatBuffer], scratch: FloatBuffer, dropout: InputDropout? = nil
  ) {
    multiply(x, transposed: rows(range), into: z)
    for index in range {
      let part = parts[index]
      let start = part.start - parts[range.lowerBound].start
      let y = z.columns(start..<(start + part.outputs))
      guard let adapter = part.adapter else {
        Skinny.expand(
          scratch.matrix(rows: x.rows, columns: 0),
          Matrix(base: scratch.base, rows: 0, columns: part.outputs, stride: part.outputs),
          bias: part.bias.base, addingTo: y)
        continue
      }
      let u = z.columns((start + part.outputs)..<(start + part.extent))
      if let dropout {
        Skinny.reduce(
          dropout.apply(part.kind, to: x), adapters.down(adapter, in: adapters.parameters), into: u)
      }
      let kept = saved[index].matrix(rows: x.rows, columns: part.rank)
      let scaled = scratch.matrix(rows: x.rows, columns: part.rank)
      let coefficients = adapters.coefficients.base + adapters.adapters[adapter].component
      for token in 0..<x.rows {
        let (from, keep, to) = (u.row(token), kept.row(token), scaled.row(token))
        for slot in 0..<part.rank {
          keep[slot] = from[slot]
          to[slot] = from[slot] * coefficients[slot]
        }
      }
      Skinny.expand(
        scaled, adapters.up(adapter, in: adapters.parameters), bias: part.bias.base, addingTo: y)
    }
  }

  /// Backward pass of some of the parts: raw adapter gradients, and the input's gradient.
  ///
  /// - Parameters:
  ///   - dz: Gradient of the outputs in the layout of `z`; its scratch columns are overwritten.
  ///   - x: Input as in the forward pass.
  ///   - range: Parts.
  ///   - adapters: Factors and coefficients.
  ///   - saved: As saved by the forward pass.
  ///   - gradient: Raw gradients in the set's layout, **added to**; see ``AdapterSet/completeGradient(_:)``.
  ///   - scratch: At least `tokens * rank` floats.
  ///   - dx: Gradient of the input, or nil where nobody needs it.
  ///   - accumulating: Whether `dx` is added to.
  ///   - dropout: As in the forward pass.
  ///   - weightGradients: Where wanted, `dY^T X` of every adapted layer is **added** to its entry.
  public func backward(
    _ dz: Matrix, x: Matrix, parts range: Range<Int>, adapters: AdapterSet, saved: [FloatBuffer],
    gradient: FloatBuffer, scratch: FloatBuffer, inputGradient dx: Matrix?, accumulating: Bool,
    dropout: InputDropout? = nil, weightGradients: WeightGradients? = nil
  ) {
    for index in range {
      let part = parts[index]
      guard let adapter = part.adapter else { continue }
      let start = part.start - parts[range.lowerBound].start
      let dy = dz.columns(start..<(start + part.outputs))
      let du = dz.columns((start + part.outputs)..<(start + part.extent))
      let u = saved[index].matrix(rows: x.rows, columns: part.rank)
      let g = scratch.matrix(rows: x.rows, columns: part.rank)
      Skinny.reduce(dy, adapters.up(adapter, in: adapters.parameters), into: g)
      Skinny.accumulate(u, dy, addingTo: adapters.up(adapter, in: gradient))
      let coefficients = adapters.coefficients.base + adapters.adapters[adapter].component
      let gates = adapters.gates(adapter, in: gradient)
      for token in 0..<x.rows {
        let (from, kept, to) = (g.row(token), u.row(token), du.row(token))
        for slot in 0..<part.rank {
          gates[slot] += from[slot] * kept[slot]
          to[slot] = from[slot] * coefficients[slot]
        }
      }
      let input = dropout?.apply(part.kind, to: x) ?? x
      Skinny.accumulate(du, input, addingTo: adapters.down(adapter, in: gradient))
      if let weightGradients {
        multiply(transposed: dy, input, into: weightGradients[adapter], accumulating: true)
      }
    }
    guard let dx else { return }
    guard let dropout else {
      return multiply(dz, rows(range), into: dx, accumulating: accumulating)
    }
    backwardThroughDropout(dz, range, adapters, dropout, dx, accumulating)
  }

  /// The input's gradient where the adapters' part of it passes through dropout.
  private func backwardThroughDropout(
    _ dz: Matrix, _ range: Range<Int>, _ adapters: AdapterSet, _ dropout: InputDropout,
    _ dx: Matrix, _ accumulating: Bool
  ) {
    var isFirst = !accumulating
    for index in range {
      let part = parts[index]
      let start = part.start - parts[range.lowerBound].start
      let frozen = weight.matrix(
        at: part.start * inputs, rows: part.outputs, columns: inputs)
      multiply(
        dz.columns(start..<(start + part.outputs)), frozen, into: dx, accumulating: !isFirst)
      isFirst = false
      guard let adapter = part.adapter else { continue }
      let du = dz.columns((start + part.outputs)..<(start + part.extent))
      let through = dropout.scratch.matrix(rows: dx.rows, columns: inputs)
      through.clear()
      Skinny.expand(
        du, adapters.down(adapter, in: adapters.parameters), bias: nil, addingTo: through)
      applyDropout(dropout.site(part.kind), to: through, rows: dropout.rows, into: through)
      for row in 0..<dx.rows { add(through.row(row), to: dx.row(row), count: inputs) }
    }
  }
}
