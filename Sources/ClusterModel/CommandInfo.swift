/// What to execute and what to fetch first (`CommandInfo` of the v1 messages).
public struct CommandInfo: Hashable, Sendable {
    /// Something to fetch into the sandbox.
    public struct URI: Hashable, Sendable {
        /// Where from: a path, `file://`, `http://`, `https://`.
        public var value: String
        /// Whether to make it executable (then it is not extracted).
        public var isExecutable: Bool
        /// Whether to extract archives.
        public var extracts: Bool
        /// Whether it may come from the agent's cache.
        public var isCached: Bool
        /// The name in the sandbox; nil = the last part of the URI.
        public var outputFile: String?

        /// Makes a URI.
        public init(
            _ value: String, isExecutable: Bool = false, extracts: Bool = true, isCached: Bool = false,
            outputFile: String? = nil
        ) {
            (self.value, self.isExecutable, self.extracts) = (value, isExecutable, extracts)
            (self.isCached, self.outputFile) = (isCached, outputFile)
        }
    }

    /// What to fetch, in order.
    public var uris: [URI]
    /// Environment, in order.
    public var environment: [EnvironmentVariable]
    /// Whether `value` is run by `/bin/sh -c`; otherwise `value` is executed with `arguments` as argv.
    public var isShell: Bool
    /// The command line or the program.
    public var value: String?
    /// argv when not a shell command.
    public var arguments: [String]
    /// The user to run as; nil = the framework's.
    public var user: String?

    /// Makes a command.
    public init(
        value: String? = nil, isShell: Bool = true, arguments: [String] = [],
        environment: [EnvironmentVariable] = [], uris: [URI] = [], user: String? = nil
    ) {
        (self.value, self.isShell, self.arguments) = (value, isShell, arguments)
        (self.environment, self.uris, self.user) = (environment, uris, user)
    }
}

/// One variable of an environment.
public struct EnvironmentVariable: Hashable, Sendable {
    /// The name.
    public var name: String
    /// The value.
    public var value: String
    /// Whether the value came from a secret and must not appear in logs or state.
    public var isSecret: Bool
    /// What is wrong with its form as it came in, in words.
    public var formProblem: String?

    /// Makes a variable.
    public init(_ name: String, _ value: String, isSecret: Bool = false) {
        (self.name, self.value, self.isSecret) = (name, value, isSecret)
    }
}

/// How a task is to be killed.
public struct KillPolicy: Hashable, Sendable {
    /// Time between SIGTERM and SIGKILL; nil = the executor's default (3 s).
    public var gracePeriod: Duration?

    /// Makes a policy.
    public init(gracePeriod: Duration? = nil) { self.gracePeriod = gracePeriod }
}
