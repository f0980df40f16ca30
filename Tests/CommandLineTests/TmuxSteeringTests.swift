import Foundation
import Screen
import TestSupport
import Testing

/// The keys that steer a run, pressed in a real terminal over a run that trains.
@Suite(.serialized, .timeLimit(.minutes(4))) struct TmuxSteeringTests {
  /// Waits until the screen fulfils a condition; says what it showed when that takes long.
  private func wait(
    _ pane: TmuxPane, _ what: String, sourceLocation: SourceLocation = #_sourceLocation,
    until holds: (String) -> Bool
  ) throws {
    var text = ""
    let isSeen = try pane.wait {
      text = try pane.rows().joined(separator: "\n")
      return holds(text)
    }
    if !isSeen { Issue.record("not seen: \(what)\n\(text)", sourceLocation: sourceLocation) }
  }

  private func press(
    _ pane: TmuxPane, _ keys: Key..., for wanted: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for key in keys { try pane.press(key) }
    try wait(pane, wanted, sourceLocation: sourceLocation) { $0.contains(wanted) }
  }

  private func press(
    _ pane: TmuxPane, _ keys: Key..., endsShowing unwanted: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for key in keys { try pane.press(key) }
    try wait(pane, "the end of \(unwanted)", sourceLocation: sourceLocation) {
      !$0.contains(unwanted)
    }
  }

  @Test func `every key that steers does to the run what it says`() throws {
    let folder = try temporaryFolder("steered")
    defer { try? FileManager.default.removeItem(at: folder) }
    let pane = try TmuxPane(
      ["demo", "--steps", "4000", "--run", "live.ranktop"], width: 120, height: 40, in: folder)
    defer { pane.close() }

    try press(pane, .character(" "), for: "\u{2016} paused")
    try press(pane, .character("+"), for: "\u{2192} 49 asked")
    try press(pane, .character("-"), .character(">"), for: "\u{2192} 58 asked")
    try press(pane, .character("<"), for: "\u{2192} 48")
    try press(pane, .character("a"), for: "allocator, from the next step on")
    try press(pane, .down, .enter, for: "allocator dora")
    try press(pane, .down, .character("p"), for: "held now: L0.q 8 pinned")
    try press(pane, .character("u"), for: "no pins and no caps any more")
    try press(pane, .character("C"), .character("6"), .enter, for: "L0.q at most 6")
    try press(pane, .character("P"), for: "enter ask")
    try press(pane, .escape, endsShowing: "enter ask")
    try press(pane, .character("w"), for: "checkpoint refused: this run keeps no checkpoints")
    try press(pane, .character("n"), for: "propose: done")
    try press(pane, .character(" "), for: "\u{25CB} waits for you")
    try press(pane, .down, .character("t"), for: "edited")
    try press(pane, .enter, endsShowing: "waits for you")
    try press(pane, .character("n"), for: "\u{25CB} waits for you")
    try press(pane, .character("x"), for: "veto: done")
    try press(pane, .character("n"), for: "\u{25CB} waits for you")
    try press(pane, .escape, endsShowing: "waits for you")
    try press(pane, .character("q"), for: "training goes on; come back with: ranktop watch")
    try press(pane, .down, .enter, endsShowing: "come back with: ranktop watch ")
    #expect(try pane.wait { try pane.hasEnded })
    let shown = try Program.run(["show", "live.ranktop", "--json"], in: folder)
    #expect(shown.output.contains("\"stopped\""), "\(shown.output.prefix(300))\(shown.errors)")
  }

  @Test func `a run goes on when the terminal is lost while a decision waits`() throws {
    let folder = try temporaryFolder("lost")
    defer { try? FileManager.default.removeItem(at: folder) }
    let pane = try TmuxPane(
      ["demo", "--steps", "4000", "--run", "lost.ranktop"], width: 80, height: 24, in: folder)
    do {
      defer { pane.close() }
      try press(pane, .character("n"), for: "is proposed")
    }
    var output = ""
    let isFinished = try pane.wait {
      output = try Program.run(["show", "lost.ranktop", "--json"], in: folder).output
      return output.contains("\"finished\"")
    }
    #expect(isFinished, "\(output.prefix(300))")
  }
}
