import Allocation
import Dashboard
import Foundation
import RunEvents
import RunStore
import Screen
import TestSupport
import Testing

/// A recorded run in a real terminal and beside it, over the same records, the dashboard as a plain value:
/// after every key both show the same.
@Suite(.serialized, .timeLimit(.minutes(3))) struct TmuxKeyTests {
  /// The dashboard as a value, moved by keys as the program moves it.
  private struct Twin {
    var model = DashboardModel(mode: .replay)
    var navigator = RunNavigator(cursor: 120)
    let records: EventList
    let width, height: Int
    private let begun = ContinuousClock.now

    init(_ records: EventList, width: Int, height: Int) throws {
      (self.records, self.width, self.height) = (records, width, height)
      model.begin(with: try records.finalState())
      try model.follow(navigator, in: records)
    }

    private var now: Double { Double((ContinuousClock.now - begun).components.seconds) }

    mutating func press(_ key: Key) throws {
      model.screen = (width, height)
      for action in model.apply(key, now: now) {
        switch action {
        case .move(let move):
          if let refusal = try navigator.move(move, in: records) {
            model.say(refusal, .warning, now: now)
          }
          try model.follow(navigator, in: records)
        case .speed(let speed):
          navigator.setSpeed(speed, elapsed: 0, now: now)
          model.playback = navigator.playback
        case .redraw: break
        default: Issue.record("\(key) asks for \(action)")
        }
      }
    }

    /// What it shows now.
    mutating func rows() throws -> [String] {
      _ = model.tick(now: now)
      try model.fulfil(width: width, height: height, in: records, judge: Self.judge)
      return model.frame(
        width: width, height: height, theme: Theme(depth: .full, ramp: model.palette)
      ).rows
        .map(\.trimmedAtEnd)
    }

    private static func judge(
      _ query: Inspection.Query, _ choice: RecordedChoice, _ state: DashboardState
    ) -> Inspection {
      var inspection = Inspection(query: query, choice: choice)
      guard let manifest = state.manifest else { return inspection }
      let record = RecordedDecision(
        decision: choice.decision, aliveBefore: choice.aliveBefore, modules: manifest.modules,
        unit: manifest.budgetUnit, constraints: state.constraints, officialTies: false,
        hyperparameters: manifest.hyperparameters)
      inspection.judges = record.judges
      func judged(_ question: Inspection.WhatIf) -> JudgedDecision {
        let name = question.allocator ?? choice.decision.allocator
        let budget = question.budget ?? choice.decision.budget
        do {
          let found = try record.judged(budget: question.budget, by: question.allocator)
          return JudgedDecision(
            allocator: name, budget: budget, alive: found.alive, threshold: found.threshold,
            scores: found.scores)
        } catch {
          return JudgedDecision(allocator: name, budget: budget, problem: error.description)
        }
      }
      inspection.recomputed = judged(Inspection.WhatIf())
      if query.whatIf != Inspection.WhatIf() { inspection.whatIf = judged(query.whatIf) }
      return inspection
    }
  }

  private func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = try temporaryFolder("tmux")
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  /// Waits until both show the same; says where they differ when that takes seconds.
  private func expectSame(_ pane: TmuxPane, _ twin: inout Twin, after key: String) throws {
    var (shown, expected): ([String], [String]) = ([], [])
    let isSame = try pane.wait(10) {
      (shown, expected) = (try pane.rows(), try twin.rows())
      return shown.starts(with: expected)
    }
    if isSame { return }
    let row = zip(shown, expected).enumerated().first { $0.element.0 != $0.element.1 }
    Issue.record(
      """
      \(twin.model.view.title), after \(key), row \(row?.offset ?? -1):
      \(row?.element.0 ?? "")
      \(row?.element.1 ?? "")
      """)
  }

  /// Keys that leave, that write files, and that let time run.
  private static let others: Set<String> = ["quit", "save_picture", "play"]

  @Test(arguments: ViewKind.allCases, [(120, 40), (80, 24), (20, 6)])
  func `every key of a view shows in a terminal what the dashboard means`(
    view: ViewKind, size: (width: Int, height: Int)
  ) throws {
    try inFolder { folder in
      let made = try Program.run(
        ["demo", "--synthetic", "layers=4,kinds=3,slots=6,steps=240", "--output", "a.ranktop"],
        in: folder)
      #expect(made.code == 0, "\(made.errors)")
      let reader = try RunReader(opening: folder.appendingPathComponent("a.ranktop"))
      var twin = try Twin(
        EventList(try reader.events(limit: .max).map(\.event)), width: size.width,
        height: size.height)
      reader.release()
      let pane = try TmuxPane(
        ["replay", "--step", "120", "a.ranktop"], width: size.width, height: size.height, in: folder
      )
      defer { pane.close() }
      try expectSame(pane, &twin, after: "the start")

      let panes = view == .overview ? 4 : 1
      for place in 0..<panes {
        for binding in twin.model.keys.bindings(in: .replay)
        where !Self.others.contains(binding.name ?? "quit") {
          // Each key meets the view, and the pane with the focus, as they were chosen.
          for key in [Key.escape, .escape, .character(Character("\(view.rawValue)"))] {
            try pane.press(key)
            try twin.press(key)
          }
          for _ in 0..<place {
            try pane.press(.tab)
            try twin.press(.tab)
          }
          guard binding.holds(in: twin.model.focus) else { continue }
          for key in binding.keys where key.name != nil {
            try pane.press(key)
            try twin.press(key)
            try expectSame(pane, &twin, after: key.name ?? "")
          }
        }
      }
      try pane.press(.character("q"))
      #expect(try pane.wait { try pane.hasEnded })
    }
  }
}
