import Foundation
import RunEvents
import RunStore
import Testing

/// No room is left for the run.
@Suite(.timeLimit(.minutes(1))) struct DiskFullTests {
  @Test(arguments: [false, true])
  func `a run that reached its size keeps what it has`(rollbackJournal: Bool) throws {
    let folder = try RunFolder()
    var options = RunRecorder.Options()
    options.maximumBytes = 200 * 1024
    options.forcesRollbackJournal = rollbackJournal
    let recorder = try RunRecorder(creating: folder.file(), options: options)
    var recorded = 0
    let error = #expect(throws: StoreError.self) {
      while true {
        try recorder.record((1...100).map { Sample.alarm(recorded + $0) })
        recorded += 100
      }
    }
    #expect(error?.code == .diskFull)
    #expect(
      error?.message
        == "There is no room left to record \(folder.file().path). What was recorded before is "
        + "intact; free some space or record elsewhere.")
    #expect(recorded > 100)
    let reader = try RunReader(opening: folder.file())
    #expect(try reader.allEvents().map(\.event.step) == Array(1...recorded))
    reader.release()
    try recorder.finish()
    #expect(try folder.files == ["run.ranktop"])
    #expect(try RunReader(opening: folder.file()).lastSeq() == Int64(recorded))
  }

  @Test func `a full disk reaches the producer through the channel`() async throws {
    let folder = try RunFolder()
    var options = RunRecorder.Options()
    options.maximumBytes = 120 * 1024
    let recorder = try RunRecorder(creating: folder.file(), options: options)
    let channel = EventChannel(capacity: 16)
    async let outcome: StoreError? = withCheckedContinuation { continuation in
      Thread {
        do throws(EventChannelClosed) {
          for step in 1... { try channel.send(Sample.alarm(step)) }
        } catch {
          continuation.resume(returning: error.cause as? StoreError)
        }
      }.start()
    }
    let error = await #expect(throws: StoreError.self) {
      try await recorder.record(from: channel, pausing: .zero)
    }
    #expect(error?.code == .diskFull)
    #expect(await outcome == error)
  }
}
