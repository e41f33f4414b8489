internal import ClusterBase
internal import KubeKinds
internal import KubeModel
internal import KubeStore

extension Registry {
    /// Replaces an object (or its status) by a body.
    func updateObject(
        _ target: ResourceTarget, _ body: KubeObject, _ rules: ObjectStrategy.Rules, _ options: WriteOptions
    ) async throws -> WriteResult {
        var warnings: [String] = []
        var object = try decode(body, as: target.kind, options.fieldValidation, &warnings)
        try settleNamespace(&object, target)
        try settleName(&object, target)
        let new = object
        let isCreator = if case .kind = rules { target.kind.row.createsOnUpdate } else { false }
        let written = try await modify(target, rules, options, creates: isCreator ? new : nil) { _, _ in new }
        return WriteResult(reply: .object(written.object), code: written.isCreated ? 201 : 200, warnings: warnings)
    }

    /// Changes an object in part.
    func patchObject(
        _ target: ResourceTarget, _ patch: PatchBody, _ rules: ObjectStrategy.Rules, _ options: WriteOptions
    ) async throws -> WriteResult {
        var warnings: [String] = []
        let schema = library.mergeSchema(of: target.kind.version.schema)
        let written = try await modify(target, rules, options) { old, revision in
            var current = old
            current.resourceVersion = "\(revision)"
            let patched = try patch.applied(to: target.kind.versioned(current), schema)
            warnings = []
            return try decode(patched, as: target.kind, options.fieldValidation, &warnings)
        }
        return WriteResult(reply: .object(written.object), code: 200, warnings: warnings)
    }

    /// Changes a stored object by a function of its state, trying again while others are faster.
    ///
    /// - Parameters:
    ///   - creates: the object to create when there is none; nil answers 404.
    ///   - change: gets the stored object (hub version, without `resourceVersion`) and its revision, and returns the
    ///     new one, whose `resourceVersion` and `uid` are preconditions unless empty.
    func modify(
        _ target: ResourceTarget, _ rules: ObjectStrategy.Rules, _ options: WriteOptions, creates: KubeObject? = nil,
        _ change: (_ old: KubeObject, _ revision: Int64) throws -> KubeObject
    ) async throws -> Written {
        let stored = target.kind.stored
        let key = stored.key(target.namespace, target.name)
        return try await transact(stored, key, name: target.name) { current in
            guard let current else {
                guard var object = creates else { throw APIError.notFound(target.kind.resource, target.name) }
                object.resourceVersion = ""
                return try await creation(object, target, options)
            }
            let object = RegistryObject(stored, current.value, revision: current.modRevision)
            var old = try object.tree()
            old.resourceVersion = ""
            let new = try change(old, current.modRevision)
            try checkPreconditions(new, old, revision: current.modRevision, target)
            return try await replacement(of: object, key, old, by: new, target, rules, options)
        }
    }

    private func checkPreconditions(
        _ new: KubeObject, _ old: KubeObject, revision: Int64, _ target: ResourceTarget
    ) throws(APIError) {
        if !new.uid.isEmpty, new.uid != old.uid {
            throw .wrongUID(target.kind.resource, target.name, wanted: new.uid, actual: old.uid)
        }
        let wanted = new.resourceVersion
        if wanted.isEmpty || wanted == "0" {
            if target.kind.row.requiresResourceVersionOnUpdate, target.subresource.isEmpty {
                throw .missingRevision(target.kind.entry.kind, target.name)
            }
        } else if wanted != "\(revision)" {
            guard UInt64(wanted) != nil else {
                let error = FieldError.invalid("metadata.resourceVersion", .string(wanted), "must be a whole number")
                throw .invalid(target.kind.entry.kind, target.name, [error])
            }
            throw .modified(target.kind.resource, target.name)
        }
    }

    /// What putting `new` in the place of `old` comes to.
    private func replacement(
        of object: RegistryObject, _ key: String, _ old: KubeObject, by new: KubeObject, _ target: ResourceTarget,
        _ rules: ObjectStrategy.Rules, _ options: WriteOptions
    ) async throws -> Decision {
        let strategy = ObjectStrategy(kind: target.kind)
        // A binding is created, though what it does is to change its pod.
        let isCreation = target.subresource == "binding"
        var review = AdmissionReview(
            operation: isCreation ? .create : .update, target: target, isDryRun: options.isDryRun,
            user: options.user, old: old, object: new)
        try await admit(&review, .mutating)
        var new = review.object ?? new
        strategy.prepareUpdate(&new, old: old, rules)
        try strategy.validateUpdate(new, old: old, revision: object.revision, rules)
        review.object = new
        try await admit(&review, .validating)
        if strategy.isFinished(new, old: old) {
            return try await removal(of: object, old, shown: new, target, isDryRun: options.isDryRun, options.user)
        }
        try await admit(&review, .claiming)
        new = review.object ?? new
        if new == old { return .answer(Written(object: object)) }
        let (kind, bytes) = (object.kind, StoredForm.bytes(of: new))
        if options.isDryRun {
            return .answer(Written(object: RegistryObject(kind, bytes, revision: object.revision)))
        }
        let update = StoreChange.update(
            key: key, value: bytes, expected: object.revision, timeToLive: kind.row.timeToLive)
        return .commit([update] + review.changes) { revision in
            Written(object: RegistryObject(kind, bytes, revision: revision))
        }
    }
}

extension PatchBody {
    /// The object after the patch, not yet decoded.
    ///
    /// Throws 400 when what comes out is no object.
    func applied(to object: KubeObject, _ schema: (any MergeSchema)?) throws(APIError) -> KubeObject {
        let patched: JSONValue
        switch self {
        case .json(let patch): patched = try JSONPatch(patch).applied(to: object.value)
        case .merge(let patch): patched = try MergePatch.apply(patch, to: object.value)
        case .strategic(let patch):
            guard let schema else { throw .unsupportedMediaType(Self.schemalessTypes) }
            patched = try StrategicMergePatch.apply(patch, to: object.value, schema: schema)
        }
        guard let result = KubeObject(patched) else {
            throw .badRequest("the patch leaves something that is no object")
        }
        return result
    }

    private static let schemalessTypes = ["application/json-patch+json", "application/merge-patch+json"]
}
