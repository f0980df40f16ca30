import Tensors

/// Memory of one worker for one chunk: what the forward pass saves and the scratch of both passes.
///
/// Grows to the largest chunk seen and then allocates nothing.
public final class EncoderActivations: @unchecked Sendable {
  /// What one layer's forward pass saves for its backward pass.
  struct Layer {
    var query: FloatBuffer  // [rows, width + rank]
    var keyValue: FloatBuffer  // [tokens, 2 width + ranks]
    var logSum: FloatBuffer  // [heads, rows]
    var context: FloatBuffer  // [rows, width]
    var normalized1: FloatBuffer, deviation1: FloatBuffer  // [rows, width], [rows]
    var middle: FloatBuffer  // [rows, width]: first layer norm's output
    var up: FloatBuffer  // [rows, feed-forward + rank]
    var activated: FloatBuffer  // [rows, feed-forward]
    var normalized2: FloatBuffer, deviation2: FloatBuffer
    var output: FloatBuffer  // [rows, width]
    var saved: [LinearKind.RawValue: FloatBuffer]  // U of each adapter, [rows, rank]
  }

  /// Sequences of the chunk.
  private(set) var sequences: Range<Int> = 0..<0
  /// Tokens in the chunk.
  private(set) var tokens = 0
  /// First token of each sequence within the chunk, and the count as the last.
  private(set) var offsets: [Int] = [0]
  /// Token of the batch that is the chunk's first.
  private(set) var firstToken = 0
  /// Whether the last layer works on the first token of each sequence only.
  private(set) var lastLayerFirstTokensOnly = false

  var layers: [Layer] = []
  var embedded = FloatBuffer(count: 0)  // [tokens, width]
  var gathered = FloatBuffer(count: 0)  // [sequences, width]: the last layer's query rows
  var scratchWide = FloatBuffer(count: 0)  // [tokens, widest output]
  var scratchGradient = FloatBuffer(count: 0)  // [tokens, feed-forward + rank]
  var scratchKeyValue = FloatBuffer(count: 0)  // [tokens, 2 width + ranks]
  var dHidden = FloatBuffer(count: 0)  // [tokens, width]
  var dRows = FloatBuffer(count: 0)  // [tokens, width]
  var low = FloatBuffer(count: 0)  // [tokens, rank]
  var dropped = FloatBuffer(count: 0)  // [tokens, widest input], for dropout of the adapters' input
  var attention = FloatBuffer(count: 0)
  /// Where backward passes add the gradients of the adapted weights; nil unless wanted.
  public var weightGradients: WeightGradients?
  private var capacity = 0
  private var attentionCapacity = 0

  /// Creates empty memory.
  public init() {}

  /// Rows that layer `index` works on: all tokens, or one a sequence in the last layer.
  func rows(_ index: Int) -> Int {
    lastLayerFirstTokensOnly && index == layers.count - 1 ? sequences.count : tokens
  }

  /// Row numbers in the batch of what layer `index` works on.
  func rowNumbers(_ index: Int) -> RowNumbers {
    guard lastLayerFirstTokensOnly && index == layers.count - 1 else { return .from(firstToken) }
    return .at(offsets.dropLast().map { Int32($0 + firstToken) })
  }

  /// Makes room for a chunk.
  func prepare(
    _ batch: PackedBatch, _ sequences: Range<Int>, firstTokensOnly: Bool,
    for encoder: TransformerEncoder
  ) {
    self.sequences = sequences
    firstToken = batch.offsets[sequences.lowerBound]
    offsets = batch.offsets[sequences.lowerBound...sequences.upperBound].map { $0 - firstToken }
    tokens = offsets.last!
    lastLayerFirstTokensOnly = firstTokensOnly
    let longest = zip(offsets, offsets.dropFirst()).map { $1 - $0 }.max() ?? 0
    if longest > attentionCapacity {
      attentionCapacity = longest
      attention = FloatBuffer(count: encoder.head.workspace(queries: longest, keys: longest))
    }
    if tokens > capacity || layers.isEmpty { allocate(tokens, encoder) }
  }

  private func allocate(_ count: Int, _ encoder: TransformerEncoder) {
    capacity = count + count / 8
    let shape = encoder.configuration
    func rows(_ width: Int) -> FloatBuffer { FloatBuffer(count: capacity * width) }
    layers = encoder.layers.map { layer in
      var saved: [LinearKind.RawValue: FloatBuffer] = [:]
      for part in layer.blocks.flatMap(\.parts) { saved[part.kind.rawValue] = rows(part.rank) }
      return Layer(
        query: rows(layer.attention.width(0..<1)), keyValue: rows(layer.attention.width(1..<3)),
        logSum: rows(shape.heads), context: rows(shape.width), normalized1: rows(shape.width),
        deviation1: rows(1), middle: rows(shape.width), up: rows(layer.up.width(0..<1)),
        activated: rows(shape.feedForward), normalized2: rows(shape.width), deviation2: rows(1),
        output: rows(shape.width), saved: saved)
    }
    let blocks = encoder.layers.flatMap(\.blocks)
    let widest = blocks.map { $0.width(0..<$0.parts.count) }.max() ?? 0
    embedded = rows(shape.width)
    gathered = rows(shape.width)
    scratchWide = rows(widest)
    scratchGradient = rows(widest)
    scratchKeyValue = rows(widest)
    dHidden = rows(shape.width)
    dRows = rows(shape.width)
    if shape.adapterDropout > 0 { dropped = rows(max(shape.width, shape.feedForward)) }
    low = rows(max(1, blocks.flatMap(\.parts).map(\.rank).max() ?? 0))
  }
}
