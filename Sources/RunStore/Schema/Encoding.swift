import Foundation
import RunEvents

#if !_endian(little)
  #error("run files are little-endian: swap the bytes of the arrays here")
#endif

extension Data {
  /// The bytes of an array of plain numbers, little-endian.
  init<Number: BitwiseCopyable>(numbers: [Number]) {
    self = numbers.withUnsafeBytes { Data($0) }
  }
}

extension Array where Element: BitwiseCopyable {
  /// Reads numbers from their bytes, or nothing when the bytes are not a whole number of them.
  init?(numbers data: Data?) {
    guard let data else {
      self = []
      return
    }
    let stride = MemoryLayout<Element>.stride
    guard data.count % stride == 0 else { return nil }
    self.init(unsafeUninitializedCapacity: data.count / stride) { buffer, count in
      count = data.copyBytes(to: buffer) / stride
    }
  }
}

/// Texts, lists and dictionaries as JSON, with sorted keys so that equal runs are equal bytes.
enum JSON {
  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func value<Value: Decodable>(_ text: String, as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
  }
}

extension Intervention {
  /// Reads the columns of a row, which anybody may have written.
  init(kind: String, value: String?) {
    let number = value.flatMap(Int.init)
    let rule = value.flatMap(ModuleRule.init)
    let answer = value.flatMap(DecisionAnswer.init)
    switch kind {
    case "pause": self = .pause
    case "resume": self = .resume
    case "stop": self = .stop
    case "checkpoint": self = .checkpoint
    case "propose": self = .propose
    case "run-on": self = .runOn
    case "budget" where number != nil: self = .budget(number!)
    case "allocator" where value != nil: self = .allocator(value!)
    case "decide" where answer != nil: self = .decide(answer!)
    case "pin" where rule != nil: self = .pin(rule!)
    case "cap" where rule != nil: self = .cap(rule!)
    case "release" where rule != nil: self = .release(rule!)
    default: self = .unknown(kind: kind, value: value)
    }
  }
}

extension InterventionRecord.Outcome {
  /// `outcome` and `reason` of its row.
  var columns: (outcome: String, reason: String?) {
    switch self {
    case .pending: ("pending", nil)
    case .applied: ("applied", nil)
    case .rejected(let reason): ("rejected", reason)
    }
  }

  /// Reads the columns of a row.
  init?(outcome: String, reason: String?) {
    switch outcome {
    case "pending": self = .pending
    case "applied": self = .applied
    case "rejected": self = .rejected(reason ?? "")
    default: return nil
    }
  }
}

extension Stop.Reason {
  /// `reason` and `detail` of its row.
  var columns: (reason: String, detail: String?) {
    switch self {
    case .finished: ("finished", nil)
    case .stopped: ("stopped", nil)
    case .lossNotFinite: ("loss-not-finite", nil)
    case .failed(let detail): ("failed", detail)
    }
  }

  /// Reads the columns of a row.
  init?(reason: String, detail: String?) {
    switch reason {
    case "finished": self = .finished
    case "stopped": self = .stopped
    case "loss-not-finite": self = .lossNotFinite
    case "failed": self = .failed(detail ?? "")
    default: return nil
    }
  }
}
