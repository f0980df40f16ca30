import Screen

extension DashboardModel {
  /// The situation that decides what a key means.
  public var keyContext: KeyContexts {
    switch overlay {
    case .help: .help
    case .quit: .quitDialog
    case .allocators: .allocatorMenu
    case .jump: .jumpPrompt
    case .rule: .rulePrompt
    case .none:
      switch mode {
      case .live: .live
      case .readOnly: .readOnly
      case .replay: .replay
      }
    }
  }

  /// Takes in a key.
  ///
  /// A budget that is being typed is asked for as soon as another key follows.
  ///
  /// - Parameters:
  ///   - key: The key; a resize does nothing, since every frame is drawn for its own size.
  ///   - now: Seconds of a clock that never runs backwards.
  /// - Returns: What the outside has to do, in order.
  public mutating func apply(_ key: Key, now: Double) -> [Action] {
    guard let command = KeyTable.command(for: key, in: keyContext, focus: focus) else { return [] }
    if case .budget(let difference) = command { return changeBudget(by: difference, now: now) }
    return sendDraft(now: now) + perform(command, key: key, now: now)
  }

  private mutating func perform(_ command: Command, key: Key, now: Double) -> [Action] {
    switch command {
    case .togglePause, .openAllocators, .pin, .pinPattern, .cap, .release, .checkpoint:
      return steer(command, now: now)
    case .togglePlay, .step, .decision, .first, .last, .faster: return replayActions(command)
    case .quit, .interrupt: return leave()
    case .redraw: return [.redraw]
    case .detach:
      overlay = .none
      return [.detach]
    case .stopRun:
      overlay = .none
      return [.stop]
    case .menuMove(let count): moveInMenu(by: count)
    case .menuAccept: return acceptMenu(now: now)
    case .menuCancel: overlay = .none
    case .openJump: overlay = .jump(digits: "")
    case .digit, .erase, .type: edit(command, key: key)
    case .acceptJump: return acceptJump()
    case .acceptRule: return acceptRule(now: now)
    default: view(command)
    }
    return []
  }

  // MARK: Replay

  private mutating func replayActions(_ command: Command) -> [Action] {
    switch command {
    case .togglePlay: return [.play(!playback.isPlaying)]
    case .step(let count): return [count > 0 ? .stepForward : .stepBack]
    case .decision(let count): return [count > 0 ? .nextDecision : .previousDecision]
    case .first: return [.start]
    case .last: return [.end]
    case .faster(let isFaster):
      let speeds = Playback.speeds
      let next =
        isFaster
        ? speeds.first { $0 > playback.speed } : speeds.last { $0 < playback.speed }
      return next.map { [.speed($0)] } ?? []
    default: return []
    }
  }

  private mutating func edit(_ command: Command, key: Key) {
    func edited(_ text: String, most: Int) -> String {
      if command == .erase { return String(text.dropLast()) }
      guard case .character(let character) = key, text.count < most else { return text }
      return text + String(character)
    }
    switch overlay {
    case .jump(let digits): overlay = .jump(digits: edited(digits, most: 12))
    case .rule(var prompt):
      prompt.text = edited(prompt.text, most: RulePrompt.capacity)
      prompt.problem = nil
      overlay = .rule(prompt)
    default: break
    }
  }

  private mutating func acceptJump() -> [Action] {
    guard case .jump(let digits) = overlay else { return [] }
    overlay = .none
    return Int(digits).map { [.seek($0)] } ?? []
  }

  // MARK: Dialogs

  private mutating func leave() -> [Action] {
    if mode != .live || state.isStopped || hasTrainerDied { return [.quit] }
    overlay = .quit(choice: 0)
    return []
  }

  private mutating func moveInMenu(by count: Int) {
    switch overlay {
    case .quit(let choice): overlay = .quit(choice: (choice + count + 3) % 3)
    case .allocators(let choice):
      let total = max(1, allocators.count)
      overlay = .allocators(choice: (choice + count + total) % total)
    case .help(let first): overlay = .help(first: max(0, first + count))
    case .none, .jump, .rule: break
    }
  }

  private mutating func acceptMenu(now: Double) -> [Action] {
    let chosen = overlay
    overlay = .none
    switch chosen {
    case .quit(0): return [.detach]
    case .quit(1): return [.stop]
    case .allocators(let choice) where allocators.indices.contains(choice):
      let name = allocators[choice].name
      if name == state.allocator {
        say("\(name) is at work already", now: now)
        return []
      }
      return ask(.allocator(name), "\(name) asked for, from the next step on", now: now)
    default: return []
    }
  }

  // MARK: Viewing

  private mutating func view(_ command: Command) {
    switch command {
    case .metric:
      switch metric {
      case .rank: metric = .importance
      case .importance: metric = state.gates == nil ? .rank : .gate
      case .gate: metric = .rank
      }
    case .focusNext: moveFocus(by: 1)
    case .focusPrevious: moveFocus(by: -1)
    case .zoom: isZoomed.toggle()
    case .help: overlay = .help(first: 0)
    case .move(let rows, let columns): move(rows: rows, columns: columns)
    case .page(let count): move(rows: 10 * count, columns: 0)
    case .back:
      if selection != nil { selection = nil } else { isZoomed = false }
    default: break
    }
  }

  private mutating func moveFocus(by count: Int) {
    let panes = Pane.allCases
    let index = panes.firstIndex(of: focus) ?? 0
    focus = panes[(index + count + panes.count) % panes.count]
  }

  private mutating func move(rows: Int, columns: Int) {
    if focus == .decisions {
      decisionsScrolled = min(max(0, decisionsScrolled + rows), 3 * RunLog.capacity)
      return
    }
    let grid = state.grid
    guard focus == .heatmap, !grid.layers.isEmpty else { return }
    guard var place = selection else {
      selection = Place(row: 0, column: 0)
      return
    }
    place.row = min(max(0, place.row + rows), grid.layers.count - 1)
    place.column = min(max(0, place.column + columns), grid.kinds.count - 1)
    selection = place
  }
}
