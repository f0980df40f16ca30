import Tensors

/// One adapted linear layer: where it is and how large it is.
public struct AdapterSite: Sendable, Hashable {
  /// Name in the task model, e.g. `bert.encoder.layer.0.attention.self.query`.
  public var name: String
  /// Transformer layer, from 0.
  public var layer: Int
  /// Which linear layer of the transformer layer.
  public var kind: LinearKind
  /// Width of its input.
  public var inputs: Int
  /// Width of its output.
  public var outputs: Int

  /// Creates a site.
  public init(name: String, layer: Int, kind: LinearKind, inputs: Int, outputs: Int) {
    self.name = name
    self.layer = layer
    self.kind = kind
    self.inputs = inputs
    self.outputs = outputs
  }
}

/// The linear layers of a transformer layer, in the order in which the grid shows them.
public enum LinearKind: Int, Sendable, CaseIterable {
  case query, key, value, output, up, down

  /// Short name on the grid and in `--targets`.
  public var label: String { ["q", "k", "v", "o", "up", "down"][rawValue] }
}

/// All trainable parameters in one run of memory: the adapters' factors and gates, then the task head.
///
/// Adapter m holds `A [rank, in]`, `c [rank]` and B transposed, `[rank, out]`, so that everything of one
/// component is contiguous rows:
///
///     y = W x + s * g * B (c o (A x))
///
/// Gradients, moments and checkpoints are buffers of the same layout.
public final class AdapterSet: @unchecked Sendable {
  /// Where one adapter's parts lie in the flat buffers.
  public struct Adapter: Sendable, Hashable {
    /// The layer it adapts.
    public var site: AdapterSite
    /// Component slots.
    public var rank: Int
    /// First flat component index.
    public var component: Int
    /// Offset of A, `[rank, in]`.
    public var down: Int
    /// Offset of the gates c, `[rank]`.
    public var gate: Int
    /// Offset of B transposed, `[rank, out]`.
    public var up: Int
    /// The scale s.
    public var scale: Float
  }

  /// The adapters in manifest order.
  public let adapters: [Adapter]
  /// Component slots in the whole network.
  public let componentCount: Int
  /// The head's parameters within the flat buffers.
  public let head: Range<Int>
  /// All trainable parameters.
  public let parameters: FloatBuffer
  /// Gate `g` of every module, multiplied onto its components' gates; 1 unless a method relaxes whole modules.
  ///
  /// Takes effect with ``refreshCoefficients()``; changed between steps only, while no worker runs.
  public var moduleGates: [Float]
  /// `s * g * c` of every component, as of the last ``refreshCoefficients()``.
  public let coefficients: FloatBuffer

  /// Lays out adapters of one rank and scale at these sites and a head of `headCount` parameters, all zero.
  public init(sites: [AdapterSite], rank: Int, scale: Float, headCount: Int) {
    precondition(rank >= 1, "rank \(rank)")
    var adapters: [Adapter] = []
    var offset = 0
    for (index, site) in sites.enumerated() {
      let gate = offset + rank * site.inputs
      adapters.append(
        Adapter(
          site: site, rank: rank, component: index * rank, down: offset, gate: gate,
          up: gate + rank, scale: scale))
      offset = gate + rank + rank * site.outputs
    }
    self.adapters = adapters
    componentCount = sites.count * rank
    head = offset..<(offset + headCount)
    parameters = FloatBuffer(count: offset + headCount)
    coefficients = FloatBuffer(count: componentCount)
    moduleGates = [Float](repeating: 1, count: sites.count)
  }

  /// A of one adapter, `[rank, in]`, inside a buffer of this layout.
  public func down(_ index: Int, in buffer: FloatBuffer) -> Matrix {
    let adapter = adapters[index]
    return buffer.matrix(at: adapter.down, rows: adapter.rank, columns: adapter.site.inputs)
  }

  /// B transposed of one adapter, `[rank, out]`, inside a buffer of this layout.
  public func up(_ index: Int, in buffer: FloatBuffer) -> Matrix {
    let adapter = adapters[index]
    return buffer.matrix(at: adapter.up, rows: adapter.rank, columns: adapter.site.outputs)
  }

  /// First gate of one adapter inside a buffer of this layout.
  public func gates(_ index: Int, in buffer: FloatBuffer) -> UnsafeMutablePointer<Float> {
    buffer.base + adapters[index].gate
  }

  /// Works out `s * g * c` anew; call after the gates have changed.
  public func refreshCoefficients() {
    for (index, adapter) in adapters.enumerated() {
      let gates = gates(index, in: parameters)
      for slot in 0..<adapter.rank {
        coefficients.base[adapter.component + slot] =
          adapter.scale * moduleGates[index] * gates[slot]
      }
    }
  }

  /// Multiplies every module's gate onto its components' gates and sets it to 1: the output stays.
  public func foldModuleGates() {
    for (index, adapter) in adapters.enumerated() where moduleGates[index] != 1 {
      scale(gates(index, in: parameters), by: moduleGates[index], count: adapter.rank)
      moduleGates[index] = 1
    }
  }

  /// Turns sums that the backward pass left raw into gradients, once all workers' sums are added.
  ///
  /// The backward pass adds `U^T dY` for B and `sum_t (dY B)_t U_t` for c; the factors `s * g * c` and `s * g`
  /// that belong before them are the same for all tokens.
  public func completeGradient(_ gradient: FloatBuffer) {
    for (index, adapter) in adapters.enumerated() {
      let up = up(index, in: gradient)
      let gates = gates(index, in: gradient)
      for slot in 0..<adapter.rank {
        scale(up.row(slot), by: coefficients.base[adapter.component + slot], count: up.columns)
        gates[slot] *= adapter.scale * moduleGates[index]
      }
    }
  }
}
