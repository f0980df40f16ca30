extension KeyTable {
  /// Keys of the inspector.
  static let inspector: [KeyBinding] = [
    bind(
      [.enter], "enter", .following, "enter apply", .inspector(.apply), panes: [.inspector],
      help: "decision: apply the proposal, as you have edited it"),
    bind(
      [.character("x")], "x", .following, "x veto", .inspector(.veto), panes: [.inspector],
      help: "decision: veto the proposal, nothing changes"),
    bind(
      [.character("t")], "t", .following, "t toggle", .inspector(.toggle), panes: [.inspector],
      help: "decision: turn the chosen component's fate over in the proposal"),
    bind(
      [.escape], "esc", .following, "esc run-on", .inspector(.runOn), panes: [.inspector],
      help: "decision: let a proposal be applied and the run go on, else back"),
    bind(
      [.left, .character("h")], "h left", .views, nil, .inspector(.budget(-1)),
      panes: [.inspector], help: "decision: what if the budget were one component less"),
    bind(
      [.right, .character("l")], "l right", .views, "h l what-if", .inspector(.budget(1)),
      panes: [.inspector], help: "decision: what if the budget were one component more"),
    bind(
      [.character("(")], "(", .views, nil, .inspector(.budget(-10)), panes: [.inspector],
      help: "decision: what if the budget were ten components less"),
    bind(
      [.character(")")], ")", .views, nil, .inspector(.budget(10)), panes: [.inspector],
      help: "decision: what if the budget were ten components more"),
    bind(
      [.character("b")], "b", .views, "b judge", .inspector(.judge), panes: [.inspector],
      help: "decision: what if the next allocator that can judge it had decided"),
    bind(
      [.character("0")], "0", .views, nil, .inspector(.reset), panes: [.inspector],
      help: "decision: no question any more, what happened"),
    bind(
      [.character("o")], "o", .views, "o order", .inspector(.order), panes: [.inspector],
      help: "decision: lowest or highest score first, then by the scores of what if"),
    bind(
      [.character("f")], "f", .views, "f filter", .inspector(.filter), panes: [.inspector],
      help: "decision: all candidates, changes only, around the threshold"),
    bind(
      [.character("^")], "^", .views, "^ threshold", .inspector(.threshold), panes: [.inspector],
      help: "decision: to the threshold"),
  ]
}
