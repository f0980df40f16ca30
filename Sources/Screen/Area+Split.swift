/// How long a part of a split area is.
public enum Extent: Sendable, Hashable {
  /// Exactly this many cells, as long as there are any left.
  case cells(Int)
  /// A share of what the fixed parts leave over, by weight.
  case share(Int)
}

extension Area {
  /// Whether there is no cell inside.
  public var isEmpty: Bool { width == 0 || height == 0 }

  /// The part of the area that lies inside another one.
  public func intersection(_ other: Area) -> Area {
    let left = max(x, other.x)
    let top = max(y, other.y)
    return Area(
      x: left, y: top, width: min(x + width, other.x + other.width) - left,
      height: min(y + height, other.y + other.height) - top)
  }

  /// Whether two areas have a cell in common.
  public func overlaps(_ other: Area) -> Bool { !intersection(other).isEmpty }

  /// The area without a margin on each side; empty when the margins meet.
  public func inset(left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0) -> Area {
    let left = min(left, width)
    let top = min(top, height)
    return Area(
      x: x + left, y: y + top, width: width - left - right, height: height - top - bottom)
  }

  /// One row of the area, counted from its top; empty outside.
  public func row(_ index: Int) -> Area {
    Area(x: x, y: y + index, width: width, height: index >= 0 && index < height ? 1 : 0)
  }

  /// An area of this size, or as much of it as fits, in the middle.
  public func centered(width: Int, height: Int) -> Area {
    let width = min(max(0, width), self.width)
    let height = min(max(0, height), self.height)
    return Area(
      x: x + (self.width - width) / 2, y: y + (self.height - height) / 2, width: width,
      height: height)
  }

  /// Parts of the area from top to bottom, as wide as the area.
  public func rows(_ extents: Extent...) -> [Area] {
    var top = y
    return Area.lengths(extents, total: height).map { length in
      defer { top += length }
      return Area(x: x, y: top, width: width, height: length)
    }
  }

  /// Parts of the area from left to right, as high as the area.
  public func columns(_ extents: Extent...) -> [Area] {
    var left = x
    return Area.lengths(extents, total: width).map { length in
      defer { left += length }
      return Area(x: left, y: y, width: length, height: height)
    }
  }

  /// Lengths that never exceed the total: fixed parts first, in order, then the shares.
  private static func lengths(_ extents: [Extent], total: Int) -> [Int] {
    var left = total
    var lengths = extents.map { extent in
      guard case .cells(let count) = extent else { return 0 }
      let taken = min(max(0, count), left)
      left -= taken
      return taken
    }
    var weight = extents.reduce(0) { sum, extent in
      if case .share(let share) = extent { sum + max(0, share) } else { sum }
    }
    for (index, extent) in extents.enumerated() {
      guard case .share(let share) = extent, weight > 0 else { continue }
      lengths[index] = left * max(0, share) / weight
      left -= lengths[index]
      weight -= max(0, share)
    }
    return lengths
  }
}
