import Screen

/// The losses of all runs on one axis, each curve with the letter of its run on it.
struct CompareLosses {
  let runs: [ComparedRun]
  let axis: CompareSettings.Axis
  /// Step of the time cursor.
  let step: Int?
  let theme: Theme

  /// A loss and where it stands on the axis.
  private struct Point {
    var place: Double
    var loss: Double
  }

  private static let gutter = 7

  /// Where the curves are drawn; nil where there is no room for them.
  func plot(in area: Area) -> Area? {
    guard area.height >= 3, area.width > Self.gutter + 6 else { return nil }
    return area.inset(left: Self.gutter, top: 1, bottom: 1)
  }

  /// The step of the first run at a column of the plot.
  func step(at x: Int, in plot: Area) -> Int {
    let end = max(runs.flatMap { points($0) }.map(\.place).max() ?? 1, 1)
    let scale = axis == .steps ? 1 : max(1, runs.first?.tokensPerStep ?? 1)
    let column = min(max(0, x - plot.x), plot.width - 1)
    let place = Double(column) / Double(max(1, plot.width - 1)) * end / scale
    return max(1, Int(min(place.rounded(.up), 1e15)))
  }

  func draw(into frame: inout Frame, in area: Area) {
    guard let plot = plot(in: area) else { return }
    let curves = runs.map { points($0) }
    let all = curves.flatMap { $0 }
    let finite = all.filter { $0.loss.isFinite }
    guard let low = finite.map(\.loss).min(), let high = finite.map(\.loss).max() else {
      frame.write("no finite loss yet", in: area, style: theme.label)
      return
    }
    let end = max(all.map(\.place).max() ?? 1, 1)
    let isLogarithmic = low > 0 && high / low >= 30
    frame.write(
      "smoothed loss\(isLogarithmic ? ", log scale" : "")", in: area.row(0), style: theme.label,
      ellipsis: theme.glyphs.ellipsis)
    guard plot.height > 0 else { return }
    func height(_ loss: Double) -> Double {
      guard high > low else { return 0.5 }
      return isLogarithmic
        ? Logarithm.of(loss / low) / Logarithm.of(high / low) : (loss - low) / (high - low)
    }
    drawGutter(low: low, high: high, plot: plot, into: &frame)
    var canvas = DotCanvas(columns: plot.width, rows: plot.height)
    var signs: [(x: Int, y: Int, run: Int)] = []
    for (index, curve) in curves.enumerated() {
      var last: (x: Int, y: Int)?
      var dots: [(x: Int, y: Int)] = []
      for point in curve {
        guard point.loss.isFinite else {
          last = nil
          continue
        }
        let x = Int(point.place / end * Double(canvas.width - 1))
        let y = Int(((1 - height(point.loss)) * Double(canvas.height - 1)).rounded())
        canvas.line(from: last ?? (x, y), to: (x, y), layer: UInt8(index))
        last = (x, y)
        dots.append((x, y))
      }
      // Each run's letters stand elsewhere, so that none hides another.
      for part in 0..<3 where !dots.isEmpty {
        let place = Double(part) / 3 + (Double(index) + 0.5) / Double(3 * runs.count)
        let dot = dots[min(dots.count - 1, Int(place * Double(dots.count)))]
        signs.append((dot.x / 2, dot.y / 4, index))
      }
    }
    canvas.draw(
      into: &frame, x: plot.x, y: plot.y, styles: runs.indices.map { style($0) },
      glyphs: theme.glyphs)
    for sign in signs {
      var style = style(sign.run)
      style.attributes.insert(.bold)
      frame.write(
        String(ComparedRun.sign(sign.run)), x: plot.x + sign.x, y: plot.y + sign.y, style: style,
        in: plot)
    }
    drawAxis(end: end, plot: plot, into: &frame)
  }

  private func style(_ run: Int) -> Style { theme.runs[run % theme.runs.count] }

  /// The course of a run: over steps the middle of each stretch, over tokens its end.
  private func points(_ run: ComparedRun) -> [Point] {
    let losses = run.state.losses
    let mean = run.tokensPerStep
    return losses.buckets.enumerated().compactMap { index, bucket in
      guard bucket.count + bucket.notFinite > 0 else { return nil }
      let middle = Double(losses.firstStep(of: index)) + Double(losses.stride - 1) / 2
      let place =
        axis == .steps ? middle : bucket.tokens.map { Double($0) } ?? middle * mean
      return Point(place: place, loss: bucket.count > 0 ? bucket.smoothed : .nan)
    }
  }

  private func drawGutter(low: Double, high: Double, plot: Area, into frame: inout Frame) {
    for row in 0..<plot.height {
      frame[plot.x - 1, plot.y + row] = Cell(theme.glyphs.vertical, style: theme.border)
    }
    let rows = high > low && plot.height > 1 ? [(0, high), (plot.height - 1, low)] : [(0, high)]
    for (row, value) in rows {
      frame.write(
        NumberText.short(value).padded(to: 6, .right), x: plot.x - 7, y: plot.y + row,
        style: theme.label)
    }
  }

  private func drawAxis(end: Double, plot: Area, into frame: inout Frame) {
    let row = Area(x: plot.x, y: plot.y + plot.height, width: plot.width, height: 1)
    frame.fill(row, with: Cell(theme.glyphs.horizontal, style: theme.border))
    let text =
      axis == .steps
      ? " step \(NumberText.grouped(Int(min(end, 1e15))))"
      : " \(NumberText.short(end)) tokens"
        + (runs.allSatisfy(\.knowsTokens) ? "" : ", by the mean a step")
    frame.write("0 ", x: row.x, y: row.y, style: theme.label, in: row)
    if text.cellCount + 4 < row.width {
      frame.write(text, in: row, .right, style: theme.label)
      // The line goes on to the left of the text.
      frame.fill(
        Area(x: row.x + 2, y: row.y, width: row.width - text.cellCount - 2, height: 1),
        with: Cell(theme.glyphs.horizontal, style: theme.border))
    }
    if let step {
      for (index, run) in runs.enumerated() {
        let place = (axis == .steps ? Double(step) : run.tokens(through: step)) / end
        guard place >= 0, place <= 1 else { continue }
        let x = row.x + min(row.width - 1, Int(place * Double(row.width - 1)))
        frame[x, row.y] = Cell(
          theme.glyphs.position, style: axis == .steps ? theme.accent : style(index))
      }
    }
  }
}

extension ComparedRun {
  /// Mean tokens of a step; 0 before the first.
  var tokensPerStep: Double {
    let first = state.seams.last { $0.source != nil }?.step ?? 0
    let steps = state.step - first
    return steps > 0 ? Double(state.tokens) / Double(steps) : 0
  }

  /// Whether the tokens so far are known along the whole course.
  public var knowsTokens: Bool {
    state.losses.buckets.allSatisfy { $0.tokens != nil || $0.count + $0.notFinite == 0 }
  }

  /// Tokens up to a step: exact at the ends of the course's stretches, between them in proportion.
  public func tokens(through step: Int) -> Double {
    let losses = state.losses
    var before = (step: state.seams.last { $0.source != nil }?.step ?? 0, tokens: 0.0)
    for (index, bucket) in losses.buckets.enumerated() {
      guard let tokens = bucket.tokens else { continue }
      let end = min(losses.firstStep(of: index) + losses.stride - 1, state.history.lastStep)
      if end >= step {
        let share = Double(step - before.step) / Double(max(1, end - before.step))
        return before.tokens + share * (Double(tokens) - before.tokens)
      }
      before = (end, Double(tokens))
    }
    return before.tokens + Double(step - before.step) * tokensPerStep
  }
}
