import LanguageModels
import RunEvents
import Tensors

extension AdapterSet {
  /// The modules as the manifest lists them.
  ///
  /// - Parameter startRank: Components of each that are alive before the first step; nil for all slots.
  public func modules(startRank: Int? = nil) -> [AdaptedModule] {
    adapters.map { adapter in
      AdaptedModule(
        name: adapter.site.name, layer: adapter.site.layer, kind: adapter.site.kind.label,
        inputs: adapter.site.inputs, outputs: adapter.site.outputs, capacity: adapter.rank,
        startRank: startRank.map { min($0, adapter.rank) })
    }
  }

  /// Norm of every adapter's part of a buffer in this layout.
  func norms(in buffer: FloatBuffer) -> [Float] {
    adapters.map { adapter in
      let end = adapter.up + adapter.rank * adapter.site.outputs
      return sumOfSquares(
        UnsafeMutableBufferPointer(start: buffer.base + adapter.down, count: end - adapter.down)
      ).squareRoot()
    }
  }

  /// Sets the gates' gradients to 0: a method that fixes them.
  func clearGates(in gradient: FloatBuffer) {
    for (index, adapter) in adapters.enumerated() {
      gates(index, in: gradient).update(repeating: 0, count: adapter.rank)
    }
  }

  /// Sets the gates of flagged components to 0.
  func closeGates(where closes: (Int) -> Bool) {
    for (index, adapter) in adapters.enumerated() {
      let gates = gates(index, in: parameters)
      for slot in 0..<adapter.rank where closes(adapter.component + slot) { gates[slot] = 0 }
    }
  }
}
