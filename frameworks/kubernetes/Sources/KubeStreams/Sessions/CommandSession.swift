internal import ClusterBase

/// How the streams of an exec or attach are joined to a command.
public struct CommandStreams: Hashable, Sendable {
    /// Whether the client sends standard input.
    public var input: Bool
    /// Whether the client wants standard output.
    public var output: Bool
    /// Whether the client wants standard error; never with a terminal.
    public var error: Bool
    /// Whether the command runs on a terminal.
    public var terminal: Bool

    /// Makes a set of streams; a terminal carries errors on standard output.
    public init(input: Bool, output: Bool, error: Bool, terminal: Bool) {
        (self.input, self.output, self.terminal) = (input, output, terminal)
        self.error = error && !terminal
    }

    /// Whether anything is joined at all; upstream refuses a request without.
    public var isEmpty: Bool { !input && !output && !error }
}

/// The size of a client's terminal, in characters.
public struct TerminalSize: Hashable, Sendable {
    /// Columns.
    public var width: Int
    /// Rows.
    public var height: Int

    /// Makes a size.
    public init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

    /// Reads a message of the resize stream, such as `{"Width":80,"Height":24}`; nil when a side is 0 or absent.
    init?(_ text: some Collection<UInt8>) {
        guard let tree = try? JSONValue(parsing: Array(text)), let width = tree["Width"]?.integer,
            let height = tree["Height"]?.integer, 1...65_535 ~= width, 1...65_535 ~= height
        else { return nil }
        self.init(width: Int(width), height: Int(height))
    }
}

/// How a command ended.
public enum CommandOutcome: Hashable, Sendable {
    /// With an exit code.
    case exited(Int32)
    /// It could not be run or followed; the text is for people.
    case failed(String)

    /// The Status of the error stream of protocol version 4 (spec `kubernetes/10` §10.3).
    var status: JSONValue {
        switch self {
        case .exited(0): return ["metadata": [:], "status": "Success"]
        case .exited(let code):
            let cause: JSONValue = ["reason": "ExitCode", "message": .string("\(code)")]
            return [
                "metadata": [:], "status": "Failure",
                "message": .string("command terminated with non-zero exit code: exit code \(code)"),
                "reason": "NonZeroExitCode", "details": ["causes": [cause]],
            ]
        case .failed(let text):
            return [
                "metadata": [:], "status": "Failure", "message": .string(text), "reason": "InternalError",
                "details": ["causes": [["message": .string(text)]]], "code": 500,
            ]
        }
    }

    /// The plain text of the error stream of earlier versions; empty when all went well.
    var text: String {
        switch self {
        case .exited(0): ""
        case .exited(let code): "command terminated with non-zero exit code: exit code \(code)"
        case .failed(let text): text
        }
    }
}

/// One exec or attach, whichever protocol carries it.
public struct CommandSession: Sendable {
    /// What the client joined.
    public let streams: CommandStreams
    /// Standard input, when joined.
    public let input: ByteStream?
    /// Standard output, when joined.
    public let output: ByteStream?
    /// Standard error, when joined.
    public let error: ByteStream?
    /// Sizes of the client's terminal, the newest only when several wait; ends with the session.
    public let sizes: AsyncStream<TerminalSize>
}
