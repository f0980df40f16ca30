import Foundation
import Testing
import Training

/// Files that cannot be used: what is wrong, where, and what to do, in one line.
@Suite struct DatasetErrorTests {
  let files: DataFiles
  init() throws { files = try DataFiles() }

  private func expect(
    _ code: DataError.Code, _ words: [String], _ name: String, _ text: String,
    task: TaskKind? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = try files.file(name, text)
    files.expectError(code, words + [name], sourceLocation: sourceLocation) {
      try Dataset(contentsOf: file, task: task)
    }
  }

  @Test func `no file, or none that can be read`() throws {
    let nowhere = files.folder.appendingPathComponent("nowhere.tsv")
    files.expectError(.unreadable, ["nowhere.tsv", "does not exist"]) {
      try Dataset(contentsOf: nowhere)
    }
    files.expectError(.unreadable, ["cannot be read"]) { try Dataset(contentsOf: files.folder) }
  }

  @Test(arguments: ["d.tsv", "d.csv", "d.jsonl", "d"])
  func `an empty file`(name: String) throws {
    try expect(.empty, [], name, "")
    try expect(.empty, [], name, "\n\r\n\n")
  }

  @Test func `a header and nothing else`() throws {
    try expect(.empty, [], "d.tsv", "label\ttext\n")
    try expect(.empty, [], "d.csv", "label,text")
  }

  @Test func `a column that is not there`() throws {
    try expect(
      .missingColumn, ["\"text\"", "\"label\"", "\"sentence\"", "--text-column"], "d.tsv",
      "label\tsentence\n0\tx\n")
    try expect(.missingColumn, ["\"label\"", "--label-column"], "d.csv", "text,y\nx,0\n")
    try expect(
      .missingColumn, ["line 2", "\"label\"", "\"text\""], "d.jsonl",
      #"{"label":0,"text":"x"}"# + "\n" + #"{"text":"x"}"#)
    try expect(
      .missingColumn, ["line 2", "text_b"], "d.jsonl",
      #"{"label":0,"text":"x","text_b":"y"}"# + "\n" + #"{"label":0,"text":"x"}"#)
    try expect(.missingColumn, ["it has \"0\""], "d.tsv", "0\tx\n1\ty\n")
  }

  @Test func `rows that do not fit`() throws {
    try expect(
      .malformedRow, ["line 3", "3 fields", "header has 2"], "d.tsv",
      "label\ttext\n0\tx\n1\ty\tz\n")
    try expect(.malformedRow, ["line 2", "Quote"], "d.csv", "label,text\n0,x,y\n")
    try expect(.malformedRow, ["line 2"], "d.jsonl", #"{"label":0,"text":"x"}"# + "\n[1, 2]")
    try expect(.malformedRow, ["line 1"], "d.jsonl", #"{"label":0,"text":"x""#)
    try expect(.malformedRow, ["line 1", "\"text\""], "d.jsonl", #"{"label":0,"text":["x"]}"#)
    try expect(.malformedRow, ["line 1", "\"label\""], "d.jsonl", #"{"label":null,"text":"x"}"#)
  }

  @Test func `a CSV quote that nothing closes`() throws {
    try expect(
      .malformedRow, ["line 3", "quote"], "d.csv",
      "label,text\n0,a\n1,\"never closed\n0,b\n1,c\n")
    try expect(.malformedRow, ["line 1", "quote"], "d.csv", "label,\"text\n0,a\n1,b\n")
  }

  @Test func `a CSV quote that is not doubled`() throws {
    try expect(
      .malformedRow, ["line 2", "quote"], "d.csv",
      "label,text\n0,\"he said \"yes\" twice\"\n1,b\n")
  }

  @Test func `one class only`() throws {
    try expect(.tooFewClasses, ["\"a\"", "2 rows"], "d.tsv", "label\ttext\na\tx\na\ty\n")
  }

  @Test func `a row without a label`() throws {
    try expect(.badLabel, ["line 3", "no label"], "d.tsv", "label\ttext\na\tx\n\ty\nb\tz\n")
    try expect(.badLabel, ["line 2", "no label"], "d.csv", "label,text\n,x\na,y\n")
    try expect(.badLabel, ["line 1", "no label"], "d.jsonl", #"{"label":"","text":"x"}"#)
  }

  @Test func `a label that training did not have`() throws {
    let training = try Dataset(contentsOf: files.file("t.tsv", "label\ttext\na\tx\nb\ty\n"))
    let eval = try files.file("e.tsv", "label\ttext\na\tx\n\nc\ty\n")
    files.expectError(.badLabel, ["e.tsv, line 4", "\"c\"", "a, b"]) {
      try Dataset(contentsOf: eval, like: training)
    }
    files.expectError(.badLabel, ["line 4"]) {
      try Dataset(contentsOf: eval, classNames: ["a", "b"])
    }
  }

  @Test func `pairs on one side only`() throws {
    let training = try Dataset(contentsOf: files.file("t.tsv", "label\ttext\na\tx\nb\ty\n"))
    let eval = try files.file("e.tsv", "label\ttext\ttext_b\na\tx\tz\n")
    files.expectError(.missingColumn, ["text_b", "t.tsv"]) {
      try Dataset(contentsOf: eval, like: training)
    }
  }

  @Test(arguments: ["good", "inf", "nan"])
  func `a regression label that is not a number`(label: String) throws {
    try expect(
      .badLabel, ["line 3", label], "d.tsv", "label\ttext\n1.5\tx\n\(label)\ty\n",
      task: .regression)
  }

  @Test(arguments: [
    ("d.tsv", "label\ttext\n0\tx\n1\t"), ("d.csv", "label,text\n0,x\n1,"),
    ("d.jsonl", "{\"label\":0,\"text\":\"x\"}\n\n{\"label\":1,\"text\":\""),
  ])
  func `bytes that are not UTF-8`(name: String, start: String) throws {
    for bad in [[0xFC], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xC0, 0x80]] as [[UInt8]] {
      let end = name.hasSuffix("jsonl") ? Array("\"}\n".utf8) : [0x0A]
      let file = try files.file(name, Array(start.utf8) + bad + end)
      files.expectError(.notUTF8, ["line 3", "iconv", name]) { try Dataset(contentsOf: file) }
    }
  }

  @Test func `bytes that are not UTF-8 in a column nobody reads do no harm`() throws {
    let bytes = Array("label\ttext\tnote\n0\tx\t".utf8) + [0xFC] + Array("\n1\ty\t\n".utf8)
    #expect(try Dataset(contentsOf: files.file("d.tsv", bytes)).count == 2)
  }

  @Test func `a binary file`() throws {
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 128) }
    let file = try files.file("d.bin", bytes)
    #expect(throws: DataError.self) { try Dataset(contentsOf: file) }
  }

  @Test func `a message quotes little of a long label`() throws {
    let long = String(repeating: "y", count: 5_000_000)
    try expect(
      .badLabel, ["yyyy"], "d.tsv", "label\ttext\n1.5\tx\n\(long)\ty\n", task: .regression)
    try expect(.missingColumn, [], "d.csv", "a,\(long)\n1,2\n")
    try expect(.tooFewClasses, [], "d.tsv", "label\ttext\n\(long)\tx\n")
  }
}
