import Foundation

/// Vectors written by the reference implementations (transformers, peft, tokenizers, torch).
public enum Golden {
  /// Folder of the vectors: `RANKTOP_GOLDEN` where it is set, else the copy beside the tests.
  public static let folder: URL = {
    if let path = ProcessInfo.processInfo.environment["RANKTOP_GOLDEN"], !path.isEmpty {
      return URL(fileURLWithPath: path, isDirectory: true)
    }
    return shipped
  }()

  /// The copy beside the tests, for tests of learning: how well a random model learns depends on the model.
  public static let shipped = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/golden", isDirectory: true)

  /// A file of the folder, by its path inside.
  public static func file(_ path: String) -> URL { folder.appendingPathComponent(path) }

  /// A JSON file of the folder, decoded.
  public static func json<Value: Decodable>(_ path: String, as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: file(path)))
  }
}

/// A new empty folder for one test; the caller removes it.
public func temporaryFolder(_ name: String = "test") throws -> URL {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("ranktop-\(name)-\(UUID().uuidString)", isDirectory: true)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  return folder
}
