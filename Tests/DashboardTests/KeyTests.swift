import Dashboard
import RunEvents
import Screen
import Testing

struct KeyTests {
  private let events = FixtureRun(cutAfter: 250).events

  private static let contexts: [KeyContexts] = [
    .live, .readOnly, .replay, .quitDialog, .allocatorMenu, .commandPrompt, .help, .rulePrompt,
  ]

  @Test(arguments: contexts)
  func `no key means two things in one situation`(context: KeyContexts) {
    for pane in Pane.allCases {
      var seen: Set<Key> = []
      for binding in KeyTable.standard.bindings(in: context)
      where binding.holds(in: pane) {
        for key in binding.keys {
          // A binding for one pane comes first and wins over the general one.
          if binding.panes.isEmpty,
            KeyTable.standard.bindings(in: context).contains(where: {
              $0.panes.contains(pane) && $0.keys.contains(key)
            })
          {
            continue
          }
          #expect(seen.insert(key).inserted, "\(key) twice in \(binding.label)")
        }
      }
    }
  }

  @Test(arguments: [Mode.live, .readOnly, .replay])
  func `the help lists every binding and the footer every hint`(mode: Mode) {
    var model = DashboardModel(events, mode: mode)
    let overview = model.keyContext
    let footer = model.frame(width: 300, height: 60, theme: themes[0]).rows[59]
    model.press("?")
    let help = model.frame(width: 300, height: 160, theme: themes[0]).text
    for binding in model.keys.bindings(in: overview) {
      #expect(help.contains(binding.help))
      if let hint = binding.hint, binding.holds(in: model.focus) {
        let keys = hint.names.isEmpty ? [binding.name!] : hint.names
        let label = keys.map { model.keys.key(of: $0)! }.joined(separator: " ")
        #expect(footer.contains("\(label) \(hint.word)"))
      }
    }
  }

  @Test func `space asks to pause, then to go on`() {
    var model = DashboardModel(events)
    #expect(model.press(" ") == [.request(.pause)])
    #expect(model.press(" ") == [.request(.resume)])
    model.apply(intervention(.pause, step: 250))
    model.apply(intervention(.resume, id: 2, step: 250))
    #expect(model.outstanding.isEmpty)
    model.apply(intervention(.pause, id: 3, step: 250))
    #expect(model.press(" ") == [.request(.resume)])
  }

  @Test func `a budget typed in one go is one request`() {
    var model = DashboardModel(events)
    #expect(model.state.targetBudget == 140)
    #expect(model.press("+", "+", "=", now: 10) == [])
    #expect(model.press("-", now: 10.5) == [])
    #expect(model.tick(now: 11) == [])
    #expect(model.nextDeadline == 11.1)
    #expect(model.tick(now: 11.1) == [.request(.budget(142))])
    #expect(model.tick(now: 12) == [])
    #expect(model.press(">", "q", now: 12) == [.request(.budget(152))])
  }

  @Test func `what is asked for is shown until the trainer answers`() {
    var model = DashboardModel(events)
    func isAsked() -> Bool {
      model.frame(width: 120, height: 40, theme: themes[0]).rows[1].contains("→ 141 asked")
    }
    #expect(!isAsked())
    model.press("+")
    #expect(isAsked())
    _ = model.tick(now: 10)
    #expect(isAsked() && model.outstanding == [.budget(141)])
    model.apply(intervention(.budget(141), id: 9, step: 250))
    #expect(!isAsked() && model.outstanding.isEmpty)
  }

  @Test func `a budget typed back and forth is no request`() {
    var model = DashboardModel(events)
    #expect(model.press("+", "-") == [])
    #expect(model.tick(now: 100) == [])
  }

  @Test func `a budget stays between one and the network's capacity`() {
    var model = DashboardModel(events)
    for _ in 0..<30 { model.press("<") }
    #expect(model.tick(now: 100) == [.request(.budget(1))])
    for _ in 0..<40 { model.press(">", now: 200) }
    #expect(model.tick(now: 300) == [.request(.budget(216))])
  }

  @Test func `the allocator is chosen from a menu`() {
    var model = DashboardModel(events)
    #expect(model.press("a", .enter) == [])
    #expect(model.press("a", "a", .enter) == [.request(.allocator("lora"))])
    #expect(model.press("a", .up, .enter) == [.request(.allocator("adalora"))])
    #expect(model.press("a", .escape) == [])
    #expect(model.keyContext == .live)
  }

  @Test func `leaving a live run is a question`() {
    var model = DashboardModel(events)
    #expect(model.press("q") == [])
    #expect(model.press(.escape) == [] && model.keyContext == .live)
    #expect(model.press("q", "d") == [.detach])
    #expect(model.press("q", "s") == [.stop])
    #expect(model.press("q", .enter) == [.detach])
    #expect(model.press("q", .down, .enter) == [.stop])
    #expect(model.press("q", .down, .down, .enter) == [])
    #expect(model.press(.control("c"), .control("c")) == [.detach])
  }

  @Test(arguments: [Mode.readOnly, .replay])
  func `leaving a run that is only looked at is none`(mode: Mode) {
    for key in [Key.character("q"), .control("c")] {
      var model = DashboardModel(events, mode: mode)
      #expect(model.press(key) == [.quit])
    }
  }

