import Allocation
import ArgumentParser
import Evidence
import Foundation
import LanguageModels
import RunEvents
import RunStore
import Training

/// What a sweep is to do, put together from its options.
struct SweepPlan {
  /// The cells.
  let grid: SweepGrid
  /// Where their run files go.
  let folder: SweepFolder
  /// The allocator that the others are compared with.
  let baseline: String

  /// What is left to do.
  struct Work {
    /// Cells to train.
    var cells: [SweepCell] = []
    /// Cells that are done, with their training time in seconds.
    var finished: [SweepCell: Double] = [:]
    /// What a person should know of it.
    var remarks: [String] = []
  }

  /// Looks at what there is.
  ///
  /// - Parameter force: Train cells again that are finished with other settings.
  func work(force: Bool) throws -> Work {
    var work = Work()
    var different: [(SweepCell, [String])] = []
    for cell in grid.cells {
      let file = folder.file(cell)
      switch try folder.state(cell) {
      case .absent: work.cells.append(cell)
      case .finished:
        guard case .finished(let stop) = try RunReader(opening: file).liveness() else { continue }
        work.finished[cell] = stop.seconds
      case .unfinished(let how):
        work.remarks.append("\(file.relativePath) \(how): trained again")
        work.cells.append(cell)
      case .different(let options):
        different.append((cell, options))
        work.cells.append(cell)
      case .live(let pid):
        throw Failure(
          "\(file.relativePath) is being trained by process \(pid): wait for it or end it, or choose "
            + "another --folder")
      }
    }
    if let (cell, options) = different.first {
      let words = options.joined(separator: "; ")
      let count = different.count > 1 ? " (and \(different.count - 1) more)" : ""
      guard force else {
        throw Failure(
          "\(folder.file(cell).relativePath)\(count) is finished with other settings: \(words). "
            + "Choose another --folder, or train it again with --force")
      }
      work.remarks += different.map {
        "\(folder.file($0.0).relativePath) had other settings (\($0.1.joined(separator: "; "))): "
          + "trained again"
      }
    }
    return work
  }

  /// Finds mistakes that would fail every cell, or those of one allocator or rank, before the first one begins.
  func check(_ cells: [SweepCell]) throws {
    var commands: [TrainCommand] = []
    for cell in cells where cell.seed == cells[0].seed {
      if let command = try folder.subject.trainCommand(cell) { commands.append(command) }
    }
    // The one with the most components meets every obstacle that the model itself can be.
    guard let largest = commands.max(by: { $0.allocation.slots < $1.allocation.slots })
    else { return }
    let setup = try ClassifierSetup(largest)
    for command in commands {
      let allocation = command.allocation
      let options = try command.recipe.options(
        examples: setup.train.count, kind: allocation.kind, threads: 1, seed: 1)
      let modules = setup.model.adapters.modules(startRank: allocation.startRank).map { module in
        var own = module
        (own.capacity, own.startRank) = (allocation.slots, allocation.startRank)
        return own
      }
      do {
        try TrainingRun.check(
          kind: allocation.kind, modules: modules, options: options,
          allocatorOptions: allocation.options, script: try command.steering.script(),
          examples: setup.train.count)
      } catch {
        throw Failure("\(allocation.allocator) at rank \(allocation.rank): \(error)")
      }
    }
  }
}

extension SweepCommand {
  /// Reads the options.
  ///
  /// - Throws: `ValidationError` for wrong usage.
  func plan() throws -> SweepPlan {
    let grid = try grid()
    let own = Set(SweepSubject.reserved)
    let options = passedOn
    for word in options {
      let name = word.split(separator: "=").first.map(String.init) ?? word
      if own.contains(name) {
        throw ValidationError("\(name) belongs to the cells: the sweep sets it itself")
      }
    }
    let subject = try subject()
    let task: String
    do {
      task = try subject.trainCommand(grid.cells[0])?.taskName ?? "demo"
      for cell in grid.cells where cell.seed == grid.seeds[0] {
        _ = try subject.trainCommand(cell)
        _ = try subject.demoCommand(cell)
      }
    } catch {
      throw ValidationError(
        demo ? DemoCommand.message(for: error) : TrainCommand.message(for: error))
    }
    let place = folder ?? "runs/sweep-\(task)"
    let usual = grid.allocators.contains("lora") ? "lora" : grid.allocators[0]
    return SweepPlan(
      grid: grid,
      folder: SweepFolder(
        url: URL(fileURLWithPath: place, isDirectory: true), task: task, subject: subject),
      baseline: baseline ?? usual)
  }

  private func grid() throws -> SweepGrid {
    do {
      if demo, ranks != nil { throw ValidationError("--demo has no --ranks: its budget is given") }
      return SweepGrid(
        allocators: try CommaList.read(
          allocators, option: "--allocators", meaning: AllocatorKind.names
        ) { AllocatorKind(rawValue: $0)?.rawValue },
        ranks: demo
          ? []
          : try CommaList.read(ranks ?? "8", option: "--ranks", meaning: "1 ... 256") {
            Int($0).flatMap { (1...256).contains($0) ? $0 : nil }
          },
        seeds: try CommaList.read(seeds, option: "--seeds", meaning: "whole numbers from 0") {
          UInt64($0)
        })
    } catch let error as CommaListError {
      throw ValidationError(error.description)
    }
  }

  /// The words for the cells; what stands behind `--` is meant for them too.
  private var passedOn: [String] {
    guard let end = options.firstIndex(of: "--") else { return options }
    return Array(options[..<end] + options[(end + 1)...])
  }

  private func subject() throws -> SweepSubject {
    let named = [("--model", model), ("--train", train), ("--eval", eval)]
    if demo {
      for (option, value) in named where value != nil {
        throw ValidationError("\(option) and --demo do not go together")
      }
      return .demo(passedOn)
    }
    var words: [String] = []
    for (option, value) in named {
      guard let value else {
        throw ValidationError("\(option) is missing: give --model, --train and --eval, or --demo")
      }
      words += [option, value]
    }
    return .train(words + passedOn)
  }
}
