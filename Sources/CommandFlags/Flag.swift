/// One row of a flag table: its name, default, kind and what it does here.
public struct Flag: Sendable {
    /// How the text of a value is read.
    public enum Kind: Sendable {
        /// Any text.
        case text
        /// `--name`, `--no-name`, `--name=true`, `--name=false`.
        case boolean
        /// A whole number.
        case integer
        /// A number.
        case number
        /// A number with a unit, such as `15secs`.
        case duration
        /// A number with a unit, such as `2GB`.
        case bytes
        /// Text given inline, as an absolute path, or as `file:///path`.
        case content
    }

    /// Whether this version acts on the flag.
    public enum Effect: Hashable, Sendable {
        /// It does what the help says.
        case active
        /// It is taken so that existing command lines keep working, and changes nothing yet.
        case accepted
        /// Setting it is an error with these words, because ignoring it would be dangerous.
        case refused(String)
        /// As `refused`, for boolean flags whose false is what happens anyway.
        case refusedWhenTrue(String)
    }

    /// The name, with underscores.
    public let name: String
    /// Older names.
    public let aliases: [String]
    /// The value when nothing is given; nil = unset.
    public let defaultValue: String?
    /// How values are read.
    public let kind: Kind
    /// Whether it acts.
    public let effect: Effect
    /// What it does, in a few words.
    public let help: String

    /// Makes a row.
    public init(
        _ name: String, _ kind: Kind, default defaultValue: String? = nil, aliases: [String] = [],
        effect: Effect = .active, _ help: String
    ) {
        (self.name, self.kind, self.defaultValue) = (name, kind, defaultValue)
        (self.aliases, self.effect, self.help) = (aliases, effect, help)
    }
}

/// A mistake on the command line; the process exits with 64 and these words.
public struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The flag, as typed; nil when the mistake is elsewhere.
    public let flag: String?
    /// What is wrong and what was expected.
    public let problem: String

    /// Makes an error.
    public init(flag: String? = nil, _ problem: String) { (self.flag, self.problem) = (flag, problem) }

    /// Flag and problem.
    public var description: String { flag.map { "\($0): \(problem)" } ?? problem }
}
