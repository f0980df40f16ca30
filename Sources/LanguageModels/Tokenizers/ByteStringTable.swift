/// Byte strings to numbers, by open addressing over one arena of bytes.
///
/// A dictionary of Swift strings would compare by canonical equivalence, hash at a tenth of the speed
/// and need a string made for every look-up.
struct ByteStringTable: Sendable {
  private struct Slot: Sendable {
    var hash: UInt32
    /// Index of the entry, -1 in an empty slot.
    var entry: Int32
  }

  private var slots: [Slot]
  private var ends: [Int] = []
  private var values: [Int32] = []
  private var arena: [UInt8] = []

  /// Creates an empty table with room for some entries before it grows.
  init(capacity: Int = 16) {
    var size = 32
    while size < capacity * 2 { size *= 2 }
    slots = Array(repeating: Slot(hash: 0, entry: -1), count: size)
  }

  /// Number of entries.
  var count: Int { values.count }
  /// Bytes held by the keys.
  var keyBytes: Int { arena.count }

  /// Value of a key, nil where it is unknown.
  @inline(__always)
  func value(of key: Bytes) -> Int32? {
    let hash = Self.hash(key)
    var index = Int(hash) & (slots.count - 1)
    while true {
      let slot = slots[index]
      if slot.entry < 0 { return nil }
      if slot.hash == hash, isKey(key, ofEntry: Int(slot.entry)) { return values[Int(slot.entry)] }
      index = (index + 1) & (slots.count - 1)
    }
  }

  /// Value of a key, nil where it is unknown.
  func value(of key: String) -> Int32? {
    var key = key
    return key.withUTF8 { value(of: $0) }
  }

  /// Sets the value of a key.
  mutating func set(_ value: Int32, for key: Bytes) {
    if (values.count + 1) * 2 > slots.count { grow() }
    let hash = Self.hash(key)
    var index = Int(hash) & (slots.count - 1)
    while slots[index].entry >= 0 {
      let entry = Int(slots[index].entry)
      if slots[index].hash == hash, isKey(key, ofEntry: entry) {
        values[entry] = value
        return
      }
      index = (index + 1) & (slots.count - 1)
    }
    slots[index] = Slot(hash: hash, entry: Int32(values.count))
    values.append(value)
    arena.append(contentsOf: key)
    ends.append(arena.count)
  }

  /// Sets the value of a key.
  mutating func set(_ value: Int32, for key: String) {
    var key = key
    key.withUTF8 { set(value, for: $0) }
  }

  /// Forgets everything, keeps the memory.
  mutating func removeAll() {
    for index in slots.indices { slots[index].entry = -1 }
    ends.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    arena.removeAll(keepingCapacity: true)
  }

  @inline(__always)
  private func isKey(_ key: Bytes, ofEntry entry: Int) -> Bool {
    let start = entry == 0 ? 0 : ends[entry - 1]
    guard ends[entry] - start == key.count else { return false }
    for index in 0..<key.count where arena[start + index] != key[index] { return false }
    return true
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: Slot(hash: 0, entry: -1), count: old.count * 2)
    for slot in old where slot.entry >= 0 {
      var index = Int(slot.hash) & (slots.count - 1)
      while slots[index].entry >= 0 { index = (index + 1) & (slots.count - 1) }
      slots[index] = slot
    }
  }

  /// Multiply-and-fold over words of eight bytes.
  @inline(__always)
  private static func hash(_ key: Bytes) -> UInt32 {
    var state = UInt64(key.count) &* 0x9E37_79B9_7F4A_7C15
    var index = 0
    let raw = UnsafeRawBufferPointer(key)
    while index + 8 <= key.count {
      state = fold(state ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      index += 8
    }
    var tail: UInt64 = 0
    while index < key.count {
      tail = tail << 8 | UInt64(raw[index])
      index += 1
    }
    state = fold(state ^ tail)
    return UInt32(truncatingIfNeeded: state ^ state >> 32)
  }

  @inline(__always)
  private static func fold(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    return product.high ^ product.low
  }
}
