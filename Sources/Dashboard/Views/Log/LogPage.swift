import RunEvents
import Screen

/// Everything that happened, in words: decisions, requests, alarms and notes, the newest first.
struct LogPage {
  let model: DashboardModel
  let theme: Theme
  /// Columns before the words of an entry.
  private static let indent = 11

  func draw(into frame: inout Frame, in area: Area, style: PaneStyle) {
    let entries = LogEntries(model: model)
    let shown = entries.shown
    let inside = style.open(
      "log", detail: detail(shown: shown.count, of: entries.all.count), note: counts(entries),
      in: area, into: &frame)
    guard !inside.isEmpty else { return }
    if shown.isEmpty {
      frame.write(
        entries.all.isEmpty
          ? "nothing happened yet"
          : "nothing of that kind"
            + (model.keys.key(of: "back").map { ": \($0) shows all" } ?? ""),
        in: inside, style: theme.label, ellipsis: theme.glyphs.ellipsis)
      return
    }
    let view = DecisionsView(model: model, theme: theme)
    for (index, row) in visible(shown, in: inside) {
      let entry = shown[index]
      let isChosen = index == model.log.chosen
      let place = inside.row(row)
      let pointer = isChosen ? String(Character(theme.glyphs.pointer)) : " "
      frame.write(pointer, in: place, style: theme.accent)
      let wrapped = self.wrapped(entry, isChosen: isChosen, width: inside.width)
      let text = place.inset(left: 1)
      let begins = entry.isAlarm && isWide(inside)
      frame.write(
        entry.isAlarm
          ? firstLine(entry, begins ? wrapped.first : nil, view, text.width)
          : view.line(entry, width: text.width),
        in: text, ellipsis: theme.glyphs.ellipsis)
      let style = entry.isAlarm ? theme.bad : theme.label
      for (line, words) in wrapped.dropFirst(begins ? 1 : 0).enumerated()
      where row + 1 + line < inside.height {
        frame.write(
          words, in: inside.row(row + 1 + line).inset(left: indent(inside.width)), style: style)
      }
      if isChosen { frame.restyle(place) { $0.attributes.insert(.reverse) } }
      if let step = entry.step, model.isBehind, step > model.state.step, !isChosen {
        let height = min(self.height(wrapped, entry, inside), inside.height - row)
        frame.fade(
          Area(x: inside.x, y: place.y, width: inside.width, height: height), style: theme.behind)
      }
    }
  }

  /// The entry in a row of the pane; nil where there is none.
  func entry(atRow row: Int, in inside: Area) -> Int? {
    visible(LogEntries(model: model).shown, in: inside).last { $0.row <= row }?.index
  }

  /// Entries that are seen, each with the row where it begins; the chosen one is among them.
  private func visible(_ shown: [RunLog.Entry], in inside: Area) -> [(index: Int, row: Int)] {
    func height(_ index: Int) -> Int {
      let isChosen = index == model.log.chosen
      return self.height(
        wrapped(shown[index], isChosen: isChosen, width: inside.width), shown[index], inside)
    }
    var first = min(max(0, model.log.chosen ?? 0), shown.count - 1)
    guard first >= 0 else { return [] }
    // Up from the chosen one by half the pane, then, where the list ends early, as far as there is room.
    var above = 0
    while first > 0, above + height(first - 1) <= inside.height / 2 {
      first -= 1
      above += height(first)
    }
    var below = 0
    var end = first
    while end < shown.count, below < inside.height {
      below += height(end)
      end += 1
    }
    while first > 0, below + height(first - 1) <= inside.height {
      first -= 1
      below += height(first)
    }
    var visible: [(index: Int, row: Int)] = []
    var row = 0
    for index in first..<end where row < inside.height {
      visible.append((index, row))
      row += height(index)
    }
    return visible
  }

  private func indent(_ width: Int) -> Int { width >= 40 ? Self.indent + 1 : 2 }

  /// Words that follow an entry's first row: alarms always, others when they are chosen. On a wide screen the
  /// first row of an alarm is the first of them.
  private func wrapped(_ entry: RunLog.Entry, isChosen: Bool, width: Int) -> [String] {
    guard isChosen || entry.isAlarm, let details = entry.details(model.state.grid) else {
      return []
    }
    if case .note = entry, details.cellCount + Self.indent + 1 <= width { return [] }
    let indent = indent(width)
    return details.wrapped(to: max(4, width - indent))
  }

  private func height(_ wrapped: [String], _ entry: RunLog.Entry, _ inside: Area) -> Int {
    entry.isAlarm && isWide(inside) ? max(1, wrapped.count) : 1 + wrapped.count
  }

  /// Whether the words of an alarm begin in its first row.
  private func isWide(_ inside: Area) -> Bool { inside.width >= 40 }

  /// The first row of an alarm: its first words, or its short name where those follow below.
  private func firstLine(
    _ entry: RunLog.Entry, _ words: String?, _ view: DecisionsView, _ width: Int
  ) -> Line {
    guard case .alarm(var alarm) = entry else { return view.line(entry, width: width) }
    alarm.message = words ?? alarm.kind
    return view.line(.alarm(alarm), width: width)
  }

  private func detail(shown: Int, of total: Int) -> Line {
    var words: [String] = []
    if let kind = model.log.kind { words.append("only \(kind)") }
    if let filter = model.log.filter { words.append("/\(filter)/") }
    if words.isEmpty { return Line() }
    return Line(words.joined(separator: " ") + ": \(shown) of \(total)", style: theme.warning)
  }

  private func counts(_ entries: LogEntries) -> Line {
    let words = LogSettings.Kind.allCases.map { kind -> String in
      let count = entries.counts[kind] ?? 0
      return "\(count) " + (count == 1 ? String("\(kind)".dropLast()) : "\(kind)")
    }
    return Line(words.joined(separator: ", "), style: theme.label)
  }
}

extension RunLog.Entry {
  fileprivate var isAlarm: Bool {
    if case .alarm = self { true } else { false }
  }
}

extension String {
  /// The words in rows of at most so many cells; a longer word is cut.
  func wrapped(to width: Int) -> [String] {
    var rows: [String] = []
    for word in split(separator: " ") {
      if let last = rows.last, last.cellCount + 1 + word.count <= width {
        rows[rows.count - 1] = last + " " + word
        continue
      }
      var rest = String(word)
      while rest.cellCount > width {
        rows.append(String(rest.unicodeScalars.prefix(max(1, width))))
        rest = String(rest.unicodeScalars.dropFirst(max(1, width)))
      }
      if !rest.isEmpty || rows.isEmpty { rows.append(rest) }
    }
    return rows
  }
}
