/// What tokenizers ask of a Unicode scalar, as a set of bits.
///
/// The reference implementation takes its properties from several libraries, each with a Unicode
/// version of its own: `\p{L}` and `\p{N}` follow Unicode 16, punctuation, control and combining marks
/// follow Unicode 8, white space is the same in all. Scalars younger than that count as unassigned,
/// and the few whose category changed since keep the old one. Compared with
/// tokenizers 0.23 over all 1 112 064 scalars: no difference.
struct ScalarClass: OptionSet, Sendable {
  let rawValue: UInt8
  /// `\p{L}`.
  static let letter = ScalarClass(rawValue: 1)
  /// `\p{N}`.
  static let number = ScalarClass(rawValue: 2)
  /// `\s`, the White_Space property.
  static let space = ScalarClass(rawValue: 4)
  /// Punctuation as BERT has it: every ASCII symbol, and `\p{P}`.
  static let punctuation = ScalarClass(rawValue: 8)
  /// What BERT's cleaning removes: NUL, U+FFFD, `\p{Cc}`, `\p{Cf}`, `\p{Co}` but tab and line ends.
  static let control = ScalarClass(rawValue: 16)
  /// Ideographs that BERT splits one by one.
  static let ideograph = ScalarClass(rawValue: 32)
  /// Non-spacing marks (`\p{Mn}`): the accents left by a canonical decomposition.
  static let mark = ScalarClass(rawValue: 64)

  init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Works the class out from the standard library's Unicode tables.
  init(computing scalar: Unicode.Scalar) {
    let properties = scalar.properties
    let category = properties.generalCategory
    let age = properties.age?.major ?? .max
    var result: ScalarClass = []
    if age <= 16 {
      if Self.letters.contains(category) { result.insert(.letter) }
      if Self.numbers.contains(category) { result.insert(.number) }
    }
    if properties.isWhitespace { result.insert(.space) }
    if Self.isPunctuation(scalar, category, age: age) { result.insert(.punctuation) }
    if Self.isControl(scalar, category, age: age) { result.insert(.control) }
    if Self.ideographs.contains(where: { $0 ~= scalar.value }) { result.insert(.ideograph) }
    if Self.isMark(scalar, category, age: age) { result.insert(.mark) }
    self = result
  }

  private static let letters: Set<Unicode.GeneralCategory> = [
    .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
  ]
  private static let numbers: Set<Unicode.GeneralCategory> = [
    .decimalNumber, .letterNumber, .otherNumber,
  ]
  private static let punctuations: Set<Unicode.GeneralCategory> = [
    .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
    .initialPunctuation, .finalPunctuation, .otherPunctuation,
  ]
  private static let controls: Set<Unicode.GeneralCategory> = [.control, .format, .privateUse]
  private static let ideographs: [ClosedRange<UInt32>] = [
    0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF, 0x2A700...0x2B81F,
    0x2B920...0x2CEAF, 0x2F800...0x2FA1F,
  ]

  private static func isPunctuation(
    _ scalar: Unicode.Scalar, _ category: Unicode.GeneralCategory, age: Int
  ) -> Bool {
    switch scalar.value {
    case 33...47, 58...64, 91...96, 123...126, 0x166D, 0x111C9: true
    default: age <= 8 && punctuations.contains(category)
    }
  }

  private static func isControl(
    _ scalar: Unicode.Scalar, _ category: Unicode.GeneralCategory, age: Int
  ) -> Bool {
    switch scalar.value {
    case 9, 10, 13: false
    case 0xFFFD: true
    default: age <= 8 && controls.contains(category)
    }
  }

  private static func isMark(
    _ scalar: Unicode.Scalar, _ category: Unicode.GeneralCategory, age: Int
  ) -> Bool {
    switch scalar.value {
    case 0x1734, 0x1171E: true
    case 0x1885, 0x1886, 0xA9BD, 0x111C9: false
    default: age <= 8 && category == .nonspacingMark
    }
  }
}

/// The classes of all scalars, those of the basic plane in a table.
///
/// `@unchecked Sendable`: the table is written once, before anybody has it. A pointer instead of an array
/// because counting references to the array took half of the time of a scan.
struct ScalarClasses: @unchecked Sendable {
  private let basicPlane: UnsafePointer<ScalarClass>

  /// The table; made at the first use, never freed.
  static let all = ScalarClasses()

  private init() {
    let table = UnsafeMutablePointer<ScalarClass>.allocate(capacity: 0x10000)
    for value in 0..<UInt32(0x10000) {
      // The halves of surrogate pairs are no scalars.
      let kind = Unicode.Scalar(value).map { ScalarClass(computing: $0) } ?? []
      table.advanced(by: Int(value)).initialize(to: kind)
    }
    basicPlane = UnsafePointer(table)
  }

  /// Class of a scalar.
  @inline(__always)
  subscript(scalar: Unicode.Scalar) -> ScalarClass {
    let value = Int(scalar.value)
    return value < 0x10000 ? basicPlane[value] : ScalarClass(computing: scalar)
  }
}
