import Evidence
import Testing

@Suite struct SweepGridTests {
  @Test func `cells come seed by seed, so that what is cut short has pairs`() {
    let grid = SweepGrid(allocators: ["lora", "dora"], ranks: [2, 4], seeds: [1, 7])
    #expect(
      grid.cells.map(\.label) == [
        "lora-r2-s1", "dora-r2-s1", "lora-r4-s1", "dora-r4-s1", "lora-r2-s7", "dora-r2-s7",
        "lora-r4-s7", "dora-r4-s7",
      ])
  }

  @Test func `without ranks there is one row`() {
    let grid = SweepGrid(allocators: ["lora", "dora"], ranks: [], seeds: [3])
    #expect(grid.cells.map(\.label) == ["lora-s3", "dora-s3"])
  }

  @Test func `lists are read with blanks`() throws {
    let list = try CommaList.read("1, 2,30", option: "--seeds", meaning: "numbers") { Int($0) }
    #expect(list == [1, 2, 30])
  }

  @Test(arguments: [
    ("", "empty"), ("1,,2", "empty"), ("1,2,", "empty"), (" ", "empty"), ("1,x", "\"x\""),
    ("1,2,1", "twice"),
  ])
  func `a bad list says what is wrong`(_ text: String, word: String) {
    let error = #expect(throws: CommaListError.self) {
      try CommaList.read(text, option: "--seeds", meaning: "numbers") { Int($0) }
    }
    #expect(error?.description.contains(word) == true && error!.description.contains("--seeds"))
  }

  @Test func `settings that differ are named, with both values`() {
    let found = SettingsComparison.differences(
      wanted: ["lr": "0.1", "rank": "4", "new": "1"],
      recorded: ["lr": "0.2", "rank": "4", "old": ""])
    #expect(
      found == [
        "lr 0.2 there, 0.1 here", "new not recorded there, 1 here", "old \"\" there, none here",
      ])
    #expect(SettingsComparison.differences(wanted: ["a": "1"], recorded: ["a": "1"]).isEmpty)
  }

  @Test func `the time left comes from cells of the same kind`() {
    let grid = SweepGrid(allocators: ["lora", "dora"], ranks: [2], seeds: [1, 2])
    let cells = grid.cells
    var remaining = RemainingTime()
    #expect(remaining.seconds(waiting: cells, running: [], jobs: 1) == nil)
    // Nothing has finished: 10 s for a quarter means 30 s more, and 40 s for each that waits.
    let first = RemainingTime.Running(cell: cells[0], elapsed: 10, progress: 0.25)
    #expect(remaining.seconds(waiting: [cells[1]], running: [first], jobs: 1) == 70)
    remaining.add(cells[0], seconds: 40)
    remaining.add(cells[1], seconds: 60)
    #expect(remaining.seconds(waiting: [cells[2], cells[3]], running: [], jobs: 1) == 100)
    #expect(remaining.seconds(waiting: [cells[2], cells[3]], running: [], jobs: 2) == 50)
    // Two at a time end with the longer one.
    let both = [
      RemainingTime.Running(cell: cells[2], elapsed: 30, progress: 0),
      RemainingTime.Running(cell: cells[3], elapsed: 0, progress: 0),
    ]
    #expect(remaining.seconds(waiting: [], running: both, jobs: 2) == 60)
  }
}
