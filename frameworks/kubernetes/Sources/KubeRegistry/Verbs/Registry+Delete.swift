internal import ClusterBase
internal import KubeKinds
internal import KubeModel
internal import KubeStore

extension Registry {
    func deleteObject(_ target: ResourceTarget, _ options: DeleteOptions) async throws -> WriteResult {
        guard target.kind.row.verbs.contains(.delete) else {
            throw APIError.methodNotSupported(target.kind.resource, "delete")
        }
        let written = try await deletion(target, options)
        // Upstream accepts, rather than finishes, only for clients that explicitly wait for dependents' sake.
        let code = !written.isGone && options.orphanDependents == false ? 202 : 200
        if target.kind.returnsObject(onDelete: written.isGone) {
            return WriteResult(reply: .object(written.object), code: code)
        }
        let metadata = StoredForm.metadata(written.object.bytes, revision: written.object.revision)
        let status = StatusObject.success(
            target.kind.resource, name: target.name, uid: metadata?["uid"]?.string ?? "")
        return WriteResult(reply: .tree(KubeObject(status) ?? KubeObject()), code: code)
    }

    func deleteObjects(
        _ target: ResourceTarget, _ selection: ListOptions, _ options: DeleteOptions
    ) async throws -> ListResult {
        guard target.kind.row.verbs.contains(.deleteCollection) else {
            throw APIError.methodNotSupported(target.kind.resource, "deletecollection")
        }
        try options.validate()
        let found = try await listObjects(target, selection)
        for object in found.items {
            guard let metadata = StoredForm.metadata(object.bytes, revision: object.revision) else { continue }
            let one = ResourceTarget(
                target.kind, namespace: metadata["namespace"]?.string ?? "", name: metadata["name"]?.string ?? "")
            do {
                _ = try await deletion(one, options)
            } catch let error as APIError where error.code == 404 {
                // Somebody else was faster.
            }
        }
        return ListResult(items: found.items, revision: found.revision)
    }

    /// Deletes an object or begins to; the result says which.
    ///
    /// `permit` is asked at every attempt, and gives the changes to commit with it.
    func deletion(
        _ target: ResourceTarget, _ options: DeleteOptions,
        permit: (KubeObject) async throws -> [StoreChange] = { _ in [] }
    ) async throws -> Written {
        try options.validate()
        let stored = target.kind.stored
        return try await transact(stored, stored.key(target.namespace, target.name), name: target.name) { current in
            guard let current else { throw APIError.notFound(target.kind.resource, target.name) }
            let object = RegistryObject(stored, current.value, revision: current.modRevision)
            var old = try object.tree()
            old.resourceVersion = ""
            try options.check(old, revision: current.modRevision, target.kind.resource)
            let plan = try self.plan(old, target, options)
            if case .keep = plan { return .answer(Written(object: object)) }
            var review = self.review(old, target, isDryRun: options.isDryRun, options.user)
            try await admit(&review, .mutating)
            try await admit(&review, .validating)
            let further = try await permit(old)
            switch plan {
            case .keep: return .answer(Written(object: object))
            case .remove(let last):
                return try await removal(
                    of: object, old, shown: last, target, isDryRun: options.isDryRun, options.user
                ).joined(by: further)
            case .mark(let marked):
                return mark(object, marked, target, isDryRun: options.isDryRun).joined(by: further)
            }
        }
    }

    /// What a request to delete does to an object.
    private enum DeletionPlan {
        /// Nothing: the deletion is under way already.
        case keep
        /// The object stays, marked, until its grace is over and its finalizers are gone.
        case mark(KubeObject)
        /// The object goes now; clients are shown this last state.
        case remove(KubeObject)
    }

