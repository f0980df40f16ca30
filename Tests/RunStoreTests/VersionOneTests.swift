import Foundation
import GRDB
import RunEvents
import RunStore
import Testing

/// A run that an earlier ranktop recorded.
@Suite struct VersionOneTests {
  /// The layout of version 1, as its readers knew it.
  private static let creation = """
    CREATE TABLE trainer (id INTEGER PRIMARY KEY CHECK (id = 1), pid INTEGER NOT NULL,
      process_start INTEGER NOT NULL, host TEXT NOT NULL, heartbeat REAL NOT NULL) STRICT;
    CREATE TABLE stop (seq INTEGER PRIMARY KEY, step INTEGER NOT NULL, reason TEXT NOT NULL,
      detail TEXT, seconds REAL, tokens INTEGER NOT NULL, adapter TEXT) STRICT;
    CREATE TABLE manifest (seq INTEGER PRIMARY KEY, name TEXT NOT NULL, model TEXT NOT NULL,
      architecture TEXT NOT NULL, task TEXT NOT NULL, main_metric TEXT NOT NULL,
      allocator TEXT NOT NULL, seed INTEGER NOT NULL, total_steps INTEGER NOT NULL,
      steps_per_epoch INTEGER NOT NULL, initial_budget INTEGER NOT NULL,
      target_budget INTEGER NOT NULL, started_at REAL, data TEXT NOT NULL, labels TEXT NOT NULL,
      hyperparameters TEXT NOT NULL, environment TEXT NOT NULL, planted_ranks TEXT) STRICT;
    CREATE TABLE modules (module INTEGER PRIMARY KEY, name TEXT NOT NULL, layer INTEGER NOT NULL,
      kind TEXT NOT NULL, inputs INTEGER NOT NULL, outputs INTEGER NOT NULL,
      capacity INTEGER NOT NULL) STRICT;
    CREATE TABLE steps (seq INTEGER PRIMARY KEY, step INTEGER NOT NULL, loss REAL,
      regularizer REAL, learning_rate REAL, gradient_norm REAL, tokens INTEGER NOT NULL,
      seconds REAL, elapsed REAL, budget INTEGER NOT NULL, alive INTEGER NOT NULL, wait REAL) STRICT;
    CREATE TABLE statistics (seq INTEGER PRIMARY KEY, step INTEGER NOT NULL, ranks BLOB NOT NULL,
      importance BLOB NOT NULL, gradient_norm BLOB NOT NULL, update_norm BLOB NOT NULL) STRICT;
    CREATE TABLE plans (seq INTEGER PRIMARY KEY, allocator TEXT NOT NULL, from_step INTEGER NOT NULL,
      target_budget INTEGER NOT NULL, first_decision INTEGER, decision_interval INTEGER NOT NULL,
      last_decision INTEGER, phases TEXT NOT NULL, budgets TEXT NOT NULL) STRICT;
    CREATE TABLE decisions (seq INTEGER PRIMARY KEY, number INTEGER NOT NULL, step INTEGER NOT NULL,
      allocator TEXT NOT NULL, budget INTEGER NOT NULL, ranked INTEGER NOT NULL, threshold REAL,
      is_final INTEGER NOT NULL, reason TEXT NOT NULL, scores BLOB NOT NULL, alive BLOB NOT NULL) STRICT;
    CREATE TABLE changes (seq INTEGER NOT NULL, position INTEGER NOT NULL, module INTEGER NOT NULL,
      slot INTEGER NOT NULL, change INTEGER NOT NULL, PRIMARY KEY (seq, position)) STRICT, WITHOUT ROWID;
    CREATE TABLE interventions (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, value TEXT,
      author TEXT NOT NULL, requested_at REAL, seq INTEGER UNIQUE, step INTEGER,
      outcome TEXT NOT NULL DEFAULT 'pending', reason TEXT) STRICT;
    CREATE TABLE evaluations (seq INTEGER PRIMARY KEY, step INTEGER NOT NULL, loss REAL,
      seconds REAL) STRICT;
    CREATE TABLE metrics (seq INTEGER NOT NULL, name TEXT NOT NULL, value REAL,
      PRIMARY KEY (seq, name)) STRICT, WITHOUT ROWID;
    CREATE TABLE alarms (seq INTEGER PRIMARY KEY, step INTEGER NOT NULL, kind TEXT NOT NULL,
      message TEXT NOT NULL) STRICT;
    PRAGMA application_id = 1380011595; PRAGMA user_version = 1;
    """

  private static let contents = """
    INSERT INTO manifest VALUES (1, 'old', 'm', 'bert', 'classification', 'accuracy', 'dora', 7, 3, 3,
      4, 3, 12.5, '{"train":"t.tsv"}', '["a","b"]', '{"lr":"0.1"}', '{"host":"box"}', NULL);
    INSERT INTO modules VALUES (0, 'layer.0.q', 0, 'q', 4, 5, 3);
    INSERT INTO steps VALUES (2, 1, 0.5, 0, 0.1, 1, 10, 0.1, 0.1, 3, 3, 0);
    INSERT INTO interventions VALUES (1, 'budget', '2', 'ana', 1.5, 3, 1, 'applied', NULL);
    INSERT INTO steps VALUES (4, 2, NULL, 0, 0.1, 1, 10, 0.1, 0.2, 3, 3, 0);
    INSERT INTO evaluations VALUES (5, 2, 0.25, 1);
    INSERT INTO metrics VALUES (5, 'accuracy', 0.75);
    INSERT INTO stop VALUES (6, 2, 'stopped', NULL, 0.2, 20, NULL);
    """

  @Test func `it is still read, and has no checkpoints`() throws {
    let folder = try RunFolder()
    let queue = try DatabaseQueue(path: folder.file().path)
    try queue.write { try $0.execute(sql: Self.creation + Self.contents) }
    try queue.close()
    let reader = try RunReader(opening: folder.file())
    let events = try reader.allEvents()
    #expect(events.map(\.seq) == [1, 2, 3, 4, 5, 6])
    let manifest = try #require(try reader.manifest())
    #expect(manifest.name == "old" && manifest.budgetUnit == .components)
    #expect(manifest.modules.map(\.capacity) == [3] && manifest.aliveAtStart == [true, true, true])
    #expect(try reader.checkpoints().isEmpty && reader.resumption() == nil)
    #expect(try reader.lastSeq() == 6 && reader.seq(throughStep: 1) == 3)
    #expect(try reader.interventions().map(\.intervention) == [.budget(2)])
    guard case .finished(let stop) = try reader.liveness() else {
      Issue.record("it has ended")
      return
    }
    #expect(stop.reason == .stopped && stop.step == 2)
  }
}
