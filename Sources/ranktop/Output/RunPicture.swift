import Dashboard
import RunEvents
import RunStore
import Screen

/// A recorded run as the dashboard shows it at a step: what `--once` prints and `export` writes.
struct RunPicture {
  /// The dashboard, its time cursor where it is wanted.
  private(set) var model: DashboardModel
  private let records: RunFileRecords

  /// Opens the picture of a run.
  ///
  /// - Parameters:
  ///   - step: Where the time cursor stands; nil for the end.
  init(
    _ records: RunFileRecords, mode: Mode = .replay, step: Int? = nil, view: ViewKind = .overview,
    comparison: [ComparedRun] = []
  ) throws {
    self.records = records
    model = DashboardModel(mode: mode)
    model.begin(with: try records.finalState())
    model.comparison = comparison
    var navigator = RunNavigator()
    if let step { _ = try navigator.move(.to(step), in: records) }
    try model.follow(navigator, in: records)
    model.show(view)
  }

  /// Takes a key that asks for nothing but another picture.
  mutating func press(_ key: Key) { _ = model.apply(key, now: 0) }

  /// Draws it.
  mutating func frame(width: Int, height: Int, theme: Theme) throws -> Frame {
    try model.fulfil(
      width: width, height: height, in: records, judge: DecisionJudge.inspect)
    return model.frame(width: width, height: height, theme: theme)
  }
}

extension ViewKind {
  /// The views by name, for help and messages.
  static let names = allCases.map(\.title).joined(separator: ", ")

  /// The view of a name.
  init?(named name: String) {
    guard let view = Self.allCases.first(where: { $0.title == name }) else { return nil }
    self = view
  }
}
