import Foundation

/// Canonical decomposition and composition (Unicode forms D and C) in linear time.
///
/// Foundation's own mappings are quadratic in the length of the text (92 s for 4 MB of accented
/// Latin) and get some pairs wrong, so they are asked only about single scalars.
struct CanonicalForm {
  private var decompositions: [Unicode.Scalar: [Unicode.Scalar]] = [:]
  private var scalars: [Unicode.Scalar] = []
  private var pending: [(combiningClass: UInt8, scalar: Unicode.Scalar)] = []

  private struct Pair: Hashable {
    var first: Unicode.Scalar
    var second: Unicode.Scalar
  }

  /// Replaces the text by its form D.
  mutating func decompose(_ text: inout [UInt8]) {
    decomposeIntoScalars(text)
    text.removeAll(keepingCapacity: true)
    for scalar in scalars { text.append(scalar) }
  }

  /// Replaces the text by its form C.
  mutating func compose(_ text: inout [UInt8]) {
    decomposeIntoScalars(text)
    text.removeAll(keepingCapacity: true)
    var composed: [Unicode.Scalar] = []
    composed.reserveCapacity(scalars.count)
    // The last starter, and the highest combining class between it and the scalar looked at.
    var starter: Int?
    var lastClass: UInt8 = 0
    for scalar in scalars {
      let combiningClass = Self.combiningClass(scalar)
      if let position = starter, position == composed.count - 1 || lastClass < combiningClass,
        let whole = Self.composition(composed[position], scalar)
      {
        composed[position] = whole
        continue
      }
      if combiningClass == 0 { starter = composed.count }
      lastClass = combiningClass
      composed.append(scalar)
    }
    for scalar in composed { text.append(scalar) }
  }

  /// Leaves the text's decomposition in `scalars`, marks in canonical order.
  private mutating func decomposeIntoScalars(_ text: [UInt8]) {
    scalars.removeAll(keepingCapacity: true)
    text.withUnsafeBufferPointer { bytes in
      var position = 0
      while position < bytes.count {
        let (scalar, length) = bytes.scalar(at: position)
        position += length
        if scalar.isASCII {
          flush()
          scalars.append(scalar)
          continue
        }
        for part in decomposition(of: scalar) {
          let combiningClass = Self.combiningClass(part)
          if combiningClass == 0 {
            flush()
            scalars.append(part)
          } else {
            pending.append((combiningClass, part))
          }
        }
      }
    }
    flush()
  }

  /// Appends the marks read since the last starter, sorted by class, equal ones in the text's order.
  private mutating func flush() {
    guard !pending.isEmpty else { return }
    if pending.count > 1 {
      // The standard library's sort is stable but does not promise it: the index decides ties.
      let order = pending.indices.sorted {
        (pending[$0].combiningClass, $0) < (pending[$1].combiningClass, $1)
      }
      for index in order { scalars.append(pending[index].scalar) }
    } else {
      scalars.append(pending[0].scalar)
    }
    pending.removeAll(keepingCapacity: true)
  }

  private mutating func decomposition(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    if let known = decompositions[scalar] { return known }
    let parts = Array(String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars)
    decompositions[scalar] = parts
    return parts
  }

  private static func composition(
    _ first: Unicode.Scalar, _ second: Unicode.Scalar
  ) -> Unicode.Scalar? {
    if second.value < 0x300 { return nil }
    if 0x1161...0x11C2 ~= second.value { return hangulSyllable(first, second) }
    return compositions[Pair(first: first, second: second)]
  }

  /// Every pair that makes one scalar, worked out from what the scalars decompose into.
  private static let compositions: [Pair: Unicode.Scalar] = {
    var result: [Pair: Unicode.Scalar] = [:]
    for scalar in composites.joined().compactMap(Unicode.Scalar.init) {
      let parts = Array(String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars)
      guard parts.count > 1, isKeptByComposition(scalar) else { continue }
      // The parts but the last make one scalar too: the composite of the step before.
      let whole = String(String.UnicodeScalarView(parts.dropLast()))
      let first = whole.precomposedStringWithCanonicalMapping.unicodeScalars
      guard first.count == 1 else { continue }
      result[Pair(first: first.first!, second: parts.last!)] = scalar
    }
    return result
  }()

  /// Where the composed scalars lie, Hangul apart.
  private static let composites: [ClosedRange<UInt32>] = [
    0xC0...0x30FF, 0x10500...0x105FF, 0x11000...0x11FFF, 0x16D00...0x16DFF,
  ]

  private static func isKeptByComposition(_ scalar: Unicode.Scalar) -> Bool {
    String(scalar).precomposedStringWithCanonicalMapping.unicodeScalars.elementsEqual([scalar])
  }

  /// Hangul is composed by rule.
  ///
  /// Source: the Unicode Standard, section 3.12, Hangul Syllable Composition.
  private static func hangulSyllable(
    _ first: Unicode.Scalar, _ second: Unicode.Scalar
  ) -> Unicode.Scalar? {
    let (base, last) = (first.value, second.value)
    if 0x1100..<0x1113 ~= base, 0x1161..<0x1176 ~= last {
      return Unicode.Scalar(0xAC00 + ((base - 0x1100) * 21 + last - 0x1161) * 28)
    }
    if 0xAC00..<0xD7A4 ~= base, (base - 0xAC00) % 28 == 0, 0x11A8..<0x11C3 ~= last {
      return Unicode.Scalar(base + last - 0x11A7)
    }
    return nil
  }

  private static func combiningClass(_ scalar: Unicode.Scalar) -> UInt8 {
    scalar.value < 0x300 ? 0 : scalar.properties.canonicalCombiningClass.rawValue
  }
}
