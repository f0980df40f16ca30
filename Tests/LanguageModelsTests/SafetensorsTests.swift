import Foundation
import LanguageModels
import Tensors
import TestSupport
import Testing

@Suite struct SafetensorsTests {
  let files: ModelFiles
  init() throws { files = try ModelFiles() }

  private func open(_ header: String, data: [UInt8] = []) throws -> Safetensors {
    try Safetensors(
      contentsOf: files.write("m.safetensors", ModelFiles.safetensors(header, data: data)))
  }

  // MARK: Reading and writing

  @Test func `what is written is read`() throws {
    let values: [Float] = [1, -0.0, .infinity, .nan, .leastNonzeroMagnitude, 3.25]
    let url = files.url("m.safetensors")
    try Safetensors.write(
      [
        .init(name: "z", shape: [2, 3], values: values),
        .init(name: "a\"ö", shape: [], values: [7]),
        .init(name: "none", shape: [0, 5], values: []),
      ], to: url, metadata: ["format": "pt", "note": "a \"b\""])
    let found = try Safetensors(contentsOf: url)
    #expect(found.names == ["a\"ö", "none", "z"])
    #expect(try found.floats("z").map(\.bitPattern) == values.map(\.bitPattern))
    #expect(try found.floats("a\"ö") == [7] && found.shape(of: "a\"ö") == [])
    #expect(try found.floats("none") == [] && found.shape(of: "none") == [0, 5])
    #expect(try found.shape(of: "z") == [2, 3] && found.type(of: "z") == .f32)
    #expect(found.metadata == ["format": "pt", "note": "a \"b\""])
    // The plain reader of the tests agrees, and nothing else is left in the folder.
    #expect(try GoldenTensors(url).tensor("z").shape == [2, 3])
    #expect(try FileManager.default.contentsOfDirectory(atPath: files.folder.path).count == 1)
  }

  @Test func `a file of the reference implementation is read`() throws {
    let url = Golden.file("models/bert/model.safetensors")
    let (found, plain) = (try Safetensors(contentsOf: url), try GoldenTensors(url))
    #expect(found.names == plain.names && found.names.count > 20)
    for name in found.names { #expect(try found.floats(name) == plain.tensor(name).values) }
    let cases = try Safetensors(contentsOf: Golden.file("models/bert/case.safetensors"))
    #expect(
      try cases.readInt32("in.input_ids")
        == GoldenTensors(Golden.file("models/bert/case.safetensors")).integers("in.input_ids"))
  }

