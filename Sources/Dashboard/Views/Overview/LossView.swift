import Screen

/// The loss over the whole run, with evaluations and decisions marked.
struct LossView {
  let state: DashboardState
  let theme: Theme
  /// The run up to where it is known; nil where that is `state` itself.
  var head: DashboardState?

  /// The run as it is drawn: beyond the time cursor too.
  private var course: DashboardState { head ?? state }

  /// Columns left of the plot.
  static let gutter = 7

  /// One column of dots.
  private struct Sample {
    var mean = 0.0
    var smoothed = 0.0
    var count = 0
    var isBroken = false
  }

  func draw(into frame: inout Frame, in area: Area, style: PaneStyle) {
    let gutter = Self.gutter
    let (samples, range) = self.samples(dots: max(0, 2 * (area.width - gutter - 3)))
    let isLogarithmic = range.map { $0.low > 0 && $0.high / $0.low >= 30 } ?? false
    let inside = style.open(
      isLogarithmic ? "loss, log scale" : "loss", detail: lossText, note: evaluationText, in: area,
      into: &frame)
    guard inside.height >= 2, inside.width > gutter + 4, let range else {
      frame.write(
        state.report == nil ? "no step yet" : "no finite loss yet", in: inside,
        style: theme.label)
      return
    }
    let plot = inside.inset(left: gutter, bottom: 1)
    let axis = Axis(low: range.low, high: range.high, isLogarithmic: isLogarithmic)
    drawAxis(axis, plot: plot, into: &frame)
    var canvas = DotCanvas(columns: plot.width, rows: plot.height)
    trace(samples, \.mean, layer: 0, axis: axis, canvas: &canvas)
    trace(samples, \.smoothed, layer: 1, axis: axis, canvas: &canvas)
    canvas.draw(
      into: &frame, x: plot.x, y: plot.y, styles: [theme.border, theme.accent],
      glyphs: theme.glyphs)
    drawEvaluations(axis, plot: plot, into: &frame)
    StepAxis(state: course, theme: theme).draw(
      into: &frame, in: Area(x: plot.x, y: plot.y + plot.height, width: plot.width, height: 1),
      marksDecisions: true, cursor: head == nil ? nil : state.step)
    drawCursor(plot: plot, into: &frame)
  }

  /// The time cursor, and what lies after it, faintly.
  private func drawCursor(plot: Area, into frame: inout Frame) {
    guard head != nil else { return }
    let axis = StepAxis(state: course, theme: theme)
    let column = axis.column(of: max(1, state.step), width: plot.width)
    frame.fade(plot.inset(left: column + 1), style: theme.behind)
    frame.line(column: plot.x + column, in: plot, glyphs: theme.glyphs, style: theme.value)
  }

  /// How losses become rows of dots.
  private struct Axis {
    var low: Double
    var high: Double
    var isLogarithmic: Bool

    /// 0 at the bottom, 1 at the top.
    func place(_ value: Double) -> Double {
      guard high > low else { return 0.5 }
      if isLogarithmic {
        return Logarithm.of(max(value, low) / low) / Logarithm.of(high / low)
      }
      return (value - low) / (high - low)
    }
  }

  private func samples(dots: Int) -> ([Sample], (low: Double, high: Double)?) {
    guard dots > 0 else { return ([], nil) }
    var samples = Array(repeating: Sample(), count: dots)
    let history = course.losses
    let total = Double(max(1, course.totalSteps - 1))
    for (index, bucket) in history.buckets.enumerated() {
      let middle = Double(history.firstStep(of: index) - 1) + Double(history.stride - 1) / 2
      let x = min(dots - 1, Int(middle / total * Double(dots - 1)))
      if bucket.notFinite > 0 { samples[x].isBroken = true }
      guard let mean = bucket.mean else { continue }
      samples[x].mean += mean * Double(bucket.count)
      samples[x].count += bucket.count
      samples[x].smoothed = bucket.smoothed
    }
    var low = Double.infinity
    var high = -Double.infinity
    for x in samples.indices where samples[x].count > 0 {
      samples[x].mean /= Double(samples[x].count)
      low = min(low, samples[x].mean, samples[x].smoothed)
      high = max(high, samples[x].mean, samples[x].smoothed)
    }
    for evaluation in course.evaluations where evaluation.loss.isFinite {
      low = min(low, evaluation.loss)
      high = max(high, evaluation.loss)
    }
    return (samples, low <= high ? (low, high) : nil)
  }

