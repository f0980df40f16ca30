import Screen
import Terminal
import Testing

@Suite struct ColorTests {
  /// Paints styles on an empty table and returns what was defined.
  private func paint(
    _ styles: [Style], depth: TerminalColorDepth, isPicture: Bool = false, limit: Int = 1024,
    isDirect: Bool = false
  ) -> (paints: [ColorPairs.Paint], defined: [ColorPairs.Numbers]) {
    var pairs = ColorPairs(depth: depth, isDirect: isDirect, limit: limit)
    var defined: [ColorPairs.Numbers] = []
    let paints = styles.map { style in
      pairs.paint(for: style, isPicture: isPicture) { pair, numbers in
        defined.append(numbers)
        #expect(pair == defined.count)
      }
    }
    return (paints, defined)
  }

  private func style(_ foreground: UInt8, _ background: UInt8) -> Style {
    Style(foreground: .indexed(foreground), background: .indexed(background))
  }

  @Test func `a pair is defined once and the standard colours are pair 0`() {
    let (paints, defined) = paint([.plain, style(1, 2), style(1, 2), style(2, 1)], depth: .full)
    #expect(paints.map(\.pair) == [0, 1, 1, 2])
    #expect(defined.map(\.foreground) == [1, 2])
    #expect(defined.map(\.background) == [2, 1])
  }

  @Test func `a full table lends the nearest pair and defines no more`() {
    let (paints, defined) = paint(
      [style(196, 16), style(21, 16), style(197, 16), style(20, 16)], depth: .full, limit: 3)
    #expect(defined.count == 2)
    #expect(paints.map(\.pair) == [1, 2, 1, 2])
  }

  @Test func `at most 1 024 pairs are used`() {
    let styles = (0..<2000).map { style(UInt8($0 % 250), UInt8($0 / 250)) }
    #expect(paint(styles, depth: .full, limit: 65_536).defined.count == 1023)
  }

  @Test(arguments: [
    (16, 0, false), (196, 1, true), (88, 1, false), (46, 2, true), (22, 2, false),
    (226, 3, true), (208, 3, true), (24, 6, false), (36, 6, false), (21, 4, true),
    (54, 5, false), (231, 7, true), (232, 0, false), (238, 0, true), (247, 7, false),
    (255, 7, true), (9, 1, true), (3, 3, false),
  ])
  func `the hue of a numbered colour survives`(index: Int, hue: Int, isBright: Bool) {
    let basic = ColorMap.basic(UInt8(index))
    #expect(basic.hue == hue && basic.isBright == isBright, "\(index): \(basic)")
  }

  @Test func `the named colours of the ramp never run backwards in grey`() {
    let greys = (232...255).map { ColorMap.basic(UInt8($0)) }
    let order = [
      ColorMap.basic(16), ColorMap.basic(8), ColorMap.basic(7), ColorMap.basic(15),
    ]
    let steps = greys.map { grey in order.firstIndex(of: grey) ?? -1 }
    #expect(steps == steps.sorted())
    #expect(Set(steps) == [0, 1, 2, 3])
  }

  @Test(arguments: [TerminalColorDepth.eight, .sixteen])
  func `letters never vanish on their ground, pixels may`(depth: TerminalColorDepth) {
    for foreground in UInt8(0)...255 {
      for background in stride(from: UInt8(0), through: 250, by: 7) where foreground != background {
        let one = style(foreground, background)
        let numbers = paint([one], depth: depth).defined[0]
        #expect(numbers.foreground != numbers.background, "\(foreground) on \(background)")
        #expect(max(numbers.foreground, numbers.background) < depth.rawValue)
      }
    }
    let pixels = paint([style(52, 88)], depth: .eight, isPicture: true).defined[0]
    #expect(pixels.foreground == 1 && pixels.background == 1)
  }

  @Test func `with eight colours bright letters are bold and dark grey is white`() {
    let (paints, defined) = paint([style(9, 0), style(240, 0), style(1, 0)], depth: .eight)
    #expect(paints.map(\.attributes) == [.bold, [], []])
    #expect(defined.map(\.foreground) == [1, 7])
    #expect(paints[0].pair == paints[2].pair)
  }

  @Test func `direct colour shows the light of the number`() {
    let (_, defined) = paint([style(196, 7), style(232, 16)], depth: .full, isDirect: true)
    #expect(defined[0].foreground == 0xFF0000 && defined[0].background == 7)
    #expect(defined[1].foreground == 0x080808 && defined[1].background == 0)
  }
}
