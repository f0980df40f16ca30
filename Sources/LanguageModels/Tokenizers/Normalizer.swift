/// One step of the text's normalisation, before it is split into words.
enum Normalizer: Sendable, Hashable {
  /// BERT's: cleaning, spaces around ideographs, accents, case, in this order.
  case bert(cleanText: Bool, splitIdeographs: Bool, stripAccents: Bool, lowercase: Bool)
  /// Lower case, scalar by scalar.
  case lowercase
  /// A canonical Unicode normalisation form.
  case form(UnicodeForm)

  /// Canonical normalisation forms.
  enum UnicodeForm: String, Sendable, Hashable {
    case nfc = "NFC"
    case nfd = "NFD"
  }

  /// Writes the normalised text over `output`.
  func normalize(
    _ text: Bytes, into output: inout [UInt8], forms: inout CanonicalForm
  ) {
    output.removeAll(keepingCapacity: true)
    output.reserveCapacity(text.count + text.count / 8)
    switch self {
    case .bert(let cleanText, let splitIdeographs, let stripAccents, let lowercase):
      let needsDecomposition = Self.clean(
        text, cleanText: cleanText, splitIdeographs: splitIdeographs, lowercase: lowercase,
        into: &output)
      // ASCII is lower-cased while it is cleaned; the rest is rare enough for passes of its own.
      guard needsDecomposition else { return }
      if stripAccents { Self.stripAccents(&output, &forms) }
      if lowercase { Self.lowercase(&output) }
    case .lowercase:
      output.append(contentsOf: text)
      Self.lowercase(&output)
    case .form(let form):
      output.append(contentsOf: text)
      guard text.contains(where: { $0 >= 0x80 }) else { return }
      switch form {
      case .nfc: forms.compose(&output)
      case .nfd: forms.decompose(&output)
      }
    }
  }

  /// Cleans, sets ideographs apart and lower-cases ASCII; tells whether anything beyond ASCII remains.
  private static func clean(
    _ text: Bytes, cleanText: Bool, splitIdeographs: Bool, lowercase: Bool,
    into output: inout [UInt8]
  ) -> Bool {
    let classes = ScalarClasses.all
    var isBeyondASCII = false
    var position = 0
    while position < text.count {
      let (scalar, length) = text.scalar(at: position)
      let kind = classes[scalar]
      if cleanText, kind.contains(.control) {
        // Dropped.
      } else if cleanText, kind.contains(.space) {
        output.append(0x20)
      } else if length == 1 {
        let byte = UInt8(truncatingIfNeeded: scalar.value)
        output.append(lowercase && 65...90 ~= byte ? byte | 0x20 : byte)
      } else {
        isBeyondASCII = true
        let isApart = splitIdeographs && kind.contains(.ideograph)
        if isApart { output.append(0x20) }
        output.append(contentsOf: text[position..<position + length])
        if isApart { output.append(0x20) }
      }
      position += length
    }
    return isBeyondASCII
  }

  private static func stripAccents(_ text: inout [UInt8], _ forms: inout CanonicalForm) {
    forms.decompose(&text)
    let decomposed = text
    text.removeAll(keepingCapacity: true)
    let classes = ScalarClasses.all
    decomposed.withUnsafeBufferPointer { bytes in
      var position = 0
      while position < bytes.count {
        let (scalar, length) = bytes.scalar(at: position)
        if !classes[scalar].contains(.mark) {
          text.append(contentsOf: bytes[position..<position + length])
        }
        position += length
      }
    }
  }

  private static func lowercase(_ text: inout [UInt8]) {
    let original = text
    text.removeAll(keepingCapacity: true)
    original.withUnsafeBufferPointer { bytes in
      var position = 0
      while position < bytes.count {
        let (scalar, length) = bytes.scalar(at: position)
        if length == 1 {
          let byte = bytes[position]
          text.append(65...90 ~= byte ? byte | 0x20 : byte)
        } else if scalar.properties.changesWhenLowercased {
          text.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
        } else {
          text.append(contentsOf: bytes[position..<position + length])
        }
        position += length
      }
    }
  }
}
