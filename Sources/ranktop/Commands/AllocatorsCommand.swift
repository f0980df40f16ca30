import Allocation
import ArgumentParser
import Foundation

/// `ranktop allocators`: what there is to choose from.
struct AllocatorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "allocators",
    abstract: "List the allocators and their parameters.",
    discussion: """
      Example:
        ranktop allocators
        ranktop train ... --allocator adalora --set beta1=0.9
      """)

  @Flag(help: "One JSON object.")
  var json = false

  /// One allocator in the JSON output.
  private struct Entry: Encodable {
    var name: String
    var summary: String
    var lr: Float
    var parameters: [String: Double]
  }

  func run() throws {
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let entries = AllocatorKind.allCases.map { kind in
        Entry(
          name: kind.rawValue, summary: kind.summary, lr: kind.defaultRate,
          parameters: Dictionary(
            uniqueKeysWithValues: kind.parameters.map { ($0.name, $0.defaultValue) }))
      }
      print(String(decoding: try encoder.encode(entries), as: UTF8.self))
      return
    }
    for kind in AllocatorKind.allCases {
      print("\(kind.rawValue): \(kind.summary)")
      print("  --lr \(kind.defaultRate), --warmup \(kind.warmup), --final \(kind.final)")
      for parameter in kind.parameters {
        print(
          "  --set \(parameter.name)=\(parameter.text(of: parameter.defaultValue))  "
            + "\(parameter.help); \(parameter.allowed)")
      }
    }
  }
}
