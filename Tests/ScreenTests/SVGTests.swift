import Screen
import Testing

struct SVGTests {
  @Test func `text, grounds and attributes become shapes`() {
    var frame = Frame(width: 6, height: 1)
    frame.write("a<b&", x: 0, y: 0, style: Style(foreground: .indexed(231), attributes: .bold))
    frame[5, 0] = Cell(" ", style: Style(background: .indexed(54)))
    let svg = frame.svg(title: "ranks & \"more\"")
    #expect(svg.hasPrefix("<svg xmlns="))
    #expect(svg.hasSuffix("</svg>\n"))
    #expect(svg.contains("<title>ranks &amp; &quot;more&quot;</title>"))
    #expect(svg.contains(">a&lt;b&amp;</text>"))
    #expect(svg.contains("fill=\"#ffffff\" font-weight=\"bold\""))
    #expect(svg.contains("width=\"9\" height=\"19\" fill=\"#5f0087\""))
  }

  @Test func `blocks and braille do not need a font`() {
    var frame = Frame(width: 3, height: 1)
    frame.write("▀⠃█", x: 0, y: 0)
    let svg = frame.svg(title: "shapes")
    #expect(!svg.contains("<text"))
    #expect(svg.components(of: "<circle") == 2)
    #expect(svg.components(of: "<rect") == 3)
  }

  @Test func `equal blocks side by side are one shape`() {
    var frame = Frame(width: 6, height: 1)
    frame.write("▀▀▀▍▍█", x: 0, y: 0)
    let svg = frame.svg(title: "shapes")
    #expect(svg.components(of: "<rect") == 5)
    #expect(svg.contains("width=\"27\" height=\"9.50\""))
  }

  @Test func `reverse swaps ink and ground`() {
    var frame = Frame(width: 1, height: 1)
    frame[0, 0] = Cell("x", style: Style(foreground: .indexed(54), attributes: .reverse))
    let svg = frame.svg(title: "reverse")
    #expect(svg.contains("height=\"19\" fill=\"#5f0087\""))
  }

  @Test func `an empty frame is still a picture`() {
    #expect(Frame(width: 0, height: 0).svg(title: "").contains("viewBox=\"0 0 24 24\""))
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(of text: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.firstRange(of: text) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
