import RunEvents
import Screen

/// An allocator that a person may switch to.
public struct AllocatorChoice: Sendable, Hashable {
  /// Name as the run file writes it.
  public var name: String
  /// What it does, in a few words.
  public var summary: String

  /// Creates a choice.
  public init(name: String, summary: String) {
    self.name = name
    self.summary = summary
  }

  /// The allocators of ranktop.
  public static let standard = [
    AllocatorChoice(name: "lora", summary: "fixed ranks, nothing is pruned"),
    AllocatorChoice(name: "adalora", summary: "prunes by sensitivity, early"),
    AllocatorChoice(name: "dora", summary: "prunes by norm share, gently and late"),
  ]
}

/// How a replay stands, for the header.
public struct Playback: Sendable, Hashable {
  /// Whether time runs.
  public var isPlaying: Bool
  /// Seconds of training in one second.
  public var speed: Double
  /// Whether there is nothing after the present step.
  public var isAtEnd: Bool

  /// Creates a playback state.
  public init(isPlaying: Bool = false, speed: Double = 1, isAtEnd: Bool = false) {
    self.isPlaying = isPlaying
    self.speed = speed
    self.isAtEnd = isAtEnd
  }

  /// Speeds to choose from.
  public static let speeds: [Double] = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64]
}

/// The dashboard as a value: what is known of the run and what the person at the keys is doing.
///
/// Events and keys go in, actions and frames come out; there is no input, output or clock inside.
/// `now` is in seconds of any clock that never runs backwards. Call ``tick(now:)`` at
/// ``nextDeadline``.
public struct DashboardModel: Sendable {
  /// What lies over the overview.
  enum Overlay: Sendable, Hashable {
    case none
    case help(first: Int)
    case quit(choice: Int)
    case allocators(choice: Int)
    case prompt(CommandInput)
    case rule(RulePrompt)
    case filter(FilterPrompt)
  }

  /// A line for the person at the keys, gone after a while.
  struct Message: Sendable, Hashable {
    var text: String
    var severity: Verdict.Severity
    var until: Double
    /// The request it is about, if any.
    var request: Intervention?
  }

  /// A cell of the heatmap.
  public struct Place: Sendable, Hashable {
    /// Row, counted from 0.
    public var row: Int
    /// Column, counted from 0.
    public var column: Int
  }

  /// A budget that is being typed and not yet asked for.
  struct BudgetDraft: Sendable, Hashable {
    var budget: Int
    var due: Double
  }

  /// Everything that is known of the run, up to the last event.
  public private(set) var head = DashboardState()
  /// How the run stood where the time cursor is; nil at the end, where it goes along with the run.
  public internal(set) var past: DashboardState?
  /// Step of the time cursor; nil at the end.
  public internal(set) var cursor: Int?
  /// Columns and rows of the screen, which a mouse and columns of time depend on; set by the outside.
  public var screen = (width: 120, height: 40)
  /// How the dashboard stands to its run.
  public let mode: Mode
  /// How the replay stands; without meaning elsewhere.
  public var playback = Playback()
  /// Whether the trainer is gone without having said so; set by the outside.
  public var hasTrainerDied = false
  /// Allocators to choose from.
  public var allocators: [AllocatorChoice]
  /// The view on the screen.
  public internal(set) var view = ViewKind.overview
  /// Pane with the focus.
  public internal(set) var focus: Pane
  /// Whether the view, or the pane with the focus, has the whole screen.
  public internal(set) var isExpanded = false
  /// What the keys do; set by the outside before the first key.
  public var keys = KeyTable.standard
  /// Colours of values.
  public internal(set) var palette = ColorRamp.Name.dusk
  /// The chosen cell of the heatmap.
  public internal(set) var selection: Place?
  /// Rows of the decisions scrolled away at the top.
  public internal(set) var decisionsScrolled = 0
  /// What the person has set in each view.
  var heatmap = HeatmapSettings()
  var timeline = TimelineSettings()
  var inspector = InspectorSettings()
  var compare = CompareSettings()
  /// Two to four runs side by side, the first of them the one that is shown; set by the outside.
  public var comparison: [ComparedRun] = [] { didSet { beginComparison() } }
  var log = LogSettings()
  /// What was looked up in the records last.
  public internal(set) var columns: TimelineColumns?
  /// The decision under the lens, as looked up last.
  public internal(set) var inspection: Inspection?
  /// When components of the opened module came and went, as looked up last.
  public internal(set) var moduleChanges: ModuleChanges?
  /// Digits that may be a count before a key: `10]`.
  var digits: PendingDigits?
  /// What the mouse was pressed on last.
  var lastPress: Press?
  /// The entry of the overview's decisions that is chosen.
  var chosenEntry: RunLog.Entry?
  /// What happened over the steps of the zoomed timeline, as looked up last.
  public internal(set) var stepMarks: StepMarks?
  /// The losses around the decision under the lens, as looked up last.
  public internal(set) var stepLosses: StepLosses?
  /// The pane in which the mouse drags the time cursor.
  var dragged: Pane?
  /// Lines typed after `:`, the newest last.
  var commandHistory: [String] = []
  /// Requests sent from here that the trainer has not answered.
  public internal(set) var outstanding: [Intervention] = []
  var overlay = Overlay.none
  var message: Message?
  var draft: BudgetDraft?

