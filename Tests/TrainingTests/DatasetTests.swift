import Foundation
import Testing
import Training

@Suite struct DatasetTests {
  let files: DataFiles
  init() throws { files = try DataFiles() }

  // MARK: Formats

  @Test(arguments: [
    ("d.tsv", "label\ttext\nno\ta \"b\", c\nyes\tü 🙂\n"),
    ("d.tsv", "\u{FEFF}text\tid\tlabel\r\na \"b\", c\t1\tno\r\n\r\nü 🙂\t2\tyes"),
    ("d", "label\ttext\nno\ta \"b\", c\nyes\tü 🙂\n"),
    ("d.csv", "label,text\nno,\"a \"\"b\"\", c\"\nyes,ü 🙂\n"),
    ("d.txt", "\"text\",\"label\"\r\n\"a \"\"b\"\", c\",no\r\n\"ü 🙂\",\"yes\""),
    ("d.jsonl", #"{"label":"no","text":"a \"b\", c"}"# + "\n\n" + #"{"text":"ü 🙂","label":"yes"}"#),
    (
      "d",
      #"{"label":"no","text":"a \"b\", c","x":[1]}"# + "\r\n"
        + #"{"label":"yes","text":"\u00fc 🙂"}"#
    ),
  ])
  func `TSV, CSV and JSON lines say the same`(name: String, text: String) throws {
    let dataset = try Dataset(contentsOf: files.file(name, text))
    #expect(dataset.texts == ["a \"b\", c", "ü 🙂"])
    #expect(dataset.pairs == nil)
    #expect(dataset.task == .classification)
    #expect(dataset.classNames == ["no", "yes"])
    #expect(dataset.labels == .classes([0, 1]))
    #expect(dataset.count == 2)
  }

  @Test func `a quoted CSV field may hold line ends, and lines are counted through them`() throws {
    let text = "label,text\n0,\"one\ntwo, three\"\n1,four\n"
    let dataset = try Dataset(contentsOf: files.file("d.csv", text))
    #expect(dataset.texts == ["one\ntwo, three", "four"])
    let short = text + "2\n"
    try files.expectError(.malformedRow, ["line 5"]) { [file = files.file("e.csv", short)] in
      try Dataset(contentsOf: file)
    }
  }

  @Test(arguments: [
    ("p.tsv", "label\ttext\ttext_b\n0\ta\tb\n1\tc\t\n"),
    ("p.csv", "text_b,label,text\nb,0,a\n,1,c\n"),
    (
      "p.jsonl",
      #"{"label":0,"text":"a","text_b":"b"}"# + "\n" + #"{"label":1,"text":"c","text_b":""}"#
    ),
  ])
  func `pairs are read where the column is`(name: String, text: String) throws {
    let dataset = try Dataset(contentsOf: files.file(name, text))
    #expect(dataset.texts == ["a", "c"] && dataset.pairs == ["b", ""])
    #expect(dataset.classNames == ["0", "1"])
  }

  @Test func `columns can have any name`() throws {
    let file = try files.file("d.tsv", "klasse\tsatz\tlabel\n1\tx\tz\n2\ty\tz\n")
    let dataset = try Dataset(
      contentsOf: file, columns: DatasetColumns(label: "klasse", text: "satz", pair: "label"))
    #expect(dataset.classNames == ["1", "2"] && dataset.pairs == ["z", "z"])
  }

  @Test func `a line of 10 MB is a text like any other`() throws {
    let long = String(repeating: "word ", count: 2_000_000)
    for (name, text) in [
      ("d.tsv", "label\ttext\n0\t\(long)\n1\tb\n"), ("d.csv", "label,text\n0,\"\(long)\"\n1,b\n"),
      ("d.jsonl", "{\"label\":0,\"text\":\"\(long)\"}\n{\"label\":1,\"text\":\"b\"}\n"),
    ] {
      let dataset = try Dataset(contentsOf: files.file(name, text))
      #expect(dataset.texts.map(\.utf8.count) == [10_000_000, 1])
    }
  }

  // MARK: Labels

  private func labels(_ labels: [String], task: TaskKind? = nil) throws -> Dataset {
    let rows = labels.map { "\($0)\tx" }.joined(separator: "\n")
    return try Dataset(contentsOf: files.file("l.tsv", "label\ttext\n" + rows), task: task)
  }

  @Test func `whole numbers are classes by value, names by their letters`() throws {
    #expect(try labels(["10", "9", "-1", "9"]).classNames == ["-1", "9", "10"])
    #expect(try labels(["10", "9", "-1", "9"]).labels == .classes([2, 1, 0, 1]))
    #expect(try labels(["b", "10", "9", "B"]).classNames == ["10", "9", "B", "b"])
    #expect(try labels(["1.0", "x"]).task == .classification)
  }

  @Test func `numbers that are not whole, or too many, are a regression`() throws {
    #expect(try labels(["1.5", "2"]).task == .regression)
    #expect(try labels(["1.5", "-2e1"]).labels == .values([1.5, -20]))
    #expect(try labels((0..<300).map { "\($0)" }).task == .regression)
    #expect(try labels(["1.5", "2"], task: .classification).classNames == ["1.5", "2"])
    #expect(try labels(["1", "2"], task: .regression).labels == .values([1, 2]))
    #expect(try labels(["nan", "2"]).task == .classification)
  }

  @Test func `JSON labels may be numbers`() throws {
    let text = #"{"label":1.5,"text":"a"}"# + "\n" + #"{"label":3,"text":"b"}"#
    let dataset = try Dataset(contentsOf: files.file("d.jsonl", text))
    #expect(dataset.task == .regression && dataset.labels == .values([1.5, 3]))
  }

  @Test func `held-out data take the classes of the training data`() throws {
    let training = try labels(["b", "a", "c"])
    let eval = try files.file("e.csv", "label,text\nc,x\nc,y\n")
    let dataset = try Dataset(contentsOf: eval, like: training)
    #expect(dataset.classNames == ["a", "b", "c"] && dataset.labels == .classes([2, 2]))
    let named = try Dataset(contentsOf: eval, classNames: ["z", "c"])
    #expect(named.labels == .classes([1, 1]))
  }
}