  private func trace(
    _ samples: [Sample], _ value: KeyPath<Sample, Double>, layer: UInt8, axis: Axis,
    canvas: inout DotCanvas
  ) {
    var last: (x: Int, y: Int)?
    for (x, sample) in samples.enumerated() {
      if sample.count > 0 {
        let place = axis.place(sample[keyPath: value])
        let y = Int(((1 - place) * Double(max(0, canvas.height - 1))).rounded())
        canvas.line(from: last ?? (x, y), to: (x, y), layer: layer)
        last = (x, y)
      }
      if sample.isBroken { last = nil }
    }
  }

  private func drawAxis(_ axis: Axis, plot: Area, into frame: inout Frame) {
    let middle =
      axis.isLogarithmic
      ? (axis.low * axis.high).squareRoot() : (axis.low + axis.high) / 2
    var labels = [(0, axis.high), (plot.height - 1, axis.low)]
    if plot.height >= 7 { labels.append((plot.height / 2, middle)) }
    if axis.high == axis.low { labels = [(plot.height / 2, axis.low)] }
    for (row, value) in labels {
      frame.write(
        NumberText.short(value).padded(to: 6, .right), x: plot.x - 7, y: plot.y + row,
        style: theme.label)
    }
    for row in 0..<plot.height {
      frame[plot.x - 1, plot.y + row] = Cell(theme.glyphs.vertical, style: theme.border)
    }
  }

  private func drawEvaluations(_ axis: Axis, plot: Area, into frame: inout Frame) {
    let steps = StepAxis(state: course, theme: theme)
    for evaluation in course.evaluations where evaluation.loss.isFinite {
      let place = axis.place(evaluation.loss)
      let y = plot.y + Int(((1 - place) * Double(plot.height - 1)).rounded())
      let x = steps.column(of: evaluation.step, width: plot.width)
      frame[plot.x + x, y] = Cell(theme.glyphs.evaluation, style: theme.warning)
    }
  }

  private var lossText: Line {
    guard let report = state.report else { return Line() }
    var line = Line(
      NumberText.short(report.loss), style: report.loss.isFinite ? theme.text : theme.bad)
    if let smoothed = state.smoothedLoss {
      line.append(
        Line("  smoothed", NumberText.short(smoothed), theme: theme, valueStyle: theme.accent))
    }
    return line
  }

  private var evaluationText: Line {
    guard let last = state.evaluation, let metric = state.mainMetric else { return Line() }
    var line = Line("\(Character(theme.glyphs.evaluation)) ", style: theme.warning)
    let text = MetricText.value(metric.value, name: metric.name)
    line.append(Line(metric.name, text, theme: theme))
    line.append(" @\(last.step)", style: theme.label)
    return line
  }
}

/// The natural logarithm without a maths library: enough for drawing.
enum Logarithm {
  /// ln of a positive finite number to about nine digits.
  static func of(_ value: Double) -> Double {
    guard value.isFinite, value > 0 else { return 0 }
    let exponent = Double(value.exponent)
    let ratio = (value.significand - 1) / (value.significand + 1)
    let square = ratio * ratio
    var term = ratio
    var sum = 0.0
    for odd in stride(from: 1.0, through: 19, by: 2) {
      sum += term / odd
      term *= square
    }
    return exponent * 0.693147180559945309 + 2 * sum
  }
}
