import Foundation
import RunEvents
import RunStore
import TestSupport

/// A folder of its own for one test's runs, removed with it.
final class RunFolder: Sendable {
  let url: URL

  init() throws {
    url = try temporaryFolder("store")
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  func file(_ name: String = "run.ranktop") -> URL {
    url.appendingPathComponent(name)
  }

  /// Names of the files in it, sorted.
  var files: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }

  /// Records a run that ends in order, and returns its file.
  func finishedRun(_ events: [RunEvent], name: String = "run.ranktop") throws -> URL {
    let recorder = try RunRecorder(creating: file(name))
    try recorder.record(events)
    try recorder.finish()
    return file(name)
  }

  /// Changes the bytes of a file that no connection has open.
  func patch(_ file: URL, at offset: Int, with bytes: [UInt8]) throws {
    var data = try Data(contentsOf: file)
    data.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    try data.write(to: file)
  }
}

extension RunReader {
  /// The whole run.
  func allEvents() throws -> [RecordedEvent] {
    var all: [RecordedEvent] = []
    while true {
      let chunk = try events(after: all.last?.seq ?? 0)
      if chunk.isEmpty { return all }
      all += chunk
    }
  }
}