    /// Source: apiserver `pkg/registry/rest/delete.go` and `generic/registry/store.go`; spec `kubernetes/02` §2.9.
    private func plan(_ old: KubeObject, _ target: ResourceTarget, _ options: DeleteOptions) throws(APIError)
        -> DeletionPlan
    {
        let strategy = ObjectStrategy(kind: target.kind)
        let now = configuration.now()
        if strategy.hasSpecFinalizers {
            if !old.isDeleting { return .mark(strategy.terminated(old, options, now: now)) }
            guard old.list("spec", "finalizers").isEmpty else {
                throw .conflict(target.kind.resource, target.name, ObjectStrategy.stillPurging)
            }
        }
        var new = old
        let grace = target.kind.row.gracePeriod(old, options.gracePeriodSeconds).map { min($0, Self.longestGrace) }
        if let grace, old.isDeleting {
            // Grace may only be shortened.
            guard let known = old.deletionGracePeriodSeconds else { return .remove(old) }
            guard let wanted = options.gracePeriodSeconds, grace < known, wanted < known else { return .keep }
            let deadline = KubeTime.parse(old.deletionTimestamp) ?? now
            new.markDeleted(at: UnixTime(seconds: deadline.seconds - known + grace), grace: grace)
        } else if let grace {
            new.markDeleted(at: UnixTime(seconds: now.seconds + grace), grace: grace)
        }
        new.finalizers = strategy.finalizers(of: old, options)
        if new.finalizers.isEmpty { return grace ?? 0 > 0 ? .mark(new) : .remove(new) }
        if grace == nil { new.markDeleted(at: now, grace: 0) }
        return .mark(new)
    }

    /// Clients may ask for any number of seconds; 68 years keep every sum within what a time can say.
    private static let longestGrace = Int64(Int32.max)

    private func mark(
        _ object: RegistryObject, _ marked: KubeObject, _ target: ResourceTarget, isDryRun: Bool
    ) -> Decision {
        let (kind, bytes) = (object.kind, StoredForm.bytes(of: marked))
        if bytes == object.bytes { return .answer(Written(object: object)) }
        if isDryRun { return .answer(Written(object: RegistryObject(kind, bytes, revision: object.revision))) }
        let key = kind.key(target.namespace, target.name)
        return .commit([.update(key: key, value: bytes, expected: object.revision)]) { revision in
            Written(object: RegistryObject(kind, bytes, revision: revision))
        }
    }

    /// What removing an object for good comes to.
    func removal(
        of object: RegistryObject, _ old: KubeObject, shown: KubeObject, _ target: ResourceTarget, isDryRun: Bool,
        _ user: String
    ) async throws -> Decision {
        var review = self.review(old, target, isDryRun: isDryRun, user)
        try await admit(&review, .claiming)
        let (kind, bytes) = (object.kind, StoredForm.bytes(of: shown))
        if isDryRun {
            return .answer(Written(object: RegistryObject(kind, bytes, revision: object.revision), isGone: true))
        }
        let key = kind.key(target.namespace, target.name)
        return .commit([.delete(key: key, expected: object.revision)] + review.changes) { _ in
            Written(object: RegistryObject(kind, bytes, revision: object.revision), isGone: true)
        }
    }

    private func review(
        _ old: KubeObject, _ target: ResourceTarget, isDryRun: Bool, _ user: String
    ) -> AdmissionReview {
        AdmissionReview(
            operation: .delete, target: target, isDryRun: isDryRun, user: user, old: old, object: nil)
    }
}

extension KubeObject {
    /// Records a deletion; the first time, the generation grows where one is kept.
    mutating func markDeleted(at time: UnixTime, grace: Int64) {
        if !isDeleting, let generation, generation > 0 { self.generation = generation + 1 }
        // A deletion without grace may move the time forward, never back.
        let known = KubeTime.parse(deletionTimestamp)
        if known.map({ time < $0 }) ?? true { deletionTimestamp = KubeTime.text(time) }
        deletionGracePeriodSeconds = grace
    }
}

extension ObjectStrategy {
    /// Upstream's words on the second deletion of a namespace.
    static let stillPurging =
        "The system is ensuring all content is removed from this namespace.  Upon completion, this namespace will "
        + "automatically be purged by the system."

    /// A namespace whose termination begins: what is in it goes first.
    func terminated(_ old: KubeObject, _ options: DeleteOptions, now: UnixTime) -> KubeObject {
        var new = old
        if let generation = old.generation, generation > 0 { new.generation = generation + 1 }
        new.deletionTimestamp = KubeTime.text(now)
        new["status", "phase"] = "Terminating"
        new.finalizers = finalizers(of: old, options)
        return new
    }
}
