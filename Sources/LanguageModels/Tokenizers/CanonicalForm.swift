import Foundation

/// Canonical decomposition and composition (Unicode forms D and C) in linear time.
///
/// Foundation's own mappings are quadratic in the length of the text (92 s for 4 MB of accented
/// Latin), so they are asked only for single scalars and pairs, and the answers are kept.
struct CanonicalForm {
  private var decompositions: [Unicode.Scalar: [Unicode.Scalar]] = [:]
  private var compositions: [Pair: Unicode.Scalar?] = [:]
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
        let whole = composition(composed[position], scalar)
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

  private mutating func composition(
    _ first: Unicode.Scalar, _ second: Unicode.Scalar
  ) -> Unicode.Scalar? {
    if second.isASCII { return nil }
    let pair = Pair(first: first, second: second)
    if let known = compositions[pair] { return known }
    var text = String.UnicodeScalarView()
    text.append(first)
    text.append(second)
    let result = String(text).precomposedStringWithCanonicalMapping.unicodeScalars
    let whole = result.count == 1 ? result.first : nil
    compositions[pair] = .some(whole)
    return whole
  }

  private static func combiningClass(_ scalar: Unicode.Scalar) -> UInt8 {
    scalar.value < 0x300 ? 0 : scalar.properties.canonicalCombiningClass.rawValue
  }
}
