import Terminal
import Testing

@Suite struct GlyphFallbackTests {
  private func ascii(_ glyphs: String) -> String {
    String(decoding: glyphs.unicodeScalars.map { GlyphFallback.ascii($0) }, as: UTF8.self)
  }

  @Test func `every scalar becomes one printable ASCII glyph`() {
    for value in UInt32(0)...0x1_FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      #expect((0x20...0x7E).contains(GlyphFallback.ascii(scalar)))
    }
  }

  @Test func `pictures keep their shape`() {
    #expect(ascii("┌─┬─┐│║╭╯═╱") == "+-+-+||++=/")
    #expect(ascii("▁▂▃▄▅▆▇█") == "_.:-=+*#")
    #expect(ascii(" ░▒▓█") == " .:%#")
    #expect(ascii("⠀⠁⡀⠉⣀⣿") == " '.\"_#")
    #expect(ascii("●○▲▼←→…–×é") == "*o^v<>.-xe")
  }

  @Test func `what resembles nothing is a question mark`() {
    #expect(ascii("漢🙂\u{7}\u{9B}") == "????")
  }
}
