import Screen

/// The first row: which run, what it does, how far it is and how well it goes.
struct HeaderView {
  let model: DashboardModel
  let theme: Theme

  /// One field of the row.
  private struct Field {
    /// Fields with lower ranks give way first.
    var rank: Int
    var full: Line
    /// A shorter form, used before the field is left out.
    var brief: Line?
    /// Rank of the shorter form.
    var briefRank = 20
  }

  func draw(into frame: inout Frame, in area: Area) {
    guard !area.isEmpty else { return }
    var fields = self.fields
    let margin = area.width > 30 ? 1 : 0
    let row = area.inset(left: margin, right: margin)
    var gap = 3
    func width() -> Int {
      fields.reduce(0) { $0 + $1.full.cellCount } + gap * max(0, fields.count - 1)
    }
    while width() > row.width && fields.count > 1 {
      if gap > 2 {
        gap = 2
        continue
      }
      let lowest = fields.indices.min { fields[$0].rank < fields[$1].rank } ?? 0
      if let brief = fields[lowest].brief {
        fields[lowest].full = brief
        fields[lowest].brief = nil
        fields[lowest].rank = fields[lowest].briefRank
      } else {
        fields.remove(at: lowest)
      }
    }
    if width() > row.width {
      if row.width <= 2 { gap = 0 }
      if let brief = fields.first?.brief { fields[0].full = brief }
    }
    var line = Line()
    for (index, field) in fields.enumerated() {
      if index > 0 { line.append(String(repeating: " ", count: gap)) }
      line.append(field.full)
    }
    frame.write(line, in: row, ellipsis: theme.glyphs.ellipsis)
  }

  private var fields: [Field] {
    let state = model.state
    var fields = [phase]
    if let manifest = state.manifest {
      let name = Line(manifest.name.fitted(to: 28), style: theme.value)
      fields.insert(Field(rank: 4, full: name, brief: nil), at: 0)
      let step = "\(state.step)/\(manifest.totalSteps)"
      fields.append(
        Field(
          rank: 11, full: Line("step", step, theme: theme), brief: Line(step, style: theme.value)))
    }
    if let epochs = state.epochs {
      let text =
        NumberText.fixed(epochs.done, decimals: 1) + "/"
        + NumberText.fixed(epochs.total, decimals: epochs.total == epochs.total.rounded() ? 0 : 1)
      fields.append(Field(rank: 1, full: Line("epoch", text, theme: theme), brief: nil))
    }
    return fields + numbers
  }

  private var numbers: [Field] {
    let state = model.state
    var fields: [Field] = []
    if let report = state.report {
      let isFinite = report.loss.isFinite
      let text = NumberText.short(isFinite ? state.smoothedLoss ?? report.loss : report.loss)
      let line = Line("loss", text, theme: theme, valueStyle: isFinite ? nil : theme.bad)
      fields.append(Field(rank: 9, full: line, brief: nil))
    }
    if let metric = state.mainMetric {
      let text = MetricText.value(metric.value, name: metric.name)
      fields.append(Field(rank: 7, full: Line(metric.name, text, theme: theme), brief: nil))
    }
    if let recovery = state.recovery {
      let text = NumberText.percent(recovery)
      fields.append(Field(rank: 6, full: Line("recovery", text, theme: theme), brief: nil))
    }
    if let rate = state.tokensPerSecond, rate.isFinite, rate >= 0 {
      var line = Line(
        rate < 100_000 ? NumberText.grouped(Int(rate.rounded())) : NumberText.short(rate),
        style: theme.value)
      line.append(" tok/s", style: theme.label)
      fields.append(Field(rank: 2, full: line, brief: nil))
    }
    if let time = time { fields.append(time) }
    return fields
  }

  private var time: Field? {
    let state = model.state
    if state.isStopped || model.mode == .replay {
      guard let seconds = state.stop?.seconds ?? state.report?.elapsed else { return nil }
      let line = Line("time", NumberText.duration(seconds), theme: theme)
      return Field(rank: 8, full: line, brief: nil)
    }
    guard let seconds = state.secondsLeft, !model.hasTrainerDied else { return nil }
    return Field(
      rank: 8, full: Line("ETA", NumberText.duration(seconds), theme: theme), brief: nil)
  }

  private var phase: Field {
    let (glyph, word, style) = phaseSigns
    if let task = model.state.task, model.state.status == .training, !model.hasTrainerDied,
      model.mode != .replay
    {
      let share = "\(100 * task.done / task.total) %"
      return Field(
        rank: 5, full: Line("\(Character(glyph)) \(task.task) \(share)", style: style),
        brief: Line("\(Character(glyph)) \(share)", style: style), briefRank: 30)
    }
    var full = Line(String(Character(glyph)) + " ", style: style)
    full.append(word, style: style)
    return Field(
      rank: 5, full: full, brief: Line(String(Character(glyph)), style: style),
      briefRank: 30)
  }

  private var phaseSigns: (Unicode.Scalar, String, Style) {
    let glyphs = theme.glyphs
    if model.mode == .replay {
      let playback = model.playback
      let decimals = playback.speed < 0.5 ? 2 : playback.speed < 1 ? 1 : 0
      let speed = NumberText.fixed(playback.speed, decimals: decimals)
      if playback.isPlaying { return (glyphs.pointer, "replay \(speed)x", theme.good) }
      if playback.isAtEnd { return (glyphs.stopped, "replay, at the end", theme.label) }
      return (glyphs.paused, "replay \(speed)x, held", theme.warning)
    }
    if model.hasTrainerDied && !model.state.isStopped {
      return (glyphs.failed, "trainer died", theme.bad)
    }
    switch model.state.status {
    case .waiting: return (glyphs.waiting, "waiting", theme.label)
    case .training where model.head.proposal != nil:
      return (glyphs.waiting, "waits for you", theme.warning)
    case .training: return (glyphs.running, "training", theme.good)
    case .paused: return (glyphs.paused, "paused", theme.warning)
    case .stopped(.finished): return (glyphs.finished, "finished", theme.good)
    case .stopped(.stopped): return (glyphs.stopped, "stopped", theme.warning)
    case .stopped(.lossNotFinite): return (glyphs.failed, "loss not finite", theme.bad)
    case .stopped(.failed): return (glyphs.failed, "failed", theme.bad)
    }
  }
}

/// Metrics as people read them.
enum MetricText {
  /// Shares as per cent, everything else in three significant digits.
  static func value(_ value: Double, name: String) -> String {
    let isShare = ["accuracy", "f1", "recovery", "precision", "recall"].contains {
      name.lowercased().contains($0)
    }
    return isShare ? NumberText.percent(value) : NumberText.short(value)
  }
}
