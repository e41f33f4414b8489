internal import ClusterBase
internal import KubeKinds
internal import KubeModel
internal import KubeStore

extension Registry {
    func createObject(
        _ target: ResourceTarget, _ body: KubeObject, _ options: WriteOptions
    ) async throws -> WriteResult {
        guard target.kind.row.verbs.contains(.create) else {
            throw APIError.methodNotSupported(target.kind.resource, "create")
        }
        var warnings: [String] = []
        var object = try decode(body, as: target.kind, options.fieldValidation, &warnings)
        try settleNamespace(&object, target)
        let isGenerated = object.name.isEmpty && !object.generateName.isEmpty
        if isGenerated {
            var random = ClosureRandom(draw: configuration.random)
            object.name = ObjectNames.generate(object.generateName, using: &random)
        }
        let target = ResourceTarget(target.kind, namespace: object.namespace, name: object.name)
        let key = target.kind.stored.key(target.namespace, target.name)
        let written = try await transact(
            target.kind.stored, key, name: object.name, assumesAbsent: !options.isDryRun
        ) { current in
            if current != nil { throw collision(target, isGenerated: isGenerated) }
            return try await creation(object, target, options)
        }
        return WriteResult(reply: .object(written.object), code: 201, warnings: warnings)
    }

    /// What creating an object (hub version, named) comes to.
    func creation(_ object: KubeObject, _ target: ResourceTarget, _ options: WriteOptions) async throws -> Decision {
        guard object.resourceVersion.isEmpty else {
            throw APIError(500, "", "resourceVersion should not be set on objects to be created")
        }
        let strategy = ObjectStrategy(kind: target.kind)
        var review = AdmissionReview(
            operation: .create, target: target, isDryRun: options.isDryRun, user: options.user, old: nil,
            object: object)
        try await admit(&review, .mutating)
        var new = review.object ?? object
        strategy.prepareCreate(&new, uid: newUID(), now: configuration.now())
        try strategy.validateCreate(new)
        review.object = new
        try await admit(&review, .validating)
        try await admit(&review, .claiming)
        let stored = target.kind.stored
        let bytes = StoredForm.bytes(of: review.object ?? new)
        if options.isDryRun {
            return .answer(Written(object: RegistryObject(stored, bytes, revision: 0), isCreated: true))
        }
        let key = stored.key(target.namespace, new.name)
        let change = StoreChange.create(key: key, value: bytes, timeToLive: stored.row.timeToLive)
        return .commit([change] + review.changes) { revision in
            Written(object: RegistryObject(stored, bytes, revision: revision), isCreated: true)
        }
    }

    private func collision(_ target: ResourceTarget, isGenerated: Bool) -> APIError {
        guard isGenerated else { return .alreadyExists(target.kind.resource, target.name) }
        let kind = target.kind.entry.kind
        return .serverTimeout(GroupResource(group: kind.groupVersion.group, kind.kind), "POST")
    }

    private func newUID() -> String {
        var random = ClosureRandom(draw: configuration.random)
        return ObjectNames.uid(using: &random)
    }
}

/// Random bits from the configuration.
struct ClosureRandom: RandomNumberGenerator {
    let draw: @Sendable () -> UInt64
    mutating func next() -> UInt64 { draw() }
}
