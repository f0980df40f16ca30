import Evidence
import Testing

@Suite struct ComparisonTests {
  private func result(
    _ allocator: String, _ seed: UInt64, _ accuracy: Double?, rank: Int? = 4,
    components: Int = 144, parameters: Int = 110_592, threads: String = "2",
    steering: String? = nil
  ) -> CellResult {
    let metrics = accuracy.map { ["accuracy": $0, "f1": $0 / 2, "mcc": $0 - 0.01] } ?? [:]
    return CellResult(
      cell: SweepCell(allocator: allocator, rank: rank, seed: seed), metrics: metrics,
      components: components, parameters: parameters, kindRanks: ["q": 3.5, "up": 4.25],
      seconds: 75, threads: threads, steering: steering,
      runFile: "runs/\(allocator)-s\(seed).ranktop")
  }

  private func comparison(
    _ results: [CellResult], allocators: [String] = ["lora", "dora"], seeds: [UInt64] = [1, 2, 3],
    missing: [MissingCell] = []
  ) -> Comparison {
    Comparison(
      task: "trec", grid: SweepGrid(allocators: allocators, ranks: [4], seeds: seeds),
      results: results, missing: missing, baseline: "lora", metrics: ["accuracy", "f1", "mcc"],
      kinds: ["q", "up"])
  }

  private let lora: [Double] = [0.90, 0.92, 0.91]

  private func pair(_ dora: [Double?]) -> [CellResult] {
    lora.enumerated().map { result("lora", UInt64($0.offset + 1), $0.element) }
      + dora.enumerated().map { result("dora", UInt64($0.offset + 1), $0.element) }
  }

  @Test func `differences are taken seed by seed`() throws {
    // +0.01, -0.01, +0.03: mean 0.01, range holds 0.
    let found = comparison(pair([0.91, 0.91, 0.94]))
    let difference = try #require(found.differences.first)
    #expect(difference.metric == "accuracy" && difference.pairs == 3)
    #expect(abs(difference.mean! - 0.01) < 1e-12)
    #expect(abs(difference.lower! + 0.01) < 1e-12 && abs(difference.upper! - 0.03) < 1e-12)
    #expect(difference.verdict == .withinNoise)
    #expect(found.groups[0].metrics["accuracy"]?.mean == (0.90 + 0.92 + 0.91) / 3)
  }

  @Test func `the word follows the interval`() {
    #expect(comparison(pair([0.91, 0.93, 0.94])).differences[0].verdict == .better)
    #expect(comparison(pair([0.89, 0.91, 0.90])).differences[0].verdict == .worse)
    // An end at 0 holds 0.
    #expect(comparison(pair([0.90, 0.93, 0.94])).differences[0].verdict == .withinNoise)
  }

  @Test func `two pairs are noise however large, and a lost metric is no pair`() {
    let found = comparison(pair([0.99, nil, 0.99]))
    #expect(found.differences[0].pairs == 2 && found.differences[0].verdict == .withinNoise)
    #expect(found.notes.contains { $0.hasPrefix("2 pairs: nothing can be told") })
    #expect(found.groups[1].metrics["accuracy"]?.count == 2)
  }

  @Test func `unlike budgets, unlike parameters, threads and steering are said`() {
    let smaller = comparison(
      pair([0.9, 0.9]) + [
        result("dora", 3, 0.9, components: 139, threads: "1", steering: "budget 139")
      ]
    ).notes.joined(separator: "\n")
    #expect(smaller.contains("final budgets differ (components: lora 144, dora 142.3)"))
    #expect(smaller.contains("dora-r4-s3 was steered") && smaller.contains("threads (1, 2)"))
    let wider = comparison(
      pair([0.9, 0.9]) + [result("dora", 3, 0.9, parameters: 140_000)]
    ).notes.joined(separator: "\n")
    #expect(wider.contains("equal components, but unlike parameters"))
    #expect(!comparison(pair([0.9, 0.9, 0.9])).notes.contains { $0.contains("parameters") })
  }

  @Test func `the table reads so`() {
    let lines = ComparisonTable(
      comparison(
        pair([0.91, 0.93, 0.94]), seeds: [1, 2, 3, 4],
        missing: [MissingCell(name: "trec-dora-r4-s4", reason: "not run yet")])
    ).lines
    #expect(
      lines.joined(separator: "\n") == """
        sweep trec: 6 of 7 cells finished
        metrics: mean ± standard deviation over the seeds; time: training steps only

        rank 4  seeds  accuracy         f1               mcc              components   params   time
        lora        3  0.9100 ± 0.0100  0.4550 ± 0.0050  0.9000 ± 0.0100         144  110 592  1m15s
        dora        3  0.9267 ± 0.0153  0.4633 ± 0.0076  0.9167 ± 0.0153         144  110 592  1m15s

        difference from lora over the same seeds, with a 95 % bootstrap interval

        rank 4  metric    pairs     mean           interval  verdict
        dora    accuracy      3  +0.0167  +0.0100 … +0.0300  better
                f1            3  +0.0083  +0.0050 … +0.0150  better
                mcc           3  +0.0167  +0.0100 … +0.0300  better

        mean final rank of the modules of each kind

        rank 4      q     up
        lora     3.50   4.25
        dora     3.50   4.25

        - with 3 pairs the interval is coarse (it is the range of the three differences): about 25 % of
          comparisons of equals would be called better or worse. More seeds say more.

        not in the table:
        - trec-dora-r4-s4: not run yet
        """)
  }

  @Test func `the widest usual table fits 100 columns`() {
    let results = ["adalora", "bayesian"].flatMap { name in
      (1...3).map { seed in
        result(name, UInt64(seed), 0.5, components: 1023 + seed, parameters: 12_345_678)
      }
    }
    let found = Comparison(
      task: "trec",
      grid: SweepGrid(allocators: ["adalora", "bayesian"], ranks: [4], seeds: [1, 2, 3]),
      results: results, missing: [], baseline: "adalora", metrics: ["accuracy", "f1", "mcc"],
      kinds: ["q", "k", "v", "o", "up", "down"])
    for line in ComparisonTable(found).lines { #expect(line.count <= 100, "\(line)") }
  }

  @Test func `a row a cell, quoted where a name asks for it`() {
    var odd = result("dora", 1, nil)
    odd.runFile = "a \"b\", c.ranktop"
    let text = CellRows(comparison([result("lora", 1, 0.5), odd])).text
    #expect(
      text == """
        allocator,rank,seed,accuracy,f1,mcc,components,parameters,seconds,run_file
        lora,4,1,0.5,0.25,0.49,144,110592,75.0,runs/lora-s1.ranktop
        dora,4,1,,,,144,110592,75.0,"a ""b"", c.ranktop"

        """)
  }
}
