/// What `kubecfg` is told by its flags (spec `kubernetes/08` §8.6).
public struct KubecfgOptions: Sendable {
    /// How answers are printed.
    public enum Format: Sendable {
        /// Tables for people.
        case table
        /// The answer's JSON.
        case json
        /// The same as YAML.
        case yaml
    }

    /// `-api_version`: `v1beta1` or `v1beta2`.
    public var apiVersion = "v1beta1"
    /// `-ns`, or what `-ns_file` says.
    public var namespace = "default"
    /// `-c`: the body of `create` and `update`; JSON or YAML.
    public var body: [UInt8]?
    /// `-l`: a label selector for `list`.
    public var selector = ""
    /// `-json`, `-yaml`.
    public var format = Format.table
    /// `-verbose`: tells what is sent and deleted.
    public var isVerbose = false
    /// `-u`: the pause between two pods of a rolling update.
    public var updatePeriod: Duration = .seconds(60)
    /// How long a rolling update waits in the end for as many pods as there were.
    public var updateTimeout: Duration = .seconds(300)
    /// How often it looks meanwhile.
    public var pollPeriod: Duration = .seconds(5)
    /// `-image`: the image a rolling update changes the first container to.
    public var image: String?
    /// `-p`: ports of `run`, as `host:container` or `container`, separated by commas.
    public var ports = ""
    /// `-s`: the port of a service that `run` makes beside the controller.
    public var servicePort: Int?

    /// The defaults.
    public init() {}
}

/// A command line that makes no sense.
public struct KubecfgUsage: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and what was expected.
    public let description: String

    /// Makes an error.
    public init(description: String) { self.description = description }
}
