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
    /// The first frame, with what the view needs looked up in the run file.
    var lookupMilliseconds: Double
    /// A frame whose state has been looked up.
    var medianMilliseconds: Double
    var worstMilliseconds: Double
    var frames: Int
  }

  private static let frames = 200

  /// What is timed: the views, and what `enter` opens in the heatmap.
  private static let subjects: [(title: String, view: ViewKind, keys: [Key])] =
    ViewKind.allCases.map { ($0.title, $0, []) } + [("components", .heatmap, [.down, .enter])]

  /// Times every view of a run at a step; compared it is with itself.
  static func measure(
    _ reader: RunReader, step: Int?, width: Int = 200, height: Int = 60
  ) throws -> [Figures] {
    let records = RunFileRecords(reader: reader)
    let compared = try ["a", "b"].map { try records.compared(named: $0) }
    return try subjects.map { title, view, keys in
      let theme = Theme(depth: .full)
      var picture = try RunPicture(records, step: step, view: view, comparison: compared)
      for key in keys { picture.press(key) }
      let lookup = try milliseconds {
        try picture.frame(width: width, height: height, theme: theme)
      }
      let model = picture.model
      let times = (0..<frames).map { _ in
        milliseconds { model.frame(width: width, height: height, theme: theme) }
      }.sorted()
      return Figures(
        view: title, width: width, height: height,
        modules: model.state.manifest?.modules.count ?? 0, lookupMilliseconds: lookup,
        medianMilliseconds: times[frames / 2], worstMilliseconds: times[frames - 1], frames: frames)
    }
  }

  private static func milliseconds(_ draw: () throws -> Frame) rethrows -> Double {
    let began = ContinuousClock.now
    let frame = try draw()
    let taken = (ContinuousClock.now - began).seconds * 1000
    // What is drawn must be used, or it need not be drawn.
    precondition(frame.cells.count == frame.width * frame.height)
    return taken
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
