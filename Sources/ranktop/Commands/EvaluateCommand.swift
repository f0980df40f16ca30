import ArgumentParser
import Foundation
import LanguageModels
import RunEvents
import Tensors
import Training

/// `ranktop evaluate`: metrics and predictions of a saved adapter.
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Metrics and predictions of a saved adapter, ranktop's or PEFT's.",
    discussion: """
      Example:
        ranktop evaluate --model MiniLM-L6 --adapter runs/trec-dora-r4.adapter --eval test.tsv
      """)

  @Option(help: "Model folder or hub name.")
  var model: String

  @Option(help: "Adapter folder (adapter_config.json, adapter_model.safetensors).")
  var adapter: String

  @Option(help: "Labelled data.")
  var eval: String

  @Option(help: "JSONL file for one line a row: label, predicted, logits.")
  var predictions: String?

  @Option(help: "Class names in the order of the logits, for an adapter that does not say: a,b,c.")
  var labels: String?

  @OptionGroup var data: DataArguments

  @OptionGroup var threading: ThreadArguments

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(help: "Overwrite an existing predictions file.")
  var force = false

  func run() async throws {
    if let predictions, !force, FileManager.default.fileExists(atPath: predictions) {
      throw Failure("\(predictions) exists: choose another name, or overwrite it with --force")
    }
    try OpenBLAS.open()
    let checkpoint = try ClassifierCheckpoint(ModelFolder(resolving: model))
    let folder = try AdapterFolder(contentsOf: URL(fileURLWithPath: adapter))
    let source = try AdapterImport(folder)
    let outputs = try source.outputs(checkpoint.configuration.family)
    let notes = try AdapterNotes.read(from: folder.url)
    let head = try checkpoint.head(outputs: outputs)
    let adapters = try source.adapters(for: checkpoint.configuration, head: head)
    let classifier = ClassifierModel(encoder: try checkpoint.encoder(adapters), head: head)
    classifier.encoder.publish()

    let dataset = try read(outputs: outputs, notes)
    let encoding = try TextEncoding(
      checkpoint.folder, checkpoint.configuration,
      length: notes.map { min($0.maxLength, checkpoint.configuration.maxLength) }
        ?? data.length(for: checkpoint.configuration))
    let encoded = encoding.encode(dataset)
    let workers = Workers(count: threading.count)
    defer { workers.close() }
    let evaluator = Evaluator(
      model: classifier, seats: (0..<workers.count).map { _ in ClassifierModel.Seat() })
    let started = ContinuousClock.now
    let logits = evaluator.logits(encoded, workers: workers)
    var result = evaluator.evaluate(encoded, logits: logits, step: 0)
    result.seconds = (ContinuousClock.now - started).seconds
    if let predictions { try write(logits, outputs, dataset, encoded, to: predictions) }
    try show(result, rows: encoded.count)
  }

  /// The data in the adapter's class order.
  private func read(outputs: Int, _ notes: AdapterNotes?) throws -> Dataset {
    let file = URL(fileURLWithPath: eval)
    let named =
      labels.map { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }
      ?? notes?.labels
    if outputs == 1 {
      return try Dataset(contentsOf: file, columns: data.columns, task: .regression)
    }
    if let named, !named.isEmpty {
      guard named.count == outputs else {
        throw Failure("\(named.count) class names for \(outputs) logits: name each with --labels")
      }
      return try Dataset(contentsOf: file, columns: data.columns, classNames: named)
    }
    let found = try Dataset(contentsOf: file, columns: data.columns, task: .classification)
    guard found.classNames.count == outputs else {
      throw Failure(
        "\(eval) has \(found.classNames.count) classes, the adapter \(outputs): name them in the "
          + "order of the logits with --labels")
    }
    return found
  }

  private struct Row: Encodable {
    var label: String
    var predicted: String
    var logits: [Float]
  }

  private func write(
    _ logits: FloatBuffer, _ outputs: Int, _ dataset: Dataset, _ encoded: EncodedDataset,
    to path: String
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    var lines = Data()
    for index in 0..<encoded.count {
      let values = logits.base + index * outputs
      let all = (0..<outputs).map { values[$0] }
      let row: Row =
        switch encoded.labels {
        case .classes(let classes):
          Row(
            label: dataset.classNames[Int(classes[index])],
            predicted: dataset.classNames[Evaluator.argmax(values, outputs)], logits: all)
        case .values(let targets):
          Row(label: "\(targets[index])", predicted: "\(values[0])", logits: all)
        }
      lines += try encoder.encode(row)
      lines.append(0x0A)
    }
    do {
      try lines.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw Failure("\(path) cannot be written: \(error.localizedDescription)")
    }
  }

  private func show(_ result: Evaluation, rows: Int) throws {
    if json {
      let values: [String: Any] = [
        "rows": rows, "loss": result.loss, "seconds": result.seconds,
        "metrics": result.metrics.filter { $0.value.isFinite },
      ]
      let data = try JSONSerialization.data(withJSONObject: values, options: [.sortedKeys])
      print(String(decoding: data, as: UTF8.self))
    } else {
      print("\(rows) rows, loss \(String(format: "%.4f", result.loss))")
      for (name, value) in result.metrics.sorted(by: { $0.key < $1.key }) {
        print("\(name) \(String(format: "%.4f", value))")
      }
    }
  }
}
