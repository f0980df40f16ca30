// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
]

/// Numeric code is optimised in debug builds too: a test that trains would otherwise take minutes.
let numeric = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// `-O3` in every configuration; the instruction set is chosen at run time by `target_clones`.
///
/// Vectors are passed between inlined functions only, so how a call would pass them does not matter.
let kernels: [CSetting] = [
  .unsafeFlags(["-O3", "-fno-math-errno", "-Wall", "-Werror", "-Wno-psabi"])
]

/// The Swift runtime and Foundation inside the program: it starts faster, weighs less in memory (pages of
/// shared libraries count too), and runs where no Swift is installed.
let staticRuntime: [LinkerSetting] = [
  .unsafeFlags(
    ["-use-ld=lld", "-static-stdlib", "-Xlinker", "--no-export-dynamic"],
    .when(platforms: [.linux])),
  .linkedLibrary("CoreFoundation", .when(platforms: [.linux])),
  .linkedLibrary("_FoundationCollections", .when(platforms: [.linux])),
  .linkedLibrary("_FoundationCShims", .when(platforms: [.linux])),
  .linkedLibrary("_FoundationICU", .when(platforms: [.linux])),
]

let package = Package(
  name: "ranktop",
  products: [.executable(name: "ranktop", targets: ["ranktop"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // MARK: The vocabulary
    .target(name: "RunEvents", swiftSettings: strict),
    .target(name: "Allocation", dependencies: ["RunEvents"], swiftSettings: numeric),

    // MARK: Numerics and models
    .target(name: "COpenBLAS", cSettings: kernels),
    .target(name: "CKernels", cSettings: kernels),
    .target(name: "Tensors", dependencies: ["COpenBLAS", "CKernels"], swiftSettings: numeric),
    .target(name: "LanguageModels", dependencies: ["Tensors"], swiftSettings: numeric),
    .target(
      name: "Training",
      dependencies: ["RunEvents", "Allocation", "Tensors", "LanguageModels"],
      swiftSettings: numeric),

    // MARK: The run file
    .target(
      name: "RunStore",
      dependencies: ["RunEvents", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: strict),

    // MARK: The screen
    .target(name: "Screen", swiftSettings: strict),
    .target(
      name: "CNcurses",
      cSettings: [.unsafeFlags(["-Wall", "-Werror"])],
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    .target(name: "Terminal", dependencies: ["Screen", "CNcurses"], swiftSettings: strict),
    .target(name: "Dashboard", dependencies: ["RunEvents", "Screen"], swiftSettings: strict),

    // MARK: Comparing runs
    .target(name: "Evidence", swiftSettings: strict),

    // MARK: The command line
    .executableTarget(
      name: "ranktop",
      dependencies: [
        "RunEvents", "Allocation", "Tensors", "LanguageModels", "Training", "RunStore", "Screen",
        "Terminal", "Dashboard", "Evidence",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict,
      linkerSettings: staticRuntime),

    // MARK: Tests
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    .executableTarget(
      name: "TerminalProbe", dependencies: ["Terminal", "Screen"], path: "Tests/TerminalProbe",
      swiftSettings: strict),
    .testTarget(
      name: "RunEventsTests", dependencies: ["RunEvents", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "AllocationTests", dependencies: ["Allocation", "RunEvents", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "TensorsTests", dependencies: ["Tensors", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "LanguageModelsTests", dependencies: ["LanguageModels", "Tensors", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Training", "RunEvents", "Allocation", "LanguageModels", "Tensors", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "RunStoreTests",
      dependencies: [
        "RunStore", "RunEvents", "TestSupport", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ScreenTests", dependencies: ["Screen", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "TerminalTests", dependencies: ["Terminal", "TerminalProbe", "Screen", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "DashboardTests", dependencies: ["Dashboard", "RunEvents", "Screen", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "EvidenceTests", dependencies: ["Evidence", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "RunEvents", "RunStore", "Allocation", "Dashboard", "Screen", "LanguageModels",
        "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "LayeringTests", dependencies: ["TestSupport"],
      swiftSettings: strict),
  ]
)
