/// A PEFT adapter's `adapter_config.json`.
///
/// Written with the keys that PEFT's loaders need for LoRA; keys that are not listed here are ignored when
/// read, and keys that are missing have PEFT's defaults.
public struct PEFTAdapterConfiguration: Sendable, Hashable, Codable {
  /// The modules that are adapted.
  public enum TargetModules: Sendable, Hashable {
    /// Ends of module names.
    case names([String])
    /// A regular expression for whole names, or `all-linear`.
    case pattern(String)
  }

  /// Rank of one module.
  public enum Rank: Sendable, Hashable {
    /// A rank.
    case count(Int)
    /// AdaLoRA's: for every direction whether it is kept.
    case mask([Bool])

    /// The rank: what is kept where there is a mask.
    public var value: Int {
      switch self {
      case .count(let count): count
      case .mask(let mask): mask.count { $0 }
      }
    }
  }

  /// Method, e.g. `LORA` or `ADALORA`.
  public var peftType: String
  /// Rank of modules that ``rankPattern`` does not name.
  public var rank: Int
  /// Numerator of the scale (`alpha / rank`).
  public var alpha: Double
  /// Dropout before the adapters, a probability.
  public var dropout: Double
  /// Which biases are trained: `none`, `all` or `lora_only`.
  public var bias: String
  /// Whether weights are stored transposed (GPT-2's `Conv1D`).
  public var fanInFanOut: Bool
  /// The modules that are adapted; nil where the file does not say.
  public var targetModules: TargetModules?
  /// Ranks by module name, or the end of it.
  public var rankPattern: [String: Rank]
  /// Alphas by module name, or the end of it.
  public var alphaPattern: [String: Double]
  /// Whether the scale is `alpha / sqrt(rank)`.
  public var usesRankStabilizedScale: Bool
  /// Whether weights are decomposed into magnitude and direction (DoRA by Liu et al.).
  public var usesWeightDecomposition: Bool
  /// Modules stored whole beside the adapters, e.g. `classifier`.
  public var modulesToSave: [String]?
  /// Task, e.g. `SEQ_CLS`.
  public var taskType: String?
  /// The model that the adapters belong to.
  public var baseModel: String?
  /// Whether the adapters are meant to be used rather than trained on.
  public var isForInference: Bool

  /// Creates a configuration.
  public init(
    peftType: String = "LORA", rank: Int, alpha: Double, dropout: Double = 0,
    bias: String = "none", fanInFanOut: Bool = false, targetModules: TargetModules?,
    rankPattern: [String: Rank] = [:], alphaPattern: [String: Double] = [:],
    usesRankStabilizedScale: Bool = false, usesWeightDecomposition: Bool = false,
    modulesToSave: [String]? = nil, taskType: String? = nil, baseModel: String? = nil,
    isForInference: Bool = true
  ) {
    self.peftType = peftType
    self.rank = rank
    self.alpha = alpha
    self.dropout = dropout
    self.bias = bias
    self.fanInFanOut = fanInFanOut
    self.targetModules = targetModules
    self.rankPattern = rankPattern
    self.alphaPattern = alphaPattern
    self.usesRankStabilizedScale = usesRankStabilizedScale
    self.usesWeightDecomposition = usesWeightDecomposition
    self.modulesToSave = modulesToSave
    self.taskType = taskType
    self.baseModel = baseModel
    self.isForInference = isForInference
  }

  private enum CodingKeys: String, CodingKey {
    case peftType = "peft_type"
    case rank = "r"
    case alpha = "lora_alpha"
    case dropout = "lora_dropout"
    case bias
    case fanInFanOut = "fan_in_fan_out"
    case targetModules = "target_modules"
    case rankPattern = "rank_pattern"
    case alphaPattern = "alpha_pattern"
    case usesRankStabilizedScale = "use_rslora"
    case usesWeightDecomposition = "use_dora"
    case modulesToSave = "modules_to_save"
    case taskType = "task_type"
    case baseModel = "base_model_name_or_path"
    case isForInference = "inference_mode"
  }

  /// Reads a configuration; only `peft_type` must be there.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys, or fallback: Value) throws -> Value {
      try values.decodeIfPresent(Value.self, forKey: key) ?? fallback
    }
    peftType = try values.decode(String.self, forKey: .peftType)
    rank = try value(.rank, or: 8)
    alpha = try value(.alpha, or: 8)
    dropout = try value(.dropout, or: 0)
    bias = try value(.bias, or: "none")
    fanInFanOut = try value(.fanInFanOut, or: false)
    targetModules = try values.decodeIfPresent(TargetModules.self, forKey: .targetModules)
    rankPattern = try value(.rankPattern, or: [:])
    alphaPattern = try value(.alphaPattern, or: [:])
    usesRankStabilizedScale = try value(.usesRankStabilizedScale, or: false)
    usesWeightDecomposition = try value(.usesWeightDecomposition, or: false)
    modulesToSave = try values.decodeIfPresent([String].self, forKey: .modulesToSave)
    taskType = try values.decodeIfPresent(String.self, forKey: .taskType)
    baseModel = try values.decodeIfPresent(String.self, forKey: .baseModel)
    isForInference = try value(.isForInference, or: false)
  }
}

extension PEFTAdapterConfiguration.TargetModules: Codable {
  /// Reads a list of names, or a text.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let names = try? value.decode([String].self) {
      self = .names(names)
    } else {
      self = .pattern(try value.decode(String.self))
    }
  }

  /// Writes a list of names, or a text.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .names(let names): try value.encode(names)
    case .pattern(let pattern): try value.encode(pattern)
    }
  }
}

extension PEFTAdapterConfiguration.Rank: Codable {
  /// Reads a number, or a list of truth values.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let count = try? value.decode(Int.self) {
      self = .count(count)
    } else {
      self = .mask(try value.decode([Bool].self))
    }
  }

  /// Writes a number, or a list of truth values.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .count(let count): try value.encode(count)
    case .mask(let mask): try value.encode(mask)
    }
  }
}
