internal import HTTPTransport
internal import KubeModel

/// How an answer is to be written (spec `kubernetes/01` §1.4).
struct OutputForm: Hashable, Sendable {
    /// The text format.
    enum Encoding: Hashable, Sendable { case json, yaml }

    /// What is told of the objects.
    enum Shape: Hashable, Sendable {
        /// All of them, in the version of the path.
        case whole
        /// A `Table` of a version of `meta.k8s.io`.
        case table(version: String)
        /// Kind and metadata, of a version of `meta.k8s.io`.
        case metadata(version: String)
    }

    var encoding = Encoding.json
    var shape = Shape.whole
    /// Indented, for people.
    var isPretty = false

    /// Plain JSON.
    static let json = OutputForm()

    /// The types the error of a refusal lists.
    static let mediaTypes = ["application/json", "application/yaml"]

    /// The `Content-Type` of the answer.
    var contentType: String { encoding == .json ? "application/json" : "application/yaml" }

    /// Reads what a client accepts; `shapes` says whether tables and bare metadata exist of what it asks for.
    ///
    /// Throws 406 when nothing the client accepts can be made.
    init(_ request: HTTPRequest, shapes: Bool = true) throws(APIError) {
        self.init()
        if let accept = request.headers["accept"], !Self.isPlainJSON(accept) {
            let wanted = AcceptedType.list(request.headers.values("accept"))
            guard let found = wanted.lazy.compactMap({ Self.form($0, shapes: shapes) }).first else {
                throw .notAcceptable(Self.mediaTypes)
            }
            self = found
        }
        isPretty = Self.wantsPretty(request)
    }

    private init() {}

    /// What most clients send, told without taking it apart.
    private static func isPlainJSON(_ accept: String) -> Bool {
        accept == "application/json" || accept == "*/*" || accept == "application/json, */*"
    }

    private static func form(_ accepted: AcceptedType, shapes: Bool) -> OutputForm? {
        var form = OutputForm()
        if accepted.covers("application/json") {
            form.encoding = .json
        } else if accepted.covers("application/yaml") {
            form.encoding = .yaml
        } else {
            return nil
        }
        guard let kind = accepted.parameters["as"] else { return form }
        guard shapes, accepted.parameters["g"] == "meta.k8s.io", let version = accepted.parameters["v"],
            version == "v1" || version == "v1beta1"
        else { return nil }
        switch kind {
        case "Table": form.shape = .table(version: version)
        case "PartialObjectMetadata", "PartialObjectMetadataList": form.shape = .metadata(version: version)
        default: return nil
        }
        return form
    }

    /// By `?pretty=`, else for browsers and the usual command-line clients.
    static func wantsPretty(_ request: HTTPRequest) -> Bool {
        let query = request.rawQuery
        if query.contains("pretty"), let text = QueryItems(parsing: query)["pretty"] {
            return text != "0" && text != "false"
        }
        guard let agent = request.headers["user-agent"] else { return false }
        return agent.hasPrefix("curl") || agent.hasPrefix("Wget") || agent.hasPrefix("Mozilla/5.0")
    }
}
