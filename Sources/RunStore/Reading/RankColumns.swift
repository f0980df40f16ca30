internal import GRDB
import RunEvents

/// Ranks over the run: every change where there are few, else those at a thousand places.
struct RankColumns {
  let reader: RunReader
  let db: Database
  /// The last event taken in.
  let seq: Int64

  /// Most columns that are read one after the other.
  private static let most = 1024
  /// Places that are looked at in a longer run.
  private static let probes = 1000
  /// Most bytes to read through where no table says when ranks changed.
  private static let mostBytes = 16 << 20

  /// Columns by rising step; equal neighbours are one.
  func columns() throws -> [RunOverview.Column] {
    let rows = RankRows(db: db)
    let version = try Schema.version(of: db)
    // What comes before it is another run's.
    let fork =
      version < 2
      ? nil
      : try db.integer(
        "SELECT seq FROM seams WHERE source IS NOT NULL AND seq <= ? ORDER BY seq DESC LIMIT 1",
        [seq])
    let found =
      try rows.areRecorded() ? recorded(rows, from: fork ?? 0) : implied(rows, from: fork)
    return Self.folded(found)
  }

  private func recorded(_ rows: RankRows, from first: Int64) throws -> [RankRows.Found] {
    let all = try rows.recorded(
      "WHERE seq >= ? AND seq <= ? ORDER BY seq", [first, seq], limit: Self.most + 1)
    guard all.count > Self.most else { return all }
    var found = [all[0]]
    for place in places(after: all[0].seq) {
      if let next = try rows.last(through: place), next.seq > found[found.count - 1].seq {
        found.append(next)
      }
    }
    return found
  }

  private func implied(_ rows: RankRows, from fork: Int64?) throws -> [RankRows.Found] {
    guard let manifest = try reader.manifest(db) else { return [] }
    let layout = manifest.checkedLayout
    var found: [RankRows.Found] = []
    if fork == nil, let start = manifest.startRanks {
      found.append(RankRows.Found(seq: 0, step: 0, ranks: start))
    }
    let first = (fork ?? 1) - 1
    if try rows.impliedBytes(atMost: Self.mostBytes, layout) <= Self.mostBytes {
      found += try rows.implied(after: first, through: seq, layout)
    } else {
      for place in places(after: first) {
        if let next = try rows.implied(through: place, layout), next.seq > found.last?.seq ?? first
        {
          found.append(next)
        }
      }
    }
    return found
  }

  /// Events at even distances, the last one included.
  private func places(after first: Int64) -> [Int64] {
    (1...Self.probes).map {
      first + Int64(Double(seq - first) * Double($0) / Double(Self.probes))
    }
  }

  /// What is left when equal neighbours are one, and of several in one step the last holds.
  private static func folded(_ found: [RankRows.Found]) -> [RunOverview.Column] {
    var columns: [RunOverview.Column] = []
    for next in found {
      guard let last = columns.last else {
        columns.append(RunOverview.Column(step: next.step, ranks: next.ranks))
        continue
      }
      if last.ranks == next.ranks { continue }
      if last.step >= next.step {
        columns[columns.count - 1].ranks = next.ranks
      } else {
        columns.append(RunOverview.Column(step: next.step, ranks: next.ranks))
      }
    }
    guard columns.count > most else { return columns }
    return (0..<most).map { columns[$0 * (columns.count - 1) / (most - 1)] }
  }
}
