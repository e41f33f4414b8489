public import KubeModel

/// What a request wants, read from its method, path and query before anything is looked up.
///
/// This is what authorisation, admission, metrics and logs see. Source: apiserver
/// `pkg/endpoints/request/requestinfo.go`; spec `kubernetes/02` §2.1.
public struct RequestInfo: Sendable, Equatable {
    /// What is to be done, in the words of authorisation rules.
    public enum Verb: String, Sendable, CaseIterable {
        /// Reads one object, or anything outside the resource tree.
        case get
        /// Reads a collection.
        case list
        /// Follows an object or a collection.
        case watch
        /// Creates an object, or calls a subresource.
        case create
        /// Replaces an object.
        case update
        /// Changes an object in part.
        case patch
        /// Deletes an object.
        case delete
        /// Deletes the objects of a collection.
        case deletecollection
        /// Anything else (OPTIONS, unknown methods).
        case other

        /// Whether it can change anything.
        public var isMutating: Bool {
            switch self {
            case .get, .list, .watch: false
            default: true
            }
        }
    }

    /// What is to be done.
    public var verb: Verb
    /// The path as it stands on the wire, without query.
    public var path: String
    /// Whether the path lies in the resource tree; otherwise the members below are empty.
    public var isResource = false
    /// Group and version of the path.
    public var groupVersion = GroupVersion("")
    /// The namespace; empty for objects of the cluster and for collections of all namespaces.
    public var namespace = ""
    /// The resource as the path names it, such as `pods`.
    public var resource = ""
    /// The object's name; empty for collections.
    public var name = ""
    /// The subresource, such as `status` or `proxy`; empty for the object itself.
    public var subresource = ""
    /// What follows the subresource, percent-encoded as it stands, with its leading slash; empty when nothing follows.
    public var rest = ""
    /// Whether the path has the old `watch/` prefix.
    public var hasWatchPrefix = false
    /// Who asks.
    public var user = UserInfo.system

    /// Makes an info outside the resource tree; set the rest.
    public init(verb: Verb, path: String) { (self.verb, self.path) = (verb, path) }

    /// Whether it may run as long as the client likes (spec `kubernetes/02` §2.18): no timeout, no bound in flight.
    public var isLongRunning: Bool { verb == .watch || Self.connects.contains(subresource) }

    private static let connects: Set<String> = ["attach", "exec", "log", "portforward", "proxy"]
}

/// Who sent a request.
public struct UserInfo: Sendable, Equatable {
    /// The user's name.
    public var name: String
    /// The groups the user belongs to.
    public var groups: [String]

    /// Makes a user.
    public init(name: String, groups: [String]) { (self.name, self.groups) = (name, groups) }

    /// Whoever reaches a port that asks for no credentials.
    public static let system = UserInfo(
        name: "system:unsecured", groups: ["system:masters", "system:authenticated"])
}
