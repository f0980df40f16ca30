import Screen

extension DashboardModel {
  /// The situation that decides what a key means.
  public var keyContext: KeyContexts {
    switch overlay {
    case .help: .help
    case .quit: .quitDialog
    case .allocators: .allocatorMenu
    case .prompt: .commandPrompt
    case .rule: .rulePrompt
    case .filter: .filterPrompt
    case .none: viewContext
    }
  }

  /// The situation when nothing lies over the view.
  var viewContext: KeyContexts {
    switch mode {
    case .live: .live
    case .readOnly: .readOnly
    case .replay: .replay
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
    if case .mouse(let event) = key { return apply(event, now: now) }
    if case .resize = key { return [] }
    lastPress = nil
    // What was wrong with the key before says nothing about this one.
    if message?.severity == .warning, message?.request == nil { message = nil }
    var count = 1
    if overlay == .none, let digit = key.digit {
      if takeDigit(digit, now: now) { return sendDraft(now: now) }
    } else if let typed = takeCount(before: key, now: now) {
      if key == .escape { return [] }
      count = typed
    }
    guard
      let command = (keys.command(for: key, in: keyContext, focus: focus) ?? typing(key))?
        .times(count)
    else { return [] }
    if case .budget(let difference) = command { return changeBudget(by: difference, now: now) }
    return sendDraft(now: now) + perform(command, key: key, now: now)
  }

  /// Letters that no table lists, where text is typed.
  private func typing(_ key: Key) -> Command? {
    guard case .character = key, KeyContexts.prompts.contains(keyContext) else { return nil }
    return .type
  }

  private mutating func perform(_ command: Command, key: Key, now: Double) -> [Action] {
    switch command {
    case .togglePause, .openAllocators, .pin, .pinPattern, .cap, .release, .checkpoint, .propose:
      return steer(command, now: now)
    case .togglePlay: return [.play(!playback.isPlaying)]
    case .faster(let isFaster): return changeSpeed(isFaster)
    case .travel(let travel): return self.travel(travel, now: now)
    case .quit, .interrupt: return leave()
    case .redraw: return [.redraw]
    case .save: return [.save]
    case .detach: return detach()
    case .stopRun:
      overlay = .none
      return [.stop]
    case .menuMove(let count): moveInMenu(by: count)
    case .menuAccept: return acceptMenu(now: now)
    case .menuCancel: overlay = .none
    case .openPrompt: overlay = .prompt(CommandInput())
    case .erase, .type: edit(command, key: key)
    case .edit(let edit): self.edit(edit)
    case .acceptPrompt: return acceptPrompt(now: now)
    case .palette: nextPalette(now: now)
    case .acceptRule: return acceptRule(now: now)
    case .inspector(let command): return perform(command, now: now)
    case .heatmap(let command): perform(command)
    case .filter(let command): perform(command)
    case .timeline(let command): perform(command)
    case .compare(let command): perform(command)
    case .log(let command): return perform(command)
    case .open where focus == .decisions && chosenEntry != nil: return openChosenEntry()
    default: view(command)
    }
    return []
  }

  // MARK: Time

  private func changeSpeed(_ isFaster: Bool) -> [Action] {
    let speeds = Playback.speeds
    let next =
      isFaster ? speeds.first { $0 > playback.speed } : speeds.last { $0 < playback.speed }
    return next.map { [.speed($0)] } ?? []
  }

  private mutating func travel(_ travel: Travel, now: Double) -> [Action] {
    switch travel {
    case .start: return [.move(.start)]
    case .end: return [.move(.end)]
    case .step(let count): return [.move(.steps(count))]
    case .column(let count): return [.move(.steps(steps(inColumns: count)))]
    case .decision(let count): return [.move(.decisions(count))]
    case .change(let count):
      guard let module = selectedModule else {
        say("choose a module first: its changes are walked", .warning, now: now)
        return []
      }
      return [.move(.changes(of: module, count))]
    }
  }

  /// Steps that so many columns of the time axis with the focus stand for; at least one each.
  private func steps(inColumns count: Int) -> Int {
    let plot = plot(of: focus, width: screen.width, height: screen.height)
    let each = Double(steps(of: focus).range.count) / Double(max(1, plot?.width ?? 100))
    return (count < 0 ? -1 : 1)
      * Int(max(Double(abs(count)), (each * Double(abs(count))).rounded()))
  }

  /// Index of the chosen module.
  var selectedModule: Int? {
    selection.flatMap { state.grid.module(row: $0.row, column: $0.column) }
  }

  // MARK: Prompts

  private mutating func edit(_ command: Command, key: Key) {
    switch overlay {
    case .prompt(var input):
      if case .character(let character) = key { input.type(character) }
      overlay = .prompt(input)
    case .rule(var prompt):
      if command == .erase {
        prompt.text = String(prompt.text.dropLast())
      } else if case .character(let character) = key, prompt.text.count < RulePrompt.capacity {
        prompt.text.append(character)
      }
      prompt.problem = nil
      overlay = .rule(prompt)
    case .filter(let prompt): edit(prompt, erases: command == .erase, key: key)
    default: break
    }
  }

  // MARK: Dialogs

  mutating func leave() -> [Action] {
    if mode != .live || head.isStopped || hasTrainerDied { return [.quit] }
    overlay = .quit(choice: 0)
    return []
  }

  /// Leaves the trainer alone: nobody would be left to answer what it proposes.
  private mutating func detach() -> [Action] {
    overlay = .none
    return leavesTrainerWaiting ? [.request(.runOn), .detach] : [.detach]
  }

  mutating func moveInMenu(by count: Int) {
    switch overlay {
    case .quit(let choice):
      let total = OverlayView.answers.count
      overlay = .quit(choice: (choice + count + total) % total)
    case .allocators(let choice):
      let total = max(1, allocators.count)
      overlay = .allocators(choice: (choice + count + total) % total)
    case .help(let first): overlay = .help(first: max(0, first + count))
    case .none, .prompt, .rule, .filter: break
    }
  }

  mutating func acceptMenu(now: Double) -> [Action] {
    let chosen = overlay
    overlay = .none
    switch chosen {
    case .quit(0): return detach()
    case .quit(1): return [.stop]
    case .allocators(let choice) where allocators.indices.contains(choice):
      let name = allocators[choice].name
      if name == head.allocator {
        say("\(name) is at work already", now: now)
        return []
      }
      return ask(.allocator(name), "\(name) asked for, from the next step on", now: now)
    default: return []
    }
  }
}
