extension KeyTable {
  /// Keys of the inspector.
  static let inspector: [KeyBinding] = [
    bind(
      "apply", "enter", .following, "apply", .inspector(.apply), panes: [.inspector],
      help: "decision: apply the proposal, as you have edited it"),
    bind(
      "veto", "x", .following, "veto", .inspector(.veto), panes: [.inspector],
      help: "decision: veto the proposal, nothing changes"),
    bind(
      "toggle", "t", .following, "toggle", .inspector(.toggle), panes: [.inspector],
      help: "decision: turn the chosen component's fate over in the proposal"),
    bind(
      "run_on", "esc", .following, "run-on", .inspector(.runOn), panes: [.inspector],
      help: "decision: let a proposal be applied and the run go on, else back"),
    bind(
      "left", "h left", .views, nil, .inspector(.budget(-1)),
      panes: [.inspector], help: "decision: what if the budget were one component less"),
    bind(
      "right", "l right", .views, KeyHint("what-if", keysOf: "left", "right"),
      .inspector(.budget(1)), panes: [.inspector],
      help: "decision: what if the budget were one component more"),
    bind(
      "less_by_ten", "(", .views, nil, .inspector(.budget(-10)), panes: [.inspector],
      help: "decision: what if the budget were ten components less"),
    bind(
      "more_by_ten", ")", .views, nil, .inspector(.budget(10)), panes: [.inspector],
      help: "decision: what if the budget were ten components more"),
    bind(
      "judge", "b", .views, "judge", .inspector(.judge), panes: [.inspector],
      help: "decision: what if the next allocator that can judge it had decided"),
    bind(
      "end_what_if", "0", .views, nil, .inspector(.reset), panes: [.inspector],
      help: "decision: no question any more, what happened"),
    bind(
      "candidate_order", "o", .views, "order", .inspector(.order), panes: [.inspector],
      help: "decision: lowest or highest score first, then by the scores of what if"),
    bind(
      "candidate_filter", "f", .views, "filter", .inspector(.filter), panes: [.inspector],
      help: "decision: all candidates, changes only, around the threshold"),
    bind(
      "threshold", "^", .views, "threshold", .inspector(.threshold), panes: [.inspector],
      help: "decision: to the threshold"),
  ]
}