  @Test func `all halves are read exactly`() throws {
    let bits = (0...UInt16.max).map { $0 }
    let data = bits.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    let header = { (type: String) in
      #"{"x":{"dtype":"\#(type)","shape":[65536],"data_offsets":[0,131072]}}"#
    }
    let halves = try open(header("F16"), data: data).floats("x")
    let brains = try open(header("BF16"), data: data).floats("x")
    var wrong = 0
    for bit in bits {
      let half = Self.half(bit)
      if halves[Int(bit)] != half && !(halves[Int(bit)].isNaN && half.isNaN) { wrong += 1 }
      let brain = Float(bitPattern: UInt32(bit) << 16)
      if brains[Int(bit)] != brain && !(brains[Int(bit)].isNaN && brain.isNaN) { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  /// IEEE 754's definition of a half.
  private static func half(_ bits: UInt16) -> Float {
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    let (exponent, fraction) = (Int(bits >> 10 & 31), Float(bits & 1023))
    switch exponent {
    case 0: return sign * fraction * Float(sign: .plus, exponent: -24, significand: 1)
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default:
      return sign * Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction / 1024)
    }
  }

  @Test func `other types`() throws {
    let double = ([1.5, -0.1] as [Double]).flatMap { withUnsafeBytes(of: $0) { Array($0) } }
    let header = #"{"x":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}}"#
    #expect(try open(header, data: double).floats("x") == [1.5, -0.1])

    let wide = ([-3, 1 << 40] as [Int64]).flatMap { withUnsafeBytes(of: $0) { Array($0) } }
    let integers = try open(
      #"{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"I64","shape":[1],"#
        + #""data_offsets":[8,16]}}"#, data: wide)
    #expect(try integers.readInt32("a") == [-3])
    expectCheckpointError(.wrongType, ["b", "32 bits"]) { _ = try integers.readInt32("b") }
    expectCheckpointError(.wrongType, ["a", "I64", "F32"]) { _ = try integers.floats("a") }
    expectCheckpointError(.missingTensor, ["quux", "a, b"]) { _ = try integers.floats("quux") }
  }

  // MARK: Damage

  private static func entry(_ type: String, _ shape: String, _ offsets: String) -> String {
    #"{"x":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}}"#
  }

  @Test(
    arguments: [
      ("[1, 2]", .malformed, "object"),
      ("{\"x\":", .malformed, "JSON"),
      ("{\"x\":3}", .malformed, "x"),
      (entry("F32", "[2]", "[0]"), .malformed, "data_offsets"),
      (entry("F32", "[2]", "[8,0]"), .malformed, "data_offsets"),
      (entry("F32", "[2]", "[-8,0]"), .malformed, "data_offsets"),
      (entry("F32", "[-2]", "[0,8]"), .malformed, "shape"),
      (entry("F32", "[1.5]", "[0,8]"), .malformed, "shape"),
      (entry("F32", "[3]", "[0,8]"), .malformed, "needs 12 bytes"),
      (entry("F32", "[4611686018427387904,4]", "[0,8]"), .malformed, "impossible"),
      (entry("F32", "[9223372036854775807]", "[0,8]"), .malformed, "impossible"),
      (entry("F32", "[3]", "[0,12]"), .truncated, "ends before"),
      (entry("F32", "[250000000]", "[0,1000000000]"), .truncated, "ends before"),
      (entry("F32", "[1]", "[0,4]"), .malformed, "4 bytes after"),
      (entry("F32", "[1]", "[4,8]"), .malformed, "4 bytes before"),
      (entry("Q4", "[2]", "[0,8]"), .unsupported, "Q4"),
      (
        #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[1],"#
          + #""data_offsets":[4,8]}}"#, .malformed, "overlaps"
      ),
      (
        #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"#
          + #""data_offsets":[4,8]}}"#, .malformed, "twice"
      ),
      (
        #"{"__metadata__":{"a":1},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
        .malformed, "metadata"
      ),
      (String(repeating: "[", count: 100_000), .malformed, "JSON"),
    ] as [(String, CheckpointError.Code, String)])
  func `a header that lies is not believed`(
    header: String, code: CheckpointError.Code, word: String
  ) {
    expectCheckpointError(code, ["m.safetensors", word]) {
      _ = try open(header, data: Array(repeating: 1, count: 8))
    }
  }

  @Test func `a length that lies is not believed`() throws {
    func open(_ bytes: [UInt8]) throws {
      _ = try Safetensors(contentsOf: files.write("m.safetensors", bytes))
    }
    expectCheckpointError(.truncated, ["0 bytes"]) { try open([]) }
    expectCheckpointError(.truncated, ["7 bytes"]) { try open([1, 2, 3, 4, 5, 6, 7]) }
    expectCheckpointError(.truncated, ["header"]) { try open([200, 0, 0, 0, 0, 0, 0, 0, 123]) }
    let most = Array(repeating: UInt8(255), count: 16)
    expectCheckpointError(.malformed, ["claims"]) { try open(most) }
  }

  @Test func `a file cut anywhere is refused`() throws {
    let whole = [UInt8](try Data(contentsOf: Golden.file("models/bert/model.safetensors")))
    #expect(whole.count > 80_000)
    // Everywhere in the header, and here and there in the data.
    let cuts =
      Array(stride(from: 0, to: 8200, by: 41)) + stride(from: 8200, to: whole.count, by: 997)
    for cut in cuts + [whole.count - 1] {
      expectCheckpointError(.truncated) {
        _ = try Safetensors(
          contentsOf: files.write("m.safetensors", Array(whole[..<cut])))
      }
    }
  }

  @Test func `no damaged byte in the header crashes the reader`() throws {
    let small = ModelFiles.safetensors(
      Self.entry("F32", "[2]", "[0,8]"), data: Array(repeating: 0, count: 8))
    var generator = SeededGenerator(seed: 1)
    var refused = 0
    for index in 0..<(small.count - 8) {
      for _ in 0..<6 {
        var bytes = small
        bytes[index] = UInt8(truncatingIfNeeded: generator.next())
        do {
          let file = try Safetensors(contentsOf: files.write("m.safetensors", bytes))
          for name in file.names { _ = try? file.floats(name) }
        } catch { refused += 1 }
      }
    }
    #expect(refused > 100)
  }

  @Test func `what is no file is refused`() {
    expectCheckpointError(.missing, ["nothing"]) {
      _ = try Safetensors(contentsOf: files.url("nothing"))
    }
    expectCheckpointError(.unreadable, ["not a file"]) {
      _ = try Safetensors(contentsOf: files.folder)
    }
    expectCheckpointError(.unwritable, ["nowhere"]) {
      try Safetensors.write([], to: files.url("nowhere/m.safetensors"))
    }
  }
}
