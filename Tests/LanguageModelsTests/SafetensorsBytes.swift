import Foundation
import LanguageModels
import TestSupport
import Testing

/// A folder for one test's files, removed with it.
final class ModelFiles: Sendable {
  let folder: URL

  init() throws { folder = try temporaryFolder("model") }
  deinit { try? FileManager.default.removeItem(at: folder) }

  func url(_ name: String) -> URL { folder.appendingPathComponent(name) }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> URL {
    try Data(text.utf8).write(to: url(name))
    return url(name)
  }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> URL {
    try Data(bytes).write(to: url(name))
    return url(name)
  }

  /// Copies a file of the golden vectors.
  func copy(_ golden: String, as name: String) throws {
    try FileManager.default.copyItem(at: Golden.file(golden), to: url(name))
  }

  /// A safetensors file put together by hand.
  static func safetensors(_ header: String, data: [UInt8] = []) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8)
      + data
  }
}

/// Expects a checkpoint error of this code whose one line holds all of these words.
func expectCheckpointError(
  _ code: CheckpointError.Code, _ words: [String] = [],
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("no error", sourceLocation: sourceLocation)
  } catch let error as CheckpointError {
    #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
    for word in words {
      #expect(error.message.contains(word), "\(error)", sourceLocation: sourceLocation)
    }
    let isOneLine = !error.message.contains(where: \.isNewline)
    #expect(isOneLine, "\(error)", sourceLocation: sourceLocation)
  } catch {
    Issue.record("\(error)", sourceLocation: sourceLocation)
  }
}
