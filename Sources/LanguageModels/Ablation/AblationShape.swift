import Tensors

/// What the parts of an ablation round know about the encoder and its batch.
struct AblationShape: Sendable {
  let encoder: TransformerEncoder
  let batch: PackedBatch
  /// Whether the last layer works on the first token of each sequence only.
  let firstTokensOnly: Bool

  var width: Int { encoder.configuration.width }
  var feedForward: Int { encoder.configuration.feedForward }
  var heads: Int { encoder.configuration.heads }
  var headWidth: Int { encoder.configuration.headWidth }
  var layers: Int { encoder.layers.count }
  var tokens: Int { batch.ids.count }
  var longest: Int { zip(batch.offsets, batch.offsets.dropFirst()).map { $1 - $0 }.max() ?? 0 }

  /// Rows that a layer computes behind its attention: all tokens, or one a sequence.
  func rows(_ layer: Int) -> Int { isShort(layer) ? batch.count : tokens }

  /// Whether a layer computes first tokens only.
  func isShort(_ layer: Int) -> Bool { firstTokensOnly && layer == layers - 1 }

  /// Tokens of some sequences.
  func tokens(_ sequences: Range<Int>) -> Range<Int> {
    batch.offsets[sequences.lowerBound]..<batch.offsets[sequences.upperBound]
  }

  /// Rows of some sequences in what a layer computes.
  func rows(_ sequences: Range<Int>, layer: Int) -> Range<Int> {
    isShort(layer) ? sequences : tokens(sequences)
  }

  /// Copies the first token's row of each sequence.
  func gather(_ x: Matrix, _ sequences: Range<Int>, into out: Matrix) {
    for sequence in sequences {
      out.row(sequence).update(from: x.row(batch.offsets[sequence]), count: x.columns)
    }
  }

  /// Attention of some sequences over all heads.
  ///
  /// - Parameters:
  ///   - q: Queries: rows of all tokens, or one a sequence, `[rows, width]`.
  ///   - k: Keys `[tokens, width]`.
  ///   - v: Values `[tokens, width]`, with the stride of `k`.
  ///   - sequences: Which sequences.
  ///   - context: `[rows, width]`.
  ///   - scratch: This worker's memory.
  func attend(
    q: Matrix, k: Matrix, v: Matrix, sequences: Range<Int>, into context: Matrix,
    scratch: AttentionScratch
  ) {
    for sequence in sequences {
      let tokens = tokens(sequence..<(sequence + 1))
      let rows = q.rows == k.rows ? tokens : sequence..<(sequence + 1)
      let (queries, keys, values) = (q.rows(rows), k.rows(tokens), v.rows(tokens))
      let out = context.rows(rows)
      for h in 0..<heads {
        let columns = (h * headWidth)..<((h + 1) * headWidth)
        encoder.head.forward(
          q: queries.columns(columns), k: keys.columns(columns), v: values.columns(columns),
          dropout: .none, logSum: scratch.logSum.base, into: out.columns(columns),
          workspace: scratch.workspace.base)
      }
    }
  }
}

/// Memory for attention inside one sequence.
struct AttentionScratch: Sendable {
  let logSum: FloatBuffer
  let workspace: FloatBuffer

  init(_ shape: AblationShape) {
    logSum = FloatBuffer(count: shape.longest)
    workspace = FloatBuffer(
      count: shape.encoder.head.workspace(queries: shape.longest, keys: shape.longest))
  }
}
