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
    /// The namespace.
    public var namespace = "default"
    /// `-c`: the body of `create` and `update`, as text; JSON or YAML.
    public var body: String?
    /// `-l`: a label selector for `list`.
    public var selector = ""
    /// `-json`, `-yaml`.
    public var format = Format.table
    /// `-u`: the pause between two pods of a rolling update.
    public var updatePeriod: Duration = .seconds(60)
    /// `-image`: the image a rolling update changes to.
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
}
