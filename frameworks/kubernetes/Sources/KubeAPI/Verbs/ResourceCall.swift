internal import HTTPTransport
internal import KubeKinds
internal import KubeModel
internal import KubeRegistry

/// A request for something in the resource tree, checked against the kind table.
struct ResourceCall: Sendable {
    let info: RequestInfo
    let request: HTTPRequest
    let target: ResourceTarget
    let form: OutputForm
    let query: QueryItems
    /// Whether the request is passed on to a node.
    let isConnect: Bool
    /// The wall clock when the request came.
    let now: UnixTime

    var kind: ServedKind { target.kind }

    /// The answer that tells of an error.
    func failure(_ error: APIError) -> HTTPResponse { Answers.failure(error, to: request, in: kind.version) }

    private static func isConnect(_ subresource: SubresourceRow?) -> Bool {
        if case .connect? = subresource?.behaviour { true } else { false }
    }

    /// Looks up what a request names. Throws 404 for what is not served, 405 for what it cannot do, 406 when no answer
    /// would be acceptable.
    init(_ info: RequestInfo, _ request: HTTPRequest, _ registry: Registry, now: UnixTime) throws(APIError) {
        guard let kind = registry.served(plural: info.resource, in: info.groupVersion) else {
            throw .noSuchResource
        }
        (self.info, self.request, self.now) = (info, request, now)
        target = ResourceTarget(
            kind, namespace: try Self.namespace(info, kind), name: info.name, subresource: info.subresource)
        query = request.query
        isConnect = Self.isConnect(kind.row.subresource(info.subresource))
        let hasShapes = info.subresource.isEmpty || info.subresource == "status"
        form = isConnect ? .json : try OutputForm(request, shapes: hasShapes)
        try checkVerb()
    }

    private static func namespace(_ info: RequestInfo, _ kind: ServedKind) throws(APIError) -> String {
        guard kind.row.isNamespaced else {
            guard info.namespace.isEmpty || info.groupVersion.isFlat else { throw .noSuchResource }
            return ""
        }
        guard info.namespace.isEmpty else { return info.namespace }
        if info.groupVersion.isFlat, !info.name.isEmpty || info.verb == .create { return "default" }
        guard info.name.isEmpty else { throw .noSuchResource }
        return ""
    }

    private func checkVerb() throws(APIError) {
        guard info.subresource.isEmpty else { return try checkSubresourceVerb() }
        let isItem = !info.name.isEmpty
        let needsItem: Bool
        switch info.verb {
        case .get, .update, .patch, .delete: needsItem = true
        case .list, .create, .deletecollection: needsItem = false
        case .watch: needsItem = isItem
        case .other: throw .methodNotAllowed
        }
        guard isItem == needsItem, let verb = Self.verbs[info.verb] else { throw .methodNotAllowed }
        guard kind.row.verbs.contains(verb) else {
            throw .methodNotSupported(kind.row.resource, info.verb.rawValue)
        }
        if kind.row.isNamespaced, target.namespace.isEmpty, info.verb == .create || info.verb == .deletecollection {
            throw .methodNotAllowed
        }
    }

    private func checkSubresourceVerb() throws(APIError) {
        guard !info.name.isEmpty, let row = kind.row.subresource(info.subresource) else { throw .noSuchResource }
        guard isConnect || info.rest.isEmpty || info.rest == "/" else { throw .noSuchResource }
        guard row.verbs.contains(info.verb.rawValue) || (row.verbs.isEmpty && isConnect) else {
            throw .methodNotAllowed
        }
    }

    private static let verbs: [RequestInfo.Verb: Verbs] = [
        .get: .get, .list: .list, .watch: .watch, .create: .create, .update: .update, .patch: .patch,
        .delete: .delete, .deletecollection: .deleteCollection,
    ]
}

extension APIError {
    /// 405 for a method that the path does not have at all.
    static var methodNotAllowed: APIError {
        APIError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
    }
}
