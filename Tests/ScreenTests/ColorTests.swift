import Foundation
import Screen
import Testing

struct ColorTests {
  /// CIE lightness of one of the 256 colours.
  private func lightness(_ index: UInt8) -> Double {
    let (red, green, blue) = Palette.rgb(index)
    func linear(_ value: Int) -> Double {
      let share = Double(value) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    let luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    return luminance > 0.008856 ? 116 * pow(luminance, 1.0 / 3) - 16 : 903.3 * luminance
  }

  private func index(_ color: Color) -> UInt8? {
    if case .indexed(let index) = color { index } else { nil }
  }

  @Test(arguments: ColorRamp.Name.allCases, [ColorDepth.full, .sixteen])
  func `ramps get lighter from level to level`(name: ColorRamp.Name, depth: ColorDepth) {
    let levels = ColorRamp(name, depth: depth).levels.compactMap { index($0.background) }
    #expect(levels.count == ColorRamp(name, depth: depth).levels.count)
    for (low, high) in zip(levels, levels.dropFirst()) {
      #expect(lightness(low) < lightness(high), "\(low) before \(high)")
    }
  }

  @Test(arguments: ColorRamp.Name.allCases)
  func `text can be read on every level`(name: ColorRamp.Name) throws {
    for level in ColorRamp(name, depth: .full).levels {
      let text = lightness(try #require(index(level.foreground)))
      let ground = lightness(try #require(index(level.background)))
      #expect(abs(text - ground) > 45)
    }
  }

  @Test func `sixteen colours use only the eight that every colour terminal has`() {
    for level in ColorRamp(.viridis, depth: .sixteen).levels {
      #expect((index(level.foreground) ?? 99) < 8)
      #expect((index(level.background) ?? 99) < 8)
    }
  }

  @Test(arguments: ColorDepth.allCases)
  func `values take the ends and what is no number stays blank`(depth: ColorDepth) {
    let ramp = ColorRamp(.viridis, depth: depth)
    #expect(ramp.style(0) == ramp.levels[0])
    #expect(ramp.style(-5) == ramp.levels[0])
    #expect(ramp.style(1) == ramp.levels[ramp.levels.count - 1])
    #expect(ramp.style(1e300) == ramp.levels[ramp.levels.count - 1])
    for value in [Double.nan, .infinity, -.infinity] { #expect(ramp.style(value) == ramp.blank) }
    #expect(Set(ramp.levels).count == ramp.levels.count)
    #expect(ramp.isColored == (depth != .none))
  }

  @Test func `a terminal without colours gets none`() {
    let theme = Theme(depth: .none)
    let styles =
      [
        theme.text, theme.label, theme.value, theme.border, theme.focus, theme.title, theme.accent,
        theme.good, theme.warning, theme.bad, theme.person, theme.selection, theme.bar, theme.track,
      ] + theme.ramp.levels
    for style in styles {
      #expect(style.foreground == .standard)
      #expect(style.background == .standard)
    }
  }

  @Test func `the cube and the greys are xterm's`() {
    #expect(Palette.hex(16) == "#000000")
    #expect(Palette.hex(231) == "#ffffff")
    #expect(Palette.hex(54) == "#5f0087")
    #expect(Palette.hex(232) == "#080808")
    #expect(Palette.hex(255) == "#eeeeee")
  }

  @Test func `ASCII glyphs are ASCII and have one column each`() {
    let glyphs = Glyphs.ascii
    let all =
      [
        glyphs.horizontal, glyphs.vertical, glyphs.topLeft, glyphs.topRight, glyphs.bottomLeft,
        glyphs.bottomRight, glyphs.heavy, glyphs.divider, glyphs.tick, glyphs.track, glyphs.zero,
        glyphs.ellipsis, glyphs.minus, glyphs.arrow, glyphs.down, glyphs.up, glyphs.position,
        glyphs.upcoming, glyphs.evaluation, glyphs.flag, glyphs.waiting, glyphs.running,
        glyphs.paused, glyphs.finished, glyphs.stopped, glyphs.failed, glyphs.warning,
        glyphs.moreAbove, glyphs.moreBelow, glyphs.pointer,
      ] + glyphs.bar + glyphs.dots
    #expect(all.allSatisfy { $0.isASCII })
    #expect(glyphs.upperHalf == nil && !glyphs.hasBraille)
  }
}
