import Dashboard
import Foundation
import Screen

/// Writes the picture that a dashboard shows; never over another file.
enum SavedPicture {
  /// Writes a frame.
  ///
  /// - Parameters:
  ///   - file: Where to; nil for the working directory.
  ///   - name: The picture's name where none is given, without an ending.
  /// - Returns: The path that was free.
  /// - Throws: ``Failure`` where it cannot be written.
  static func write(
    _ frame: Frame, to file: PictureFile?, name: String, title: String
  ) throws -> String {
    var file = file ?? .workingDirectory
    if file.path.hasPrefix("~/") {
      let home = ProcessInfo.processInfo.environment["HOME"] ?? NSHomeDirectory()
      file.path = home + file.path.dropFirst()
    }
    let manager = FileManager.default
    let folder =
      file.isFolder
      ? file.path
      : URL(fileURLWithPath: file.path)
        .deletingLastPathComponent().path
    var isFolder: ObjCBool = false
    guard manager.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
      throw Failure("not saved: there is no folder \(folder)")
    }
    var path = file.free(name: name) { manager.fileExists(atPath: $0) }
    if path.hasPrefix("./") { path.removeFirst(2) }
    let data =
      switch file.format {
      case .svg: Data(frame.svg(title: title).utf8)
      case .png: Data(frame.png())
      }
    do {
      try data.write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
    } catch {
      throw Failure("not saved: \(path) cannot be written: \(error.localizedDescription)")
    }
    return path
  }
}
