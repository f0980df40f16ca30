/// Compares the settings that a run is meant to have with those that it recorded.
public enum SettingsComparison {
  /// The options that differ, in words, by name; empty when all agree.
  ///
  /// - Parameters:
  ///   - wanted: Option to value, as text.
  ///   - recorded: The same, as the run file has it.
  public static func differences(wanted: [String: String], recorded: [String: String]) -> [String] {
    Set(wanted.keys).union(recorded.keys).sorted().compactMap { option in
      switch (wanted[option], recorded[option]) {
      case (let new?, let old?) where new == old: nil
      case (let new?, let old?): "\(option) \(quoted(old)) there, \(quoted(new)) here"
      case (let new?, nil): "\(option) not recorded there, \(quoted(new)) here"
      case (nil, let old?): "\(option) \(quoted(old)) there, none here"
      case (nil, nil): nil
      }
    }
  }

  private static func quoted(_ value: String) -> String {
    value.isEmpty || value.contains(" ") ? "\"\(value)\"" : value
  }
}
