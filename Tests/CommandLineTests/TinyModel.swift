import Foundation
import TestSupport

/// A folder with the golden tiny BERT, a tokenizer that fits it, and a small task.
struct TinyModel {
  let folder: URL
  var model: URL { folder.appendingPathComponent("model") }
  var train: URL { folder.appendingPathComponent("train.tsv") }
  var eval: URL { folder.appendingPathComponent("eval.tsv") }

  /// Writes everything into a new temporary folder.
  init() throws {
    folder = try temporaryFolder("tiny")
    try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
    for name in ["config.json", "model.safetensors"] {
      try FileManager.default.copyItem(
        at: Golden.shipped.appendingPathComponent("models/bert/\(name)"),
        to: model.appendingPathComponent(name))
    }
    try JSONSerialization.data(withJSONObject: Self.tokenizer)
      .write(to: model.appendingPathComponent("tokenizer.json"))
    try Self.rows(96, from: 0).write(to: train, atomically: true, encoding: .utf8)
    try Self.rows(32, from: 96).write(to: eval, atomically: true, encoding: .utf8)
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// Words w0 ... w99; three classes, told by which third of the words a text is drawn from.
  static func rows(_ count: Int, from start: Int) -> String {
    var lines = ["label\ttext"]
    for row in start..<(start + count) {
      let label = row % 3
      let words = (0..<(3 + row % 5)).map { "w\(label * 33 + (row * 7 + $0 * 11) % 33)" }
      lines.append("c\(label)\t\(words.joined(separator: " "))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static var tokenizer: [String: Any] {
    var vocabulary: [String: Int] = ["[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4]
    for word in 0..<100 { vocabulary["w\(word)"] = 5 + word }
    let special = [("[PAD]", 0), ("[UNK]", 1), ("[CLS]", 2), ("[SEP]", 3), ("[MASK]", 4)]
    return [
      "version": "1.0", "truncation": NSNull(), "padding": NSNull(),
      "added_tokens": special.map { name, id in
        [
          "id": id, "content": name, "single_word": false, "lstrip": false, "rstrip": false,
          "normalized": false, "special": true,
        ] as [String: Any]
      },
      "normalizer": [
        "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
        "strip_accents": NSNull(), "lowercase": true,
      ] as [String: Any],
      "pre_tokenizer": ["type": "BertPreTokenizer"],
      "post_processor": [
        "type": "BertProcessing", "sep": ["[SEP]", 3] as [Any], "cls": ["[CLS]", 2] as [Any],
      ] as [String: Any],
      "decoder": ["type": "WordPiece", "prefix": "##", "cleanup": true] as [String: Any],
      "model": [
        "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100, "vocab": vocabulary,
      ] as [String: Any],
    ]
  }
}