  static let messageSeconds = 5.0
  static let draftSeconds = 0.6

  /// Creates the dashboard of a run of which nothing is known yet.
  public init(mode: Mode, allocators: [AllocatorChoice] = AllocatorChoice.standard) {
    self.mode = mode
    self.allocators = allocators
    focus = mode == .replay ? .timeline : .heatmap
  }

  /// The run as shown: at the time cursor, with the course of all that is recorded.
  public var state: DashboardState {
    guard var shown = past else { return head }
    shown.history = head.history
    return shown
  }

  /// Whether the time cursor stands behind what is known.
  public var isBehind: Bool { past != nil }

  /// Takes a run as it stands, in place of all its events up to there.
  ///
  /// A proposal that waits for an answer is brought up, as when it comes.
  public mutating func begin(with state: DashboardState) {
    let proposal = head.proposal
    head = state
    followProposal(before: proposal)
  }

  /// Takes in the next event of the run.
  public mutating func apply(_ event: RunEvent) {
    let proposal = head.proposal
    head.apply(event)
    followProposal(before: proposal)
    if case .intervention(let record) = event, record.outcome != .pending {
      if let index = outstanding.firstIndex(of: record.intervention) {
        outstanding.remove(at: index)
      }
      answer(record)
    }
    if case .resumed = event {
      hasTrainerDied = false
      // Steps are done again: the same number may mean another decision from now on.
      inspection = nil
      stepLosses = nil
      stepMarks = nil
      inspector.list = nil
    }
    if case .stopped = event { outstanding = [] }
  }

  /// Lets the line about a request say what became of it; a refusal has its own.
  private mutating func answer(_ record: InterventionRecord) {
    guard let message, message.request == record.intervention else { return }
    if record.outcome == .applied {
      self.message?.text = "\(record.intervention.text): done after step \(record.step ?? 0)"
      self.message?.request = nil
    } else {
      self.message = nil
    }
  }

  /// When ``tick(now:)`` has something to do; nil when nothing waits for time.
  public var nextDeadline: Double? {
    [message?.until, draft?.due, digits?.until].compactMap { $0 }.min()
  }

  /// Lets time pass: messages fade, and a budget that has been left alone is asked for.
  public mutating func tick(now: Double) -> [Action] {
    if let message, message.until <= now { self.message = nil }
    if let until = digits?.until, until <= now { digits = nil }
    guard let draft, draft.due <= now else { return [] }
    return sendDraft(now: now)
  }

  /// Shows a line to the person at the keys for a few seconds.
  public mutating func say(
    _ text: String, _ severity: Verdict.Severity = .good, now: Double
  ) {
    message = Message(text: text, severity: severity, until: now + Self.messageSeconds)
  }

  /// Target budget as it will be when all that was asked is done.
  var wantedBudget: Int? {
    if let draft { return draft.budget }
    for request in outstanding.reversed() {
      if case .budget(let budget) = request { return budget }
    }
    return head.targetBudget
  }

  /// Whether the run is, or has been asked to be, held.
  var isHeld: Bool {
    for request in outstanding.reversed() {
      if request == .pause { return true }
      if request == .resume { return false }
    }
    return head.status == .paused
  }

  /// What to say about the run, the worst first; never empty.
  public var verdicts: [Verdict] {
    guard hasTrainerDied, !head.isStopped else { return state.verdicts }
    let text =
      "the trainer is gone without a word, its last step is \(head.step): see its log"
      + (head.checkpointCount > 0 ? ", go on with ranktop train --resume" : "")
    return [Verdict(severity: .bad, text: text)] + state.verdicts.filter { $0.severity != .good }
  }

  mutating func sendDraft(now: Double) -> [Action] {
    guard let draft else { return [] }
    self.draft = nil
    if draft.budget == wantedBudget { return [] }
    let budget = BudgetText.exact(draft.budget, state.unit)
    return ask(
      .budget(draft.budget), "budget \(budget) asked for, it holds from the next decision on",
      now: now)
  }
}
