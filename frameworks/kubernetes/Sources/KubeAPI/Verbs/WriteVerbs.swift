internal import ClusterBase
internal import HTTPTransport
internal import KubeKinds
internal import KubeModel
internal import KubeRegistry

// POST, PUT, PATCH and DELETE.

extension ResourceCall {
    /// Creates an object, or calls a subresource.
    func create(_ registry: Registry) async throws(APIError) -> HTTPResponse {
        let options = try writeOptions("CreateOptions")
        return try answer(try await registry.create(target, try body(), options))
    }

    /// Replaces an object or the part of it that a subresource stands for.
    func update(_ registry: Registry) async throws(APIError) -> HTTPResponse {
        let options = try writeOptions("UpdateOptions")
        return try answer(try await registry.update(target, try body(), options))
    }

    /// Changes an object in part.
    func patch(_ registry: Registry) async throws(APIError) -> HTTPResponse {
        let patch = try patchBody()
        return try answer(try await registry.patch(target, patch, try writeOptions("PatchOptions")))
    }

    /// Deletes an object.
    func delete(_ registry: Registry) async throws(APIError) -> HTTPResponse {
        try answer(try await registry.delete(target, try deleteOptions()))
    }

    /// Deletes the selected objects of a collection.
    func deleteCollection(_ registry: Registry) async throws(APIError) -> HTTPResponse {
        let selection = try listOptions()
        return try answer(try await registry.deleteCollection(target, selection, try deleteOptions()))
    }

    private func answer(_ result: WriteResult) throws(APIError) -> HTTPResponse {
        try answer(result.reply, code: result.code).warning(result.warnings)
    }

    private func body() throws(APIError) -> KubeObject {
        let document = try RequestBody.document(request, expecting: kind.entry.kind.kind)
        guard let object = KubeObject(document) else {
            throw .badRequest(
                "the object provided is unrecognized (must be of type \(kind.entry.kind.kind)): "
                    + "couldn't get version/kind; the document is not an object")
        }
        return object
    }

    private func patchBody() throws(APIError) -> PatchBody {
        let type = RequestBody.mediaType(request)
        guard let make = Self.patches[type] else {
            throw .unsupportedMediaType(Self.patches.keys.sorted())
        }
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(parsing: request.body)
        } catch {
            throw .badRequest("error decoding patch: \(error)")
        }
        return try make(document)
    }

    /// The most operations of a JSON patch.
    private static let operationLimit = 10_000

    private static let patches: [String: @Sendable (JSONValue) throws(APIError) -> PatchBody] = [
        "application/json-patch+json": { (document) throws(APIError) in
            guard let operations = document.array else {
                throw .badRequest("error decoding patch: a JSON patch is a list of operations")
            }
            guard operations.count <= operationLimit else {
                throw .tooLarge(
                    "The allowed maximum operations in a JSON patch is \(operationLimit), got \(operations.count)")
            }
            return .json(document)
        },
        "application/merge-patch+json": { (document) throws(APIError) in .merge(try object(document)) },
        "application/strategic-merge-patch+json": { (document) throws(APIError) in .strategic(try object(document)) },
    ]

    private static func object(_ document: JSONValue) throws(APIError) -> JSONValue {
        guard document.object != nil else { throw .badRequest("error decoding patch: the patch is not an object") }
        return document
    }
}
