import Dashboard
import Testing

/// The file of a person's habits.
struct ConfigurationTests {
  @Test func `the example says everything, and nothing is said by nothing`() throws {
    let file = try ConfigurationFile(ConfigurationFile.example)
    #expect(file.palette == .dusk && file.mouse == true && file.ascii == false)
    #expect(file.color == true && file.frameRate == 15)
    #expect(try ConfigurationFile("\n  # nothing\r\n[screen]\n") == ConfigurationFile())
    #expect(try ConfigurationFile("[screen]\nmouse=false#off").mouse == false)
  }

  @Test(
    arguments: [
      ("mouse = true", 1, "before [screen]"), ("[screen]\nmouse = yes", 2, "true or false"),
      ("[screen]\n\npalette = dusk", 3, "palette is one of"), ("[keys]", 1, "no table"),
      ("[screen]\nframe_rate = 0", 2, "1 to 60"), ("[screen]\nfoo = 1", 2, "no key foo"),
      ("[screen]\nmouse", 2, "KEY = VALUE"), ("[screen]\nmouse = true\nmouse = true", 3, "twice"),
      ("[screen]\n[screen]", 2, "twice"), ("[screen]\nmouse =", 2, "true or false"),
    ])
  func `what is wrong is named with its line`(text: String, line: Int, words: String) {
    let problem = #expect(throws: ConfigurationFile.Problem.self) { try ConfigurationFile(text) }
    #expect(problem?.line == line)
    #expect(problem?.text.contains(words) == true)
  }
}
