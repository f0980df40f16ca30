/// A font of five by nine dots, drawn for this program: seven rows above the baseline, two below.
///
/// Each row of a glyph is one digit to the base of 32 (`0` ... `9`, `A` ... `V`), its highest bit at the
/// left; rows that are missing at the end are empty.
enum PixelFont {
  /// Rows of a glyph from the top, five bits each; what has no drawing takes its nearest ASCII one.
  static func rows(_ glyph: Unicode.Scalar) -> [UInt8] {
    let drawing = signs[glyph] ?? letters[glyph] ?? letters[glyph.ascii] ?? "V"
    return drawing.utf8.map { $0 < 0x3A ? $0 - 0x30 : $0 - 0x41 + 10 }
  }

  private static let letters = Dictionary(
    uniqueKeysWithValues: zip((0x20...0x7E).compactMap { Unicode.Scalar(UInt8($0)) }, ascii))

  /// From the blank to the tilde.
  private static let ascii = [
    "0", "4444404", "AAA", "AAVAVAA", "4FKE5U4", "OP248J3", "CIK8LID", "444", "2488842",
    "8422248", "04LEL4", "044V44", "00000448", "000V", "00000CC", "01248G0", "EHJLPHE",
    "4C4444E", "EH1248V", "V2421HE", "26AIV22", "VGU11HE", "68GUHHE", "V124888", "EHHEHHE",
    "EHHF12C", "0CC0CC0", "0CC0C48", "248G842", "00V0V00", "8421248", "EH12404", "EH1DLLE",
    "EHHHVHH", "UHHUHHU", "EHGGGHE", "SIHHHIS", "VGGUGGV", "VGGUGGG", "EHGNHHF", "HHHVHHH",
    "E44444E", "72222IC", "HIKOKIH", "GGGGGGV", "HRLLHHH", "HHPLJHH", "EHHHHHE", "UHHUGGG",
    "EHHHLID", "UHHUKIH", "FGGE11U", "V444444", "HHHHHHE", "HHHHHA4", "HHHLLLA", "HHA4AHH",
    "HHHA444", "V1248GV", "E88888E", "0G84210", "E22222E", "4AH", "0000000V", "842", "00E1FHF",
    "GGMPHHU", "00EGGHE", "11DJHHF", "00EHVGE", "698S888", "00FHHF1E", "GGMPHHH", "40C444E",
    "2062222IC", "GGIKOKI", "C44444E", "00QLLHH", "00MPHHH", "00EHHHE", "00UHHUGG", "00DJHF11",
    "00MPGGG", "00EGE1U", "88S8896", "00HHHJD", "00HHHA4", "00HHLLA", "00HA4AH", "00HHHF1E",
    "00V248V", "2448442", "4444444", "8442448", "008L2",
  ]

  /// Signs beyond ASCII that views draw with.
  private static let signs: [Unicode.Scalar: String] = [
    "·": "0004", "•": "00EEE", "…": "000000L", "●": "0EVVVE", "○": "0EHHHE", "◆": "04EVE4",
    "◇": "04AHA4", "▲": "044EEV", "■": "0VVVVV", "□": "0VHHHV", "✓": "00012K8", "✗": "00HA4AH",
    "▸": "08CEC8", "▾": "00VE4", "▴": "004EV", "↑": "4EL4444", "↓": "4444LE4", "→": "0042V24",
    "←": "0048V84", "‖": "AAAAAAA", "↺": "FGJHHE", "⚑": "GUUUGGG", "×": "00HA4AH",
    "∞": "000ALA",
  ]
}
