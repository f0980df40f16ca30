/// 64-bit keys to a rank and a number, by open addressing.
///
/// Serves merges (a pair of token numbers to the pair's rank and the merged token) and tries (a node
/// and a byte to a node).
struct PairTable: Sendable {
  /// What a key stands for.
  struct Entry: Sendable, Hashable {
    var rank: Int32
    var id: Int32
  }

  private struct Slot: Sendable {
    var key: UInt64
    var entry: Entry
  }

  /// No pair of token numbers, nor node and byte, has all bits set.
  private static let empty = Slot(key: .max, entry: Entry(rank: 0, id: 0))
  private var slots = Array(repeating: empty, count: 32)
  private(set) var count = 0

  /// Key of a pair of token numbers.
  @inline(__always)
  static func key(_ first: Int32, _ second: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))
  }

  /// Entry of a key, nil where it is unknown.
  @inline(__always)
  func value(of key: UInt64) -> Entry? {
    var index = position(of: key)
    while true {
      let slot = slots[index]
      if slot.key == key { return slot.entry }
      if slot.key == .max { return nil }
      index = (index + 1) & (slots.count - 1)
    }
  }

  /// Sets the entry of a key.
  mutating func set(_ entry: Entry, for key: UInt64) {
    if (count + 1) * 2 > slots.count { resize(to: slots.count * 2) }
    var index = position(of: key)
    while slots[index].key != .max, slots[index].key != key {
      index = (index + 1) & (slots.count - 1)
    }
    if slots[index].key == .max { count += 1 }
    slots[index] = Slot(key: key, entry: entry)
  }

  /// Makes room for entries to come.
  mutating func reserve(_ capacity: Int) {
    var size = slots.count
    while size < capacity * 2 { size *= 2 }
    if size > slots.count { resize(to: size) }
  }

  private mutating func resize(to size: Int) {
    let old = slots
    slots = Array(repeating: Self.empty, count: size)
    for slot in old where slot.key != .max {
      var index = position(of: slot.key)
      while slots[index].key != .max { index = (index + 1) & (slots.count - 1) }
      slots[index] = slot
    }
  }

  @inline(__always)
  private func position(of key: UInt64) -> Int {
    let product = key.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return Int(truncatingIfNeeded: product.high ^ product.low) & (slots.count - 1)
  }
}
