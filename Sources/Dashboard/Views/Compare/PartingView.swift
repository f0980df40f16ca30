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
  /// One line each for what came out, the modules, and each decision that followed.
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
      return ["\(a) and \(b) decide alike through step \(step), as far as both go"]
    case .different: lines.append("\(a) and \(b) differ before any decision")
    case .apart:
      guard let stage = parting.stages.first else { break }
      lines.append("\(a) and \(b) part at step \(stage.step), " + decisions(stage, signs))
    }
    let shown = parting.modules.prefix(6).map { module in
      module.ranks[0] == module.ranks[1]
        ? "\(module.label) \(module.ranks[0]), other slots"
        : "\(module.label) \(a) \(module.ranks[0]) \(b) \(module.ranks[1])"
    }
    let more = parting.modules.count - shown.count
    lines.append(shown.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : ""))
    for stage in parting.stages.dropFirst() {
      lines.append(
        "@\(stage.step) \(decisions(stage, signs)): \(stage.modules) "
          + "\(stage.modules == 1 ? "module differs" : "modules differ"), ranks by \(stage.ranks), "
          + "\(stage.slots) \(stage.slots == 1 ? "slot" : "slots")")
    }
    return lines
  }

  private static func decisions(_ stage: Parting.Stage, _ signs: [Character]) -> String {
    let words = zip(signs, stage.numbers).map { sign, number in
      number.map { "\(sign) #\($0)" } ?? "\(sign) none"
    }
    return words.joined(separator: ", ")
  }
}
