internal import GRDB

/// The layout of a run file, version 4. README.md describes it for people who read or write it.
///
/// One counter, `seq`, numbers the events of a run over all tables: merging the tables by `seq` restores
/// the order in which things happened. It is the rowid of every event table but `interventions`, whose
/// rows wait for theirs.
///
/// - A number that is not a number is NULL: SQLite knows no NaN. Infinities are kept.
/// - Arrays are BLOBs, little-endian: `<f4` (float32), `<u2` (uint16), `u1` (one byte a truth value).
/// - Lists and dictionaries of text are JSON.
///
/// Version 1 lacked the tables of ``extensionTables``, `manifest.budget_unit` and `modules.start_rank`, version 2
/// those of ``courseTables`` and ``proposalTables`` and `decisions.edited`, version 3 what ``outlines`` adds. All
/// are still read, and versions 2 and 3 are brought up to date when they are recorded further.
enum Schema {
  /// `user_version` of the files that this code writes, and the newest that it reads.
  static let version = 4
  /// `application_id`: the letters `RANK`.
  static let applicationID: Int32 = 0x5241_4E4B

  /// Version of an open file.
  static func version(of db: Database) throws -> Int {
    try Int.fetchOne(db.cachedStatement(sql: "PRAGMA user_version")) ?? 0
  }

  /// Creates everything in an empty database.
  static let creation = [
    lifeTables, manifestTables, stepTables, planTables,
    decisionTables("decisions", changes: "changes"), eventTables, extensionTables, courseTables,
    proposalTables, outlines,
    "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version);",
  ].joined(separator: "\n")

  /// Brings a file of version 2 or 3 up to date; what the new tables say of its past is left to ``RunCourse``.
  static func upgrade(_ db: Database) throws {
    let found = try version(of: db)
    guard (2..<version).contains(found) else { return }
    let added = found == 2 ? [courseTables, proposalTables, outlines] : [outlines]
    try db.execute(
      sql: added.joined(separator: "\n") + "PRAGMA user_version = \(version);")
  }

  /// Who records (a row only while somebody does, or after a crash), and how it ended.
  private static let lifeTables = """
    CREATE TABLE trainer (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      pid INTEGER NOT NULL,
      process_start INTEGER NOT NULL,
      host TEXT NOT NULL,
      heartbeat REAL NOT NULL
    ) STRICT;
    CREATE TABLE stop (
      seq INTEGER PRIMARY KEY,
      step INTEGER NOT NULL,
      reason TEXT NOT NULL,
      detail TEXT,
      seconds REAL,
      tokens INTEGER NOT NULL,
      adapter TEXT
    ) STRICT;
    """

  private static let manifestTables = """
    CREATE TABLE manifest (
      seq INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      model TEXT NOT NULL,
      architecture TEXT NOT NULL,
      task TEXT NOT NULL,
      main_metric TEXT NOT NULL,
      allocator TEXT NOT NULL,
      seed INTEGER NOT NULL,
      total_steps INTEGER NOT NULL,
      steps_per_epoch INTEGER NOT NULL,
      initial_budget INTEGER NOT NULL,
      target_budget INTEGER NOT NULL,
      started_at REAL,
      data TEXT NOT NULL,
      labels TEXT NOT NULL,
      hyperparameters TEXT NOT NULL,
      environment TEXT NOT NULL,
      planted_ranks TEXT,
      budget_unit TEXT NOT NULL DEFAULT 'components'
    ) STRICT;
    CREATE TABLE modules (
      module INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      layer INTEGER NOT NULL,
      kind TEXT NOT NULL,
      inputs INTEGER NOT NULL,
      outputs INTEGER NOT NULL,
      capacity INTEGER NOT NULL,
      start_rank INTEGER NOT NULL
    ) STRICT;
    """

  private static let stepTables = """
    CREATE TABLE steps (
      seq INTEGER PRIMARY KEY,
      step INTEGER NOT NULL,
      loss REAL,
      regularizer REAL,
      learning_rate REAL,
      gradient_norm REAL,
      tokens INTEGER NOT NULL,
      seconds REAL,
      elapsed REAL,
      budget INTEGER NOT NULL,
      alive INTEGER NOT NULL,
      wait REAL
    ) STRICT;
    CREATE TABLE statistics (
      seq INTEGER PRIMARY KEY,
      step INTEGER NOT NULL,
      ranks BLOB NOT NULL,
      importance BLOB NOT NULL,
      gradient_norm BLOB NOT NULL,
      update_norm BLOB NOT NULL
    ) STRICT;
    """

  /// Decisions, taken or proposed, and the components that each prunes and grows.
  private static func decisionTables(_ name: String, changes: String) -> String {
    """
    CREATE TABLE \(name) (
      seq INTEGER PRIMARY KEY,
      number INTEGER NOT NULL,
      step INTEGER NOT NULL,
      allocator TEXT NOT NULL,
      budget INTEGER NOT NULL,
      ranked INTEGER NOT NULL,
      threshold REAL,
      is_final INTEGER NOT NULL,
      reason TEXT NOT NULL,
      scores BLOB NOT NULL,
      alive BLOB NOT NULL
    ) STRICT;
    CREATE TABLE \(changes) (
      seq INTEGER NOT NULL,
      position INTEGER NOT NULL,
      module INTEGER NOT NULL,
      slot INTEGER NOT NULL,
      change INTEGER NOT NULL,
      PRIMARY KEY (seq, position)
    ) STRICT, WITHOUT ROWID;
    """
  }

