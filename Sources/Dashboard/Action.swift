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
  /// Replay: move to just after a step.
  case seek(Int)
  /// Replay: run or hold.
  case play(Bool)
  /// Replay: seconds of training shown in one second.
  case speed(Double)
  /// Replay: one step on or back.
  case stepForward, stepBack
  /// Replay: just after the next decision, or the one before.
  case nextDecision, previousDecision
  /// Replay: before the first step, after the last event.
  case start, end
}

/// What a key means inside the dashboard.
enum Command: Sendable, Hashable {
  case togglePause, budget(Int), openAllocators
  case metric, focusNext, focusPrevious, zoom, move(rows: Int, columns: Int), page(Int), back
  case help, quit, interrupt, redraw
  case togglePlay, step(Int), decision(Int), first, last, openJump, faster(Bool)
  case menuMove(Int), menuAccept, menuCancel, detach, stopRun
  case digit, erase, acceptJump
  case pin, pinPattern, cap, release, checkpoint, type, acceptRule
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

/// The panes of the overview.
public enum Pane: Sendable, Hashable, CaseIterable {
  /// Ranks or importance by layer and kind.
  case heatmap
  /// Loss over steps.
  case loss
  /// Ranks over steps.
  case timeline
  /// Decisions, interventions and alarms in words.
  case decisions
}

/// What the heatmap shows.
public enum Metric: Sendable, Hashable, CaseIterable {
  /// Components alive.
  case rank
  /// Mean importance of the alive components.
  case importance
  /// Gates of whole modules.
  case gate
}
