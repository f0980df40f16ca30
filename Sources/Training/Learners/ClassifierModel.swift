import LanguageModels
import Tensors

/// An encoder with adapters and a task head: what is trained, evaluated and saved.
public final class ClassifierModel: Sendable {
  /// The frozen encoder with its adapters.
  public let encoder: TransformerEncoder
  /// The task head.
  public let head: ClassifierHead

  /// Puts a model together.
  public init(encoder: TransformerEncoder, head: ClassifierHead) {
    precondition(
      encoder.adapters.head.count == head.parameterCount,
      "\(encoder.adapters.head.count) parameters laid out for a head of \(head.parameterCount)")
    self.encoder = encoder
    self.head = head
  }

  /// All trainable parameters.
  public var adapters: AdapterSet { encoder.adapters }

  /// Memory of one worker.
  public final class Seat: Sendable {
    let encoder = EncoderActivations()
    let head = ClassifierHead.Activations()

    /// Where backward passes add the gradients of the adapted weights; nil unless wanted.
    public var weightGradients: WeightGradients? {
      get { encoder.weightGradients }
      set { encoder.weightGradients = newValue }
    }

    /// Creates empty memory.
    public init() {}
  }

  /// Logits of some sequences, `[sequences, outputs]`, valid until the seat's next pass.
  public func logits(
    _ batch: PackedBatch, sequences: Range<Int>, pass: PassDropout, headPass: PassDropout,
    seat: Seat
  ) -> Matrix {
    let hidden = encoder.forward(
      batch, sequences: sequences, firstTokensOnly: true, dropout: pass,
      activations: seat.encoder)
    return head.forward(
      hidden, firstSequence: sequences.lowerBound, parameters: adapters.parameters,
      start: adapters.head.lowerBound, pass: headPass, memory: seat.head)
  }

  /// Adds raw gradients for the pass that ``logits(_:sequences:pass:headPass:seat:)`` just made.
  public func backward(
    _ dLogits: Matrix, sequences: Range<Int>, pass: PassDropout, headPass: PassDropout, seat: Seat,
    gradient: FloatBuffer
  ) {
    let dHidden = head.backward(
      dLogits, firstSequence: sequences.lowerBound, parameters: adapters.parameters,
      start: adapters.head.lowerBound, pass: headPass, memory: seat.head, gradient: gradient)
    encoder.backward(dHidden, dropout: pass, activations: seat.encoder, gradient: gradient)
  }
}
