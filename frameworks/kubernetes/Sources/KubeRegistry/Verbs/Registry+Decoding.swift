internal import ClusterBase
internal import KubeKinds
internal import KubeModel

extension Registry {
    /// Reads a body in a served version as an object in the hub version, defaults filled in.
    ///
    /// - Parameter warnings: gets a text per unknown field when the client asked for warnings.
    func decode(
        _ body: KubeObject, as kind: ServedKind, _ validation: FieldValidation, _ warnings: inout [String]
    ) throws(APIError) -> KubeObject {
        let object = try decodeVersioned(body, as: kind, validation, &warnings)
        return try hub(object, of: kind)
    }

    private func decodeVersioned(
        _ body: KubeObject, as kind: ServedKind, _ validation: FieldValidation, _ warnings: inout [String]
    ) throws(APIError) -> KubeObject {
        try checkType(of: body, kind.entry.kind)
        var body = body
        (body.apiVersion, body.kind) = (kind.entry.kind.groupVersion.description, kind.entry.kind.kind)
        var unknown: [String] = []
        var object = try library.decode(body.value, as: kind.version.schema, unknownFields: &unknown)
        let complaints = unknown.map { "unknown field \"\($0)\"" }
        switch validation {
        case .ignore: break
        case .warn: warnings += complaints
        case .strict:
            if !complaints.isEmpty {
                throw .badRequest("strict decoding error: " + complaints.joined(separator: ", "))
            }
        }
        kind.version.defaults(&object)
        return object
    }

    private func hub(_ versioned: KubeObject, of kind: ServedKind) throws(APIError) -> KubeObject {
        if kind.isHub { return versioned }
        var object = versioned
        do {
            try kind.version.toHub?(&object)
        } catch let error as APIError {
            throw error
        } catch {
            throw .badRequest("\(error)")
        }
        (object.apiVersion, object.kind) = (kind.row.hub.description, kind.row.kind)
        guard kind.version.legacy != nil, let hub = kind.row.version(kind.row.hub) else { return object }
        object = try library.decode(object.value, as: hub.schema)
        hub.defaults(&object)
        return object
    }

    /// Refuses a body of another kind or version than its path; absent ones are taken from the path.
    func checkType(of body: KubeObject, _ expected: GroupVersionKind) throws(APIError) {
        let (version, kind) = (body.apiVersion, body.kind)
        let wanted = expected.groupVersion.description
        if !version.isEmpty, version != wanted {
            throw .badRequest(
                "the API version in the data (\(version)) does not match the expected API version (\(wanted))")
        }
        if !kind.isEmpty, kind != expected.kind {
            throw .badRequest(
                "\(kind) in version \"\(wanted)\" cannot be handled as a \(expected.kind): the kinds differ")
        }
    }

    /// Puts an object into the namespace of its path; objects of the cluster have none.
    ///
    /// Throws 400 for another one.
    func settleNamespace(_ object: inout KubeObject, _ target: ResourceTarget) throws(APIError) {
        if !target.kind.row.isNamespaced {
            object.namespace = ""
        } else if object.namespace.isEmpty {
            object.namespace = target.namespace
        } else if object.namespace != target.namespace {
            throw .badRequest(
                "the namespace of the provided object does not match the namespace sent on the request")
        }
    }

    /// Gives an object the name of its path.
    ///
    /// Throws 400 for another one.
    func settleName(_ object: inout KubeObject, _ target: ResourceTarget) throws(APIError) {
        if object.name.isEmpty {
            object.name = target.name
        } else if object.name != target.name {
            throw .badRequest(
                "the name of the object (\(object.name)) does not match the name on the URL (\(target.name))")
        }
    }
}