  private static let planTables = """
    CREATE TABLE plans (
      seq INTEGER PRIMARY KEY,
      allocator TEXT NOT NULL,
      from_step INTEGER NOT NULL,
      target_budget INTEGER NOT NULL,
      first_decision INTEGER,
      decision_interval INTEGER NOT NULL,
      last_decision INTEGER,
      phases TEXT NOT NULL,
      budgets TEXT NOT NULL
    ) STRICT;
    """

  private static let eventTables = """
    CREATE TABLE interventions (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      value TEXT,
      author TEXT NOT NULL,
      requested_at REAL,
      seq INTEGER UNIQUE,
      step INTEGER,
      outcome TEXT NOT NULL DEFAULT 'pending',
      reason TEXT
    ) STRICT;
    CREATE TABLE evaluations (
      seq INTEGER PRIMARY KEY,
      step INTEGER NOT NULL,
      loss REAL,
      seconds REAL
    ) STRICT;
    CREATE TABLE metrics (
      seq INTEGER NOT NULL,
      name TEXT NOT NULL,
      value REAL,
      PRIMARY KEY (seq, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE alarms (
      seq INTEGER PRIMARY KEY,
      step INTEGER NOT NULL,
      kind TEXT NOT NULL,
      message TEXT NOT NULL
    ) STRICT;
    """

  private static let extensionTables = """
    CREATE TABLE gates (
      seq INTEGER PRIMARY KEY,
      step INTEGER NOT NULL,
      gates BLOB NOT NULL,
      is_binary INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE constraints (
      seq INTEGER PRIMARY KEY,
      step INTEGER NOT NULL,
      constraints TEXT NOT NULL
    ) STRICT;
    CREATE TABLE progress (
      seq INTEGER PRIMARY KEY,
      step INTEGER NOT NULL,
      task TEXT NOT NULL,
      done INTEGER NOT NULL,
      total INTEGER NOT NULL,
      seconds REAL
    ) STRICT;
    CREATE TABLE checkpoints (
      seq INTEGER PRIMARY KEY,
      step INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      seconds REAL
    ) STRICT;
    CREATE TABLE checkpoint_data (
      seq INTEGER PRIMARY KEY,
      step INTEGER NOT NULL,
      asked INTEGER NOT NULL,
      fingerprint TEXT NOT NULL,
      data BLOB NOT NULL
    ) STRICT;
    CREATE TABLE seams (
      seq INTEGER PRIMARY KEY,
      step INTEGER NOT NULL,
      source TEXT,
      last_recorded INTEGER NOT NULL,
      alive BLOB NOT NULL
    ) STRICT;
    """

  /// The course of the run in outline, so that nobody needs to read all of a long run. `seq` of `overview` is
  /// that of the last event of its stretch of steps.
  private static let courseTables = """
    CREATE TABLE overview (
      seq INTEGER PRIMARY KEY,
      first_step INTEGER NOT NULL,
      finite INTEGER NOT NULL,
      loss_sum REAL NOT NULL,
      not_finite INTEGER NOT NULL,
      smoothed REAL,
      decisions INTEGER NOT NULL,
      pruned INTEGER NOT NULL,
      grown INTEGER NOT NULL,
      checkpoints INTEGER NOT NULL,
      total_tokens INTEGER NOT NULL,
      total_decisions INTEGER NOT NULL,
      total_pruned INTEGER NOT NULL,
      total_grown INTEGER NOT NULL,
      total_checkpoints INTEGER NOT NULL,
      total_statistics INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE rank_changes (
      seq INTEGER PRIMARY KEY,
      step INTEGER NOT NULL,
      ranks BLOB NOT NULL
    ) STRICT;
    CREATE INDEX rank_changes_by_step ON rank_changes (step);
    CREATE INDEX changes_by_module ON changes (module, seq);
    CREATE INDEX gates_by_kind ON gates (is_binary);
    """

  /// Decisions as they were proposed, what scores are made of (of decisions and proposals, by their `seq`), and
  /// what a person changed.
  private static let proposalTables =
    decisionTables("proposals", changes: "proposed_changes") + "\n" + """
      CREATE TABLE score_parts (
        seq INTEGER NOT NULL,
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        "values" BLOB NOT NULL,
        PRIMARY KEY (seq, position)
      ) STRICT;
      ALTER TABLE decisions ADD COLUMN edited TEXT NOT NULL DEFAULT '[]';
      """

  /// Decisions without their scores, close together: a row of `decisions` takes up many pages.
  ///
  /// `taken_up` is the budget taken up afterwards, in the run's unit; NULL where it was not written.
  private static let outlines = """
    ALTER TABLE decisions ADD COLUMN taken_up INTEGER;
    CREATE INDEX decision_outlines ON decisions (
      seq, number, step, allocator, budget, ranked, threshold, is_final, reason, taken_up);
    """
}
