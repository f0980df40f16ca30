import ArgumentParser
import Dashboard
import Foundation
import RunEvents
import RunStore
import Screen

/// `ranktop export`: a run for elsewhere: pictures, tables, numbers, PEFT's rank pattern.
struct ExportCommand: AsyncParsableCommand {
  /// What can be written.
  enum Format: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// The picture, as shapes or as pixels; ranks over steps; the numbers of a step; PEFT's setting.
    case svg, png, csv, json
    case peftRankPattern = "peft-rank-pattern"
  }

  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a run's picture, ranks, numbers or PEFT rank pattern at any step.",
    discussion: """
      svg and png are the dashboard's picture; csv has a row a module and step; json has the numbers of one \
      step; peft-rank-pattern has what a PEFT LoraConfig takes: r, rank_pattern, alpha_pattern, targets.

      Example:
        ranktop export runs/trec-dora-r4.ranktop --output trec.svg --step 300
        ranktop export runs/trec-dora-r4.ranktop --format peft-rank-pattern --output -
      """)

  @Argument(help: "Run file.")
  var run: String

  @Option(help: "File to write, or - for standard output.")
  var output: String

  @Option(help: "What to write. Default: by the file's ending, else svg.")
  var format: Format?

  @Option(help: "Step to show. Default: the last.")
  var step: Int?

  @Option(help: "View of the picture and of json: \(ViewKind.names).")
  var view = "overview"

  @Option(help: "Columns of the picture.")
  var width = 120

  @Option(help: "Rows of the picture.")
  var height = 40

  @Flag(help: "Overwrite an existing file.")
  var force = false

  private var chosenFormat: Format {
    format ?? Format(rawValue: URL(fileURLWithPath: output).pathExtension.lowercased()) ?? .svg
  }

  func validate() throws {
    for (option, value) in [("--width", width), ("--height", height)]
    where !(1...1000).contains(value) {
      throw ValidationError("\(option) \(value): choose 1 ... 1000")
    }
    if let step, step < 0 { throw ValidationError("--step \(step): choose 0 or more") }
    if output.isEmpty { throw ValidationError("--output is empty: name a file, or - ") }
    if ViewKind(named: view) == nil {
      throw ValidationError("--view \(view): choose one of \(ViewKind.names)")
    }
  }

  func run() async throws {
    if output != "-" && !force && FileManager.default.fileExists(atPath: output) {
      throw Failure("\(output) exists: choose another name, or overwrite it with --force")
    }
    try write(try contents(try RunReader(opening: URL(run: run))))
  }

  private func contents(_ reader: RunReader) throws -> Data {
    let view = ViewKind(named: view) ?? .overview
    var picture = try RunPicture(RunFileRecords(reader: reader), step: step, view: view)
    let state = picture.model.state
    guard let manifest = state.manifest else {
      throw Failure("\(run): the run has not started yet, or died before its first event")
    }
    switch chosenFormat {
    case .svg:
      let frame = try picture.frame(width: width, height: height, theme: Theme(depth: .full))
      return Data(frame.svg(title: "ranktop: \(manifest.name)").utf8)
    case .png:
      let frame = try picture.frame(width: width, height: height, theme: Theme(depth: .full))
      return Data(frame.png())
    case .csv:
      var table = RankTable(through: step ?? .max)
      try reader.forEachEvent { table.take($0) }
      return Data(table.finished().utf8)
    case .json: return Data((try StepNumbers(state, view: view).json() + "\n").utf8)
    case .peftRankPattern:
      let pattern = try RankPattern(state, run: run)
      if let note = pattern.note { complain(note) }
      return Data((try pattern.json() + "\n").utf8)
    }
  }

  private func write(_ data: Data) throws {
    if output == "-" {
      do { try FileHandle.standardOutput.write(contentsOf: data) } catch {
        throw Failure("standard output cannot be written: \(error.localizedDescription)")
      }
      return
    }
    do {
      try data.write(
        to: URL(fileURLWithPath: output), options: force ? .atomic : .withoutOverwriting)
    } catch {
      throw Failure("\(output) cannot be written: \(error.localizedDescription)")
    }
  }
}
