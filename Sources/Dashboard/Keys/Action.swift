import RunEvents

/// What the dashboard asks of the outside after a key.
public enum Action: Sendable, Hashable {
  /// Put this request into the run file.
  case request(Intervention)
  /// Leave the screen; the trainer goes on.
  case detach
  /// Ask the trainer to stop, then leave the screen.
  case stop
  /// Leave the screen: nothing goes on behind it.
  case quit
  /// Send every cell again.
  case redraw
  /// Write the picture as shown into the working directory.
  case save
  /// Write the picture as shown into a file, or into a folder; never over another file.
  case saveAs(PictureFile)
  /// Move the time cursor.
  case move(Move)
  /// Replay: run or hold.
  case play(Bool)
  /// Replay: seconds of training shown in one second.
  case speed(Double)
}

/// What a key means inside the dashboard.
enum Command: Sendable, Hashable {
  case togglePause, budget(Int), openAllocators
  case view(ViewKind), focusNext, focusPrevious, expand, back
  case move(rows: Int, columns: Int), page(Int), line(toEnd: Bool), open
  case help, quit, interrupt, redraw, palette, save
  case togglePlay, faster(Bool), travel(Travel)
  case menuMove(Int), menuAccept, menuCancel, detach, stopRun
  case erase, type
  case pin, pinPattern, cap, release, checkpoint, acceptRule
  case filter(FilterCommand)
  case openPrompt, acceptPrompt, edit(CommandInput.Edit)
  case propose
  case heatmap(HeatmapCommand)
  case timeline(TimelineCommand)
  case inspector(InspectorCommand)
  case compare(CompareCommand)
  case log(LogCommand)
}

/// Moves of the time cursor that keys ask for; a count multiplies them.
enum Travel: Sendable, Hashable {
  case start, end
  /// Columns of the time axis that has the focus.
  case column(Int)
  case step(Int), decision(Int), change(Int)
}

/// How the dashboard stands to its run.
public enum Mode: Sendable, Hashable, CaseIterable {
  /// Follows a run and steers it.
  case live
  /// Follows a run that it may not steer.
  case readOnly
  /// Shows a recorded run.
  case replay
}

/// What the heatmap shows.
public enum Metric: Sendable, Hashable, CaseIterable {
  /// Components alive.
  case rank
  /// Mean importance of the alive components.
  case importance
  /// Gates of whole modules.
  case gate
  /// Largest and summed score of the alive components in the last decision.
  case maximum, sum
  /// Lowest score of an alive component minus the threshold, in the last decision.
  case margin
  /// Part of the budget taken up that the module has.
  case share
  /// Norm of the adapter's gradient.
  case gradient
  /// Frobenius norm of the module's update.
  case update
  /// Components pruned or grown in the last decisions.
  case changes
}
