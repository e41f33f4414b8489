internal import ClusterBase
internal import HTTPTransport
internal import KubeKinds
internal import KubeModel
internal import KubeRegistry

// GET of objects and collections, and the answers every verb gives.

extension ResourceCall {
    /// An object, or its `status` or `scale`.
    func get(_ registry: Registry) async throws(APIError) -> HTTPResponse {
        try answer(try await registry.get(target, resourceVersion: query.text("resourceVersion")))
    }

    /// The objects of a collection.
    func list(_ registry: Registry) async throws(APIError) -> HTTPResponse {
        try answer(try await registry.list(target, try listOptions()))
    }

    /// An answer of the registry in the form asked for.
    func answer(_ reply: KubeRegistry.Reply, code: Int = 200) throws(APIError) -> HTTPResponse {
        switch reply {
        case .object(let object): try answer(object, code: code)
        case .tree(let tree) where tree.kind == "Status":
            Answers.document(Answers.status(tree.value, in: kind.version), code: code, as: form)
        case .tree(let tree) where form.shape == .whole || tree.kind == "Scale":
            Answers.document(tree.value, code: code, as: form)
        case .tree(let tree): Answers.json(try representation().document(of: tree), code: code, as: form)
        }
    }

    /// An object in the form asked for.
    func answer(_ object: RegistryObject, code: Int = 200) throws(APIError) -> HTTPResponse {
        Answers.json(try representation().document(of: object), code: code, as: form)
    }

    /// A list in the form asked for.
    func answer(_ list: ListResult) throws(APIError) -> HTTPResponse {
        Answers.json(try representation().document(of: list), as: form)
    }

    /// How objects are told.
    func representation() throws(APIError) -> Representation {
        switch form.shape {
        case .whole: return Representation(kind, .whole)
        case .metadata(let version): return Representation(kind, .metadata(version: version))
        case .table(let version):
            let word = query.text("includeObject")
            guard let included = TableWriter.Included(rawValue: word.isEmpty ? "Metadata" : word) else {
                throw .badRequest("unrecognized includeObject value: \(word)")
            }
            return Representation(kind, .table(TableWriter(kind, version: version, includes: included, now: now)))
        }
    }
}
