internal import ClusterBase
internal import KubeModel
internal import KubeRegistry
internal import KubeStore

/// The verbs in short, with trees for answers.
extension World {
    @discardableResult
    func create(_ path: String, _ body: KubeObject, dryRun: Bool = false, in version: String? = nil) async throws
        -> KubeObject
    {
        try await tree(registry.create(target(path, version), body, Self.options(dryRun)), path, version)
    }

    @discardableResult
    func create(widget: KubeObject) async throws -> KubeObject { try await create("default/widgets", widget) }

    func get(_ path: String, in version: String? = nil) async throws -> KubeObject {
        let target = try target(path, version)
        return switch try await registry.get(target) {
        case .object(let object): try object.tree(in: target.kind)
        case .tree(let tree): tree
        }
    }

    @discardableResult
    func update(_ path: String, _ body: KubeObject, dryRun: Bool = false) async throws -> KubeObject {
        try await tree(registry.update(target(path), body, Self.options(dryRun)), path, nil)
    }

    @discardableResult
    func patch(_ path: String, _ patch: PatchBody, dryRun: Bool = false, in version: String? = nil) async throws
        -> KubeObject
    {
        try await tree(registry.patch(target(path, version), patch, Self.options(dryRun)), path, version)
    }

    @discardableResult
    func delete(
        _ path: String, in version: String? = nil, _ set: (inout DeleteOptions) -> Void = { _ in }
    ) async throws -> KubeObject {
        var options = DeleteOptions()
        set(&options)
        return try await tree(registry.delete(target(path, version), options), path, version)
    }

    func list(_ path: String, _ set: (inout ListOptions) -> Void = { _ in }) async throws -> ListResult {
        var options = ListOptions()
        set(&options)
        return try await registry.list(target(path), options)
    }

    func names(_ path: String, _ set: (inout ListOptions) -> Void = { _ in }) async throws -> [String] {
        try await list(path, set).items.map { try $0.tree().name }
    }

    private func tree(_ result: WriteResult, _ path: String, _ version: String?) throws -> KubeObject {
        switch result.reply {
        case .object(let object): try object.tree(in: target(path, version).kind)
        case .tree(let tree): tree
        }
    }

    private static func options(_ dryRun: Bool) -> WriteOptions {
        var options = WriteOptions()
        options.isDryRun = dryRun
        return options
    }
}

/// The error of something that must fail.
func failure(_ body: () async throws -> Any) async throws -> APIError {
    do {
        let value = try await body()
        throw Unexpected(description: "did not fail: \(value)")
    } catch let error as APIError {
        return error
    }
}

struct Unexpected: Error, CustomStringConvertible {
    var description: String
}

extension PatchBody {
    /// A merge patch of JSON text.
    static func merge(text: String) throws -> PatchBody { .merge(try JSONValue(parsing: text)) }
}