  @Test func `leaving a run that is over is none`() {
    var model = DashboardModel(FixtureRun().events)
    #expect(model.press("q") == [.quit])
    #expect(model.press(" ") == [])
    #expect(model.frame(width: 80, height: 24, theme: themes[0]).text.contains("nothing to steer"))
  }

  @Test(arguments: [" ", "+", "-", "<", ">", "a", "p", "P", "C", "u", "w"] as [Character])
  func `a watched run is not steered`(key: Character) {
    var model = DashboardModel(events, mode: .readOnly)
    #expect(model.press(.character(key)) == [])
    #expect(model.frame(width: 80, height: 24, theme: themes[0]).text.contains("read-only"))
    #expect(model.tick(now: 100) == [])
    #expect(!model.frame(width: 80, height: 24, theme: themes[0]).text.contains("read-only"))
  }

  @Test func `replay keys`() {
    var model = DashboardModel(events, mode: .replay)
    let expected: [(Key, [Action])] = [
      (" ", [.play(true)]), ("l", [.move(.steps(6))]), (".", [.move(.steps(1))]),
      (.right, [.move(.steps(6))]), ("h", [.move(.steps(-6))]), (",", [.move(.steps(-1))]),
      (.left, [.move(.steps(-6))]), ("n", [.move(.decisions(1))]), ("]", [.move(.decisions(1))]),
      ("N", [.move(.decisions(-1))]), ("p", [.move(.decisions(-1))]),
      ("[", [.move(.decisions(-1))]), ("g", [.move(.start)]), (.home, [.move(.start)]),
      ("G", [.move(.end)]), (.end, [.move(.end)]), ("+", [.speed(2)]), ("-", [.speed(0.5)]),
      ("a", []), ("w", []), ("u", []), ("C", []), (.control("l"), [.redraw]),
    ]
    for (key, actions) in expected { #expect(model.press(key) == actions, "\(key)") }
    model.playback = Playback(isPlaying: true, speed: 64)
    #expect(model.press(" ") == [.play(false)])
    #expect(model.press("+") == [])
    model.playback.speed = 0.25
    #expect(model.press("-") == [])
  }

  @Test func `a step is typed after a colon`() {
    var model = DashboardModel(events, mode: .replay)
    #expect(model.press(":", "1", "2", "9", .backspace, .enter) == [.move(.to(12))])
    #expect(model.press(":", .enter) == [])
    #expect(model.press(":", "7", .escape) == [] && model.keyContext == .replay)
  }

  @Test func `in a replay arrows choose modules only while the heatmap has the focus`() {
    var model = DashboardModel(events, mode: .replay)
    #expect(model.focus == .timeline)
    model.press(.backTab, .backTab)
    #expect(model.focus == .heatmap)
    #expect(model.press(.right, .right, .down) == [])
    #expect(model.selection?.row == 1 && model.selection?.column == 1)
    #expect(model.press(".") == [.move(.steps(1))])
    model.press(.escape)
    #expect(model.selection == nil)
  }

  @Test func `focus, expansion and views`() {
    var model = DashboardModel(events)
    model.press(.tab, .tab, "e")
    #expect(model.focus == .timeline && model.isExpanded)
    model.press(.backTab, .escape)
    #expect(model.focus == .loss && !model.isExpanded)
    for _ in 0..<4 { model.press(.tab) }
    #expect(model.focus == .loss)
    for view in ViewKind.allCases {
      model.press(.character(Character("\(view.rawValue)")))
      #expect(model.view == view)
      #expect(model.layout(width: 80, height: 24).panes[model.focus] != nil)
    }
    model.press(.tab)
    #expect(model.view == .overview)
    model.press(.backTab)
    #expect(model.view == .overview && model.focus == .decisions)
    model.press("3", .backTab)
    #expect(model.view == .heatmap)
    model.press(.escape)
    #expect(model.view == .overview)
  }

  @Test func `decisions scroll`() {
    var model = DashboardModel(events)
    model.press(.backTab)
    #expect(model.focus == .decisions)
    model.press(.down, .pageDown, .up)
    #expect(model.decisionsScrolled == 10)
    for _ in 0..<200 { model.press(.pageDown) }
    #expect(model.frame(width: 120, height: 40, theme: themes[0]).text.contains("#1  "))
    for _ in 0..<200 { model.press(.pageUp) }
    #expect(model.decisionsScrolled == 0)
  }

  @Test func `messages fade`() {
    var model = DashboardModel(events)
    model.press(" ", now: 3)
    #expect(model.nextDeadline == 8)
    #expect(model.tick(now: 8) == [])
    #expect(model.nextDeadline == nil)
  }

  @Test func `without a run every key is harmless`() {
    for mode in [Mode.live, .readOnly, .replay] {
      for binding in KeyTable.standard.bindings {
        for key in binding.keys {
          var model = DashboardModel(mode: mode)
          model.press(key)
          let frame = model.frame(width: 80, height: 24, theme: themes[0])
          #expect(frame.width == 80)
        }
      }
    }
  }
}
