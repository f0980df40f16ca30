import RunEvents

extension DashboardState {
  /// Most seams kept.
  static let seamCapacity = 64

  mutating func take(_ gates: ModuleGates) {
    guard Self.isPlausible(gates.step), gates.gates.count == grid.count, grid.count > 0 else {
      return
    }
    let wasMade = self.gates?.isBinary ?? false
    self.gates = gates
    guard gates.isBinary != wasMade else { return }
    selectionStep = gates.isBinary ? gates.step : nil
    if gates.isBinary {
      let on = gates.gates.count { $0 > 0 }
      log.add(.selection(step: gates.step, on: on, of: grid.count))
    }
  }

  mutating func take(_ constraints: RankConstraints, at step: Int) {
    guard Self.isPlausible(step), let manifest else { return }
    let valid = constraints.inside(manifest.modules)
    if valid == self.constraints { return }
    self.constraints = valid
    log.add(.demands(step: step, valid.demands))
  }

  mutating func take(_ progress: TaskProgress) {
    guard progress.total > 0, (0...progress.total).contains(progress.done) else { return }
    task = progress.done < progress.total ? progress : nil
  }

  mutating func take(_ checkpoint: Checkpoint) {
    guard Self.isPlausible(checkpoint.step) else { return }
    checkpointCount += 1
    lastCheckpoint = checkpoint
    history.marks.update(step: checkpoint.step) { $0.checkpoints += 1 }
    log.add(.checkpoint(checkpoint))
    // The run may be taken up again from here: what was known is kept, so that nothing of the steps
    // that are done again stays behind.
    var copy = self
    copy.atCheckpoint = []
    atCheckpoint = [copy]
  }

  mutating func take(_ seam: Seam) {
    guard Self.isPlausible(seam.step), Self.isPlausible(seam.lastRecorded) else { return }
    isAskedToPropose = false
    if seam.source != nil {
      history.timeline = RankTimeline()
    } else if step > seam.step {
      rewind(to: seam.step)
    }
    step = seam.step
    stop = nil
    proposal = nil
    status = .training
    task = nil
    recent = RecentSteps()
    if let plan, plan.fromStep <= seam.step, seam.source != nil {
      self.plan?.fromStep = seam.step + 1
    }
    seams.append(SeamNote(seam))
    if seams.count > Self.seamCapacity { seams.removeFirst() }
    log.add(.seam(SeamNote(seam)))
    setAlive(seam.alive, at: seam.step)
  }

  /// Forgets what was seen of the steps after a checkpoint: they are done again.
  private mutating func rewind(to step: Int) {
    if let then = atCheckpoint.first, then.step == step {
      self = then
      atCheckpoint = [then]
      eventCount += 1
      return
    }
    // The checkpoint was not seen: cut the histories, and take the decisions that are left for all.
    history.cut(after: step)
    evaluation = evaluations.last
    for decision in log.cut(after: step) {
      decisionCount -= 1
      prunedCount -= decision.pruned
      grownCount -= decision.grown
    }
    smoothedLoss = losses.buckets.last { $0.count > 0 }?.smoothed
    if let last = report, last.step > step { report = nil }
    if let last = statistics, last.step > step { statistics = nil }
    if let last = fullDecision?.decision, last.step > step { fullDecision = nil }
    if let last = gates, last.step > step { gates = nil }
    earlierExpectedDecisions = decisionCount
    plan?.fromStep = step + 1
  }

  /// Takes in which components are alive; a mask of the wrong length is ignored.
  mutating func setAlive(_ mask: [Bool], at step: Int) {
    guard mask.count == grid.capacity, grid.capacity > 0 else { return }
    aliveMask = mask
    let ranks = grid.layout.ranks(alive: mask)
    alive = cost(of: ranks)
    setRanks(ranks.map { UInt16(clamping: $0) }, at: step)
  }
}
