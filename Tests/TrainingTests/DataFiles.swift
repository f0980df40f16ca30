import Foundation
import TestSupport
import Testing
import Training

/// A folder for one test's data files, removed with it.
final class DataFiles: Sendable {
  let folder: URL

  init() throws { folder = try temporaryFolder("data") }
  deinit { try? FileManager.default.removeItem(at: folder) }

  func file(_ name: String, _ bytes: [UInt8]) throws -> URL {
    let url = folder.appendingPathComponent(name)
    try Data(bytes).write(to: url)
    return url
  }

  func file(_ name: String, _ text: String) throws -> URL { try file(name, Array(text.utf8)) }

  /// Expects that reading a file fails with this code and with all of these words.
  func expectError(
    _ code: DataError.Code, _ words: [String], sourceLocation: SourceLocation = #_sourceLocation,
    _ read: () throws -> Dataset
  ) {
    do {
      let dataset = try read()
      Issue.record("read \(dataset.count) rows", sourceLocation: sourceLocation)
    } catch let error as DataError {
      #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
      for word in words {
        #expect(error.description.contains(word), "\(error)", sourceLocation: sourceLocation)
      }
      let isOneLine = !error.description.contains(where: \.isNewline)
      #expect(isOneLine && error.description.count < 600, sourceLocation: sourceLocation)
    } catch {
      Issue.record("\(error)", sourceLocation: sourceLocation)
    }
  }
}
