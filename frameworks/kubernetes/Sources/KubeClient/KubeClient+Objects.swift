public import ClusterBase
internal import HTTPTransport
public import KubeModel

extension KubeClient {
    /// Reads an object, or a part that a subresource shows.
    public func get(_ kind: ResourceKind, _ key: ObjectKey, subresource: String = "") async throws -> KubeObject {
        try await object(.get, kind, key, subresource: subresource)
    }

    /// Lists objects, page by page, as they stood at one moment.
    public func list(_ kind: ResourceKind, _ selection: ObjectSelection = ObjectSelection()) async throws -> ObjectList
    {
        do { return try await list(kind, selection, limit: configuration.pageSize) } catch let error as APIError
            where error.code == 410
        {
            // The pages took longer than the server's memory reaches: all at once, then.
            return try await list(kind, selection, limit: 0)
        }
    }

    private func list(_ kind: ResourceKind, _ selection: ObjectSelection, limit: Int) async throws -> ObjectList {
        var found = ObjectList(objects: [], resourceVersion: "")
        var token = ""
        repeat {
            let query = selection.query + [("limit", limit > 0 ? "\(limit)" : ""), ("continue", token)]
            let path = ResourcePath.path(kind, namespace: selection.namespace) + ResourcePath.query(query)
            let page = KubeObject(try await send(.get, path)) ?? KubeObject()
            found.objects += page.list("items").compactMap { KubeObject($0) }.map { filled($0, kind) }
            found.resourceVersion = page.text("metadata", "resourceVersion")
            token = page.text("metadata", "continue")
        } while !token.isEmpty
        return found
    }

    /// Creates an object in the namespace it names; returns it as it was stored.
    ///
    /// - Parameter subresource: for what is made at another object of that name (`binding`, `eviction`).
    public func create(_ kind: ResourceKind, _ object: KubeObject, subresource: String = "") async throws -> KubeObject
    {
        let name = subresource.isEmpty ? "" : object.name
        let path = ResourcePath.path(kind, namespace: object.namespace, name: name, subresource: subresource)
        return answer(try await send(.post, path, body: object.value), kind)
    }

    /// Replaces an object, or a part that a subresource stands for; returns it as it was stored.
    public func update(_ kind: ResourceKind, _ object: KubeObject, subresource: String = "") async throws -> KubeObject
    {
        try await self.object(.put, kind, object.key, subresource: subresource, body: object.value)
    }

    /// Patches an object; returns it as it was stored.
    public func patch(
        _ kind: ResourceKind, _ key: ObjectKey, _ type: PatchType, _ patch: JSONValue, subresource: String = ""
    ) async throws -> KubeObject {
        try await object(.patch, kind, key, subresource: subresource, body: patch, contentType: type.rawValue)
    }

    /// Deletes an object; returns it, or a `Status`, as the server answers.
    @discardableResult
    public func delete(
        _ kind: ResourceKind, _ key: ObjectKey, _ request: DeletionRequest = DeletionRequest()
    ) async throws -> KubeObject {
        let path = ResourcePath.path(kind, namespace: key.namespace, name: key.name)
        return KubeObject(try await send(.delete, path, body: request.value)) ?? KubeObject()
    }

    /// Deletes every object of a selection with one request.
    public func deleteAll(
        _ kind: ResourceKind, _ selection: ObjectSelection, _ request: DeletionRequest = DeletionRequest()
    ) async throws {
        let path = ResourcePath.path(kind, namespace: selection.namespace) + ResourcePath.query(selection.query)
        _ = try await send(.delete, path, body: request.value)
    }

    /// Watches objects from a revision; returns when the server has begun to answer.
    ///
    /// - Parameters:
    ///   - resourceVersion: what came after it is told; empty begins with what is there now.
    ///   - lasting: how long the server keeps the watch; nil leaves it to the server.
    public func watch(
        _ kind: ResourceKind, _ selection: ObjectSelection = ObjectSelection(), from resourceVersion: String = "",
        lasting: Duration? = nil
    ) async throws -> WatchStream {
        let query =
            selection.query + [
                ("watch", "true"), ("allowWatchBookmarks", "true"), ("resourceVersion", resourceVersion),
                ("timeoutSeconds", lasting.map { "\($0.components.seconds)" } ?? ""),
            ]
        let path = ResourcePath.path(kind, namespace: selection.namespace) + ResourcePath.query(query)
        return WatchStream(body: try await stream(path), lineLimit: configuration.bodyLimit)
    }

    private func object(
        _ method: RequestMethod, _ kind: ResourceKind, _ key: ObjectKey, subresource: String, body: JSONValue? = nil,
        contentType: String = "application/json"
    ) async throws -> KubeObject {
        let path = ResourcePath.path(
            kind, namespace: key.namespace, name: key.name, subresource: subresource)
        return answer(try await send(method, path, body: body, contentType: contentType), kind)
    }

    private func answer(_ value: JSONValue, _ kind: ResourceKind) -> KubeObject {
        filled(KubeObject(value) ?? KubeObject(), kind)
    }

    /// The items of lists may lack the words that say what they are.
    private func filled(_ object: KubeObject, _ kind: ResourceKind) -> KubeObject {
        guard object.kind.isEmpty || object.apiVersion.isEmpty else { return object }
        var object = object
        (object.kind, object.apiVersion) = (kind.kind, kind.groupVersion.description)
        return object
    }
}
