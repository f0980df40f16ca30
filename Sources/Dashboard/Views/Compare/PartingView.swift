import Screen

/// Where the decisions of two runs part, in words.
struct PartingView {
  let parting: Parting?
  let signs: [Character]
  let label: Style
  let theme: Theme

  func draw(into frame: inout Frame, in area: Area) {
    for (row, line) in lines.prefix(area.height).enumerated() {
      frame.write(line, in: area.row(row), ellipsis: theme.glyphs.ellipsis)
    }
  }

  private var lines: [Line] {
    guard let parting else { return [] }
    let words = PartingText.lines(parting, signs: signs, arrow: Character(theme.glyphs.arrow))
    return words.enumerated().map { index, text in
      Line(text, style: index == 0 ? theme.title : index == 1 ? theme.text : label)
    }
  }
}

/// A parting in words, the conclusion first.
public enum PartingText {
  /// One line each for what came out, the modules, the schedules, and each stage that followed.
  ///
  /// - Parameters:
  ///   - signs: Letters of the two runs.
  public static func lines(
    _ parting: Parting, signs: [Character] = ["A", "B"], arrow: Character = ">"
  ) -> [String] {
    let (a, b) = (signs[0], signs[1])
    var lines: [String] = []
    switch parting.outcome {
    case .nothingInCommon: return ["\(a) and \(b) have no module in common"]
    case .together(let step):
      if parting.schedules.areAlike {
        return ["\(a) and \(b) decide alike through step \(step), as far as both go"]
      }
      let place = parting.schedules.both > 0 ? "where both decide, " : ""
      return [
        "\(a) and \(b) have the same components \(place)through step \(step)",
        schedules(parting, signs),
      ]
    case .different: lines.append("\(a) and \(b) differ before any decision")
    case .apart:
      guard let stage = parting.stages.first else { break }
      // Without a step in common it is the schedules that part them, whatever they decide.
      let what = parting.schedules.both > 0 ? "\(a) and \(b) part" : "\(a) and \(b): ranks part"
      lines.append(
        "\(what) at step \(stage.step), " + decisions(stage, signs)
          + (stage.ranks == 0 ? ": other slots, the same ranks" : ""))
    }
    lines.append(modules(parting.modules, signs))
    if let step = parting.rankStep, step != parting.stages.first?.step {
      lines.append("ranks first differ at step \(step): " + modules(parting.rankModules, signs))
    }
    if !parting.schedules.areAlike { lines.append(schedules(parting, signs)) }
    for stage in parting.stages.dropFirst() {
      lines.append(
        "@\(stage.step) \(decisions(stage, signs)): \(stage.modules) "
          + "\(stage.modules == 1 ? "module differs" : "modules differ"), ranks by \(stage.ranks), "
          + "\(stage.slots) \(stage.slots == 1 ? "slot" : "slots")")
    }
    return lines
  }

  /// How the steps at which the runs decide differ.
  private static func schedules(_ parting: Parting, _ signs: [Character]) -> String {
    let schedules = parting.schedules
    let only = [(signs[0], schedules.onlyFirst), (signs[1], schedules.onlySecond)]
      .map { "\($0.1) only in \($0.0)" }.joined(separator: ", ")
    guard schedules.both > 0 else { return "schedules share no step: \(only)" }
    let steps = schedules.both == 1 ? "1 step" : "\(schedules.both) steps"
    var text = "schedules differ: \(steps) in common, \(only)"
    // What only one of them decides drives ranks apart in between.
    if let step = parting.unlikeStep, step < parting.rankStep ?? .max {
      text += "; between them ranks differ from step \(step) on"
    }
    return text
  }

  private static func modules(_ modules: [Parting.Module], _ signs: [Character]) -> String {
    let shown = modules.prefix(6).map { module in
      module.ranks[0] == module.ranks[1]
        ? "\(module.label) \(module.ranks[0]), other slots"
        : "\(module.label) \(signs[0]) \(module.ranks[0]) \(signs[1]) \(module.ranks[1])"
    }
    let more = modules.count - shown.count
    return shown.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
  }

  private static func decisions(_ stage: Parting.Stage, _ signs: [Character]) -> String {
    let words = zip(signs, stage.numbers).map { sign, number in
      number.map { "\(sign) #\($0)" } ?? "\(sign) none"
    }
    return words.joined(separator: ", ")
  }
}
