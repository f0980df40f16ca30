/// Labelled token sequences, laid end to end.
public struct EncodedDataset: Sendable, Hashable {
  /// Labels, one an example.
  public typealias Labels = Dataset.Labels

  /// Token ids of all examples.
  public let ids: [Int32]
  /// Token types of all examples.
  public let typeIDs: [Int32]
  /// First token of each example, and the token count as the last element.
  public let offsets: [Int]
  /// The labels.
  public let labels: Labels

  /// Number of examples.
  public var count: Int { offsets.count - 1 }

  /// Takes encoded examples as they are.
  public init(ids: [Int32], typeIDs: [Int32], offsets: [Int], labels: Labels) {
    precondition(
      ids.count == typeIDs.count && offsets.last == ids.count,
      "\(ids.count) ids, \(typeIDs.count) types, offsets end at \(offsets.last ?? -1)")
    self.ids = ids
    self.typeIDs = typeIDs
    self.offsets = offsets
    self.labels = labels
  }

  /// Encodes a data set.
  ///
  /// - Parameters:
  ///   - dataset: Texts and labels.
  ///   - encode: Token ids and types of a text, or of a pair of texts.
  public init(
    _ dataset: Dataset,
    encode: (_ text: String, _ pair: String?) throws -> (ids: [Int32], typeIDs: [Int32])
  ) rethrows {
    var ids: [Int32] = []
    var types: [Int32] = []
    var offsets = [0]
    for index in 0..<dataset.count {
      let encoded = try encode(dataset.texts[index], dataset.pairs?[index])
      ids += encoded.ids
      types += encoded.typeIDs
      offsets.append(ids.count)
    }
    self.init(ids: ids, typeIDs: types, offsets: offsets, labels: dataset.labels)
  }

  /// Some of the examples, in this order.
  public func subset(_ examples: [Int]) -> EncodedDataset {
    let batch = batch(examples)
    let kept: Labels =
      switch labels {
      case .classes(let all): .classes(examples.map { all[$0] })
      case .values(let all): .values(examples.map { all[$0] })
      }
    return EncodedDataset(
      ids: batch.ids, typeIDs: batch.typeIDs, offsets: batch.offsets, labels: kept)
  }
}
