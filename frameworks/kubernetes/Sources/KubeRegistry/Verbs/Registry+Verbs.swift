internal import KubeKinds
public import KubeModel

/// The verbs. What a path names decides which code does the work; the work itself is in the files beside this one.
extension Registry {
    /// An object, or its `status` or `scale`; `resourceVersion` is the query's.
    public func get(_ target: ResourceTarget, resourceVersion: String = "") async throws(APIError) -> Reply {
        try await translated { try await read(target, resourceVersion: resourceVersion) }
    }

    /// Objects of a collection.
    public func list(_ target: ResourceTarget, _ options: ListOptions) async throws(APIError) -> ListResult {
        try await translated { try await listObjects(target, options) }
    }

    /// Creates an object (201), or calls a subresource: `binding`, `eviction`.
    ///
    /// `body` is in the target's version; absent `kind` and `apiVersion` are taken from it.
    public func create(
        _ target: ResourceTarget, _ body: KubeObject, _ options: WriteOptions
    ) async throws(APIError) -> WriteResult {
        try await translated {
            if target.kind.row.kind == "Binding" { return try await bindNamed(target, body, options) }
            if target.subresource.isEmpty { return try await createObject(target, body, options) }
            switch try subresource(target).behaviour {
            case .binding: return try await bind(target, body, options)
            case .eviction: return try await evict(target, body, options)
            case .status, .scale, .finalize, .connect: throw unsupported(target, "create")
            }
        }
    }

    /// Replaces an object, or its `status`, `scale` or (namespaces) `finalize`; creates it (201) where the kind allows.
    public func update(
        _ target: ResourceTarget, _ body: KubeObject, _ options: WriteOptions
    ) async throws(APIError) -> WriteResult {
        try await translated {
            guard target.kind.row.verbs.contains(.update) else {
                throw APIError.methodNotSupported(target.kind.resource, "update")
            }
            if target.subresource.isEmpty { return try await updateObject(target, body, .kind, options) }
            let row = try subresource(target)
            switch row.behaviour {
            case .status: return try await updateObject(target, body, .subresource(row), options)
            case .scale(let selector): return try await modifyScale(target, selector, options) { _ in body }
            case .finalize: return try await finalize(target, body, options)
            case .binding, .eviction, .connect: throw unsupported(target, "update")
            }
        }
    }

    /// Changes an object, or its `status` or `scale`, in part.
    public func patch(
        _ target: ResourceTarget, _ patch: PatchBody, _ options: WriteOptions
    ) async throws(APIError) -> WriteResult {
        try await translated {
            guard target.kind.row.verbs.contains(.patch) else {
                throw APIError.methodNotSupported(target.kind.resource, "patch")
            }
            if target.subresource.isEmpty { return try await patchObject(target, patch, .kind, options) }
            let row = try subresource(target)
            switch row.behaviour {
            case .status: return try await patchObject(target, patch, .subresource(row), options)
            case .scale(let selector): return try await patchScale(target, patch, selector, options)
            case .binding, .eviction, .finalize, .connect: throw unsupported(target, "patch")
            }
        }
    }

    /// Deletes an object, at once or gracefully; answers with the object or a Status, as the kind has it.
    public func delete(_ target: ResourceTarget, _ options: DeleteOptions) async throws(APIError) -> WriteResult {
        try await translated { try await deleteObject(target, options) }
    }

    /// Deletes the selected objects of a collection; answers with them.
    public func deleteCollection(
        _ target: ResourceTarget, _ selection: ListOptions, _ options: DeleteOptions
    ) async throws(APIError) -> ListResult {
        try await translated { try await deleteObjects(target, selection, options) }
    }

    /// Follows a collection, or one object when the target has a name.
    ///
    /// `receive` is called one call at a time, in order, beginning possibly before this returns; it must not block. A
    /// receiver that cannot keep up cancels the handle. Throws 410 when the history no longer reaches back.
    public func watch(
        _ target: ResourceTarget, _ options: WatchOptions, receive: @escaping @Sendable (WatchDelivery) -> Void
    ) async throws(APIError) -> WatchHandle {
        try await translated { try await watchObjects(target, options, receive: receive) }
    }
}
