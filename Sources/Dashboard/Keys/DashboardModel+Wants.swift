import RunEvents

extension DashboardModel {
  /// What the outside has to look up before the next frame shows all that it could; empty when nothing.
  ///
  /// - Parameters:
  ///   - width: Columns of the screen.
  ///   - height: Rows of the screen.
  public func wants(width: Int, height: Int) -> [Want] {
    wantedColumns(width: width, height: height) + wantedMarks(width: width, height: height)
      + inspectionWants + wantedChanges
  }

  /// Takes what was looked up.
  public mutating func take(_ columns: TimelineColumns) { self.columns = columns }
  /// Takes what was looked up.
  public mutating func take(_ inspection: Inspection) {
    self.inspection = inspection
    refreshCandidates()
  }
  /// Takes what was looked up.
  public mutating func take(_ changes: ModuleChanges) { moduleChanges = changes }
  /// Takes what was looked up.
  public mutating func take(_ losses: StepLosses) { stepLosses = losses }
  /// Takes what was looked up.
  public mutating func take(_ marks: StepMarks) { stepMarks = marks }
}
