/// Tokens and their numbers, added tokens included.
struct Vocabulary: Sendable {
  private let table: ByteStringTable
  private var spellings: [String?]

  /// Creates a vocabulary; of two tokens with one number the last gives the spelling.
  init(_ tokens: [(String, Int32)]) {
    var table = ByteStringTable(capacity: tokens.count)
    let size = tokens.reduce(0) { max($0, Int($1.1) + 1) }
    spellings = Array(repeating: nil, count: size)
    for (token, id) in tokens {
      table.set(id, for: token)
      spellings[Int(id)] = token
    }
    self.table = table
  }

  /// One more than the highest number.
  var size: Int { spellings.count }

  /// Number of a token, nil where it is unknown.
  func id(of token: String) -> Int32? { table.value(of: token) }

  /// Spelling of a number, empty where no token has it.
  func spelling(of id: Int32) -> String {
    spellings.indices.contains(Int(id)) ? spellings[Int(id)] ?? "" : ""
  }
}
