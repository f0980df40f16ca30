import Dashboard
import Foundation
import RunStore
import Screen

/// Times the dashboard's frames over a recorded run: from the state to cells, view by view.
struct FrameBench {
  /// Figures of one view at one size.
  struct Figures: Encodable {
    var view: String
    var width: Int
    var height: Int
    var modules: Int
    /// What the view needs of the run file, looked up once.
    var lookupMilliseconds: Double
    /// A frame whose state has been looked up.
    var medianMilliseconds: Double
    var worstMilliseconds: Double
    var frames: Int
  }

  private static let frames = 200

  /// Times every view of a run at a step; in the heatmap also the components of its first module.
  static func measure(
    _ reader: RunReader, step: Int?, width: Int = 200, height: Int = 60
  ) throws -> [Figures] {
    try ViewKind.allCases.map { view in
      var picture = try RunPicture(RunFileRecords(reader: reader), step: step, view: view)
      return try measure(&picture, named: view.title, width: width, height: height)
    }
  }

  private static func measure(
    _ picture: inout RunPicture, named name: String, width: Int, height: Int
  ) throws -> Figures {
    let theme = Theme(depth: .full)
    let began = ContinuousClock.now
    _ = try picture.frame(width: width, height: height, theme: theme)
    let lookup = (ContinuousClock.now - began).seconds * 1000
    let model = picture.model
    var times: [Double] = []
    for _ in 0..<frames {
      let began = ContinuousClock.now
      let frame = model.frame(width: width, height: height, theme: theme)
      times.append((ContinuousClock.now - began).seconds * 1000)
      // What is drawn must be used, or it need not be drawn.
      precondition(frame.width == width && frame.height == height)
    }
    times.sort()
    return Figures(
      view: name, width: width, height: height, modules: model.state.manifest?.modules.count ?? 0,
      lookupMilliseconds: lookup, medianMilliseconds: times[times.count / 2],
      worstMilliseconds: times[times.count - 1], frames: times.count)
  }

  /// The figures as a person reads them.
  static func text(_ figures: [Figures]) -> String {
    func text(_ value: Double) -> String { String(format: "%.2f", value) }
    return figures.map { figure in
      "\(figure.view), \(figure.width)x\(figure.height), \(figure.modules) modules: "
        + "a frame \(text(figure.medianMilliseconds)) ms (worst of \(figure.frames) "
        + "\(text(figure.worstMilliseconds))), first with its look-up "
        + "\(text(figure.lookupMilliseconds)) ms"
    }.joined(separator: "\n")
  }
}
