internal import ClusterBase
internal import KubeKinds
internal import KubeModel
internal import KubeStore

/// Scale, binding, eviction and finalize (spec `kubernetes/02` §2.14–2.16).
extension Registry {
    /// The row of the target's subresource.
    ///
    /// Throws 404 when there is none.
    func subresource(_ target: ResourceTarget) throws(APIError) -> SubresourceRow {
        guard let row = target.kind.row.subresource(target.subresource) else { throw .noSuchResource }
        return row
    }

    /// The error for a verb that a subresource does not have.
    func unsupported(_ target: ResourceTarget, _ verb: String) -> APIError {
        .methodNotSupported(
            GroupResource(
                group: target.kind.resource.group, target.kind.resource.resource + "/" + target.subresource), verb)
    }

    // MARK: Scale

    func scale(_ target: ResourceTarget, _ object: KubeObject, _ selector: (KubeObject) -> String) -> KubeObject {
        Scale.scale(of: object, selector: selector(object), in: target.kind.version.scaleVersion)
    }

    /// Writes a scale: `change` gets the present one and returns the new one.
    func modifyScale(
        _ target: ResourceTarget, _ selector: @Sendable (KubeObject) -> String, _ options: WriteOptions,
        _ change: (KubeObject) throws -> KubeObject
    ) async throws -> WriteResult {
        let kind = GroupVersionKind(target.kind.version.scaleVersion, "Scale")
        var parent = target
        parent.subresource = ""
        let written = try await modify(parent, .kind, options) { old, revision in
            var current = old
            current.resourceVersion = "\(revision)"
            var new = try change(scale(target, current, selector))
            try checkType(of: new, kind)
            try settleNamespace(&new, target)
            try settleName(&new, target)
            let errors = Scale.validate(new)
            if !errors.isEmpty { throw APIError.invalid(kind, new.name, errors) }
            var object = old
            object["spec", "replicas"] = .integer(Scale.replicas(of: new))
            object.resourceVersion = new.resourceVersion
            if !new.uid.isEmpty { object.uid = new.uid }
            return object
        }
        return WriteResult(reply: .tree(scale(target, try written.object.tree(), selector)), code: 200)
    }

    func patchScale(
        _ target: ResourceTarget, _ patch: PatchBody, _ selector: @Sendable (KubeObject) -> String,
        _ options: WriteOptions
    ) async throws -> WriteResult {
        let schema = library.mergeSchema(of: Self.scaleSchema) ?? PlainMergeSchema()
        return try await modifyScale(target, selector, options) { try patch.applied(to: $0, schema) }
    }

    private static let scaleSchema = "autoscaling.v1.Scale"

    // MARK: Pods

    /// Assigns a pod to a node.
    func bind(
        _ target: ResourceTarget, _ binding: KubeObject, _ options: WriteOptions
    ) async throws -> WriteResult {
        var binding = binding
        try settleNamespace(&binding, target)
        let body = binding
        let now = configuration.now()
        _ = try await modify(target, .server, options) { pod, _ in
            try PodBinding.bind(pod: pod, binding: body, at: now)
        }
        // Go clients ignore the target, stricter ones read the answer as a Binding and miss it.
        var status = KubeObject(StatusObject.success(code: 201)) ?? KubeObject()
        status["target"] = binding["target"]
        return WriteResult(reply: .tree(status), code: 201)
    }

    /// Binds the pod that a `Binding` posted to the collection names.
    func bindNamed(
        _ target: ResourceTarget, _ binding: KubeObject, _ options: WriteOptions
    ) async throws -> WriteResult {
        var warnings: [String] = []
        let binding = try decode(binding, as: target.kind, options.fieldValidation, &warnings)
        guard let pods = served(plural: "pods", in: target.kind.row.hub) else { throw APIError.noSuchResource }
        guard !binding.name.isEmpty else {
            throw APIError.invalid(target.kind.entry.kind, "", [.required("metadata.name")])
        }
        let pod = ResourceTarget(pods, namespace: target.namespace, name: binding.name, subresource: "binding")
        return try await bind(pod, binding, options)
    }

    /// Deletes a pod politely: as far as its disruption budget allows, which is charged in the same transaction.
    func evict(
        _ target: ResourceTarget, _ eviction: KubeObject, _ options: WriteOptions
    ) async throws -> WriteResult {
        var eviction = eviction
        try settleNamespace(&eviction, target)
        let key = target.kind.stored.key(target.namespace, target.name)
        guard let value = try await reader.value(key) else {
            throw APIError.notFound(target.kind.resource, target.name)
        }
        let pod = try RegistryObject(target.kind.stored, value.value, revision: value.modRevision).tree()
        var deletion = try DeleteOptions(PodEviction.deleteOptions(of: eviction, for: pod))
        deletion.isDryRun = deletion.isDryRun || options.isDryRun
        deletion.user = options.user
        // An eviction is something created, which a terminating namespace does not take; drains then try again.
        var review = AdmissionReview(
            operation: .create, target: target, isDryRun: deletion.isDryRun, user: options.user, old: pod,
            object: eviction)
        try await admit(&review, .mutating)
        _ = try await self.deletion(target, deletion) { pod in
            try await chargeBudget(for: pod, in: target.namespace)
        }
        return WriteResult(
            reply: .tree(KubeObject(StatusObject.success(code: 201)) ?? KubeObject()), code: 201)
    }

    /// The change by which the budget of a pod, if it has one, allows one eviction less.
    private func chargeBudget(for pod: KubeObject, in namespace: String) async throws -> [StoreChange] {
        let kind = ResourceKind.podDisruptionBudgets
        guard PodEviction.respectsBudgets(pod), let budgets = served(plural: kind.plural, in: kind.groupVersion) else {
            return []
        }
        let found = try await reader.list(prefix: budgets.stored.prefix(of: namespace)).map { value in
            try RegistryObject(budgets.stored, value.value, revision: value.modRevision).tree()
        }
        guard var budget = try PodEviction.budget(for: pod, among: found) else { return [] }
        let revision = Int64(budget.resourceVersion) ?? 0
        try PodEviction.charge(&budget, for: pod, now: configuration.now())
        budget.resourceVersion = ""
        return [
            .update(
                key: budgets.stored.key(namespace, budget.name), value: StoredForm.bytes(of: budget),
                expected: revision)
        ]
    }

    // MARK: Namespaces

    /// Stores only `spec.finalizers` of a namespace; the last one gone, a terminating namespace goes too.
    func finalize(
        _ target: ResourceTarget, _ body: KubeObject, _ options: WriteOptions
    ) async throws -> WriteResult {
        var warnings: [String] = []
        var object = try decode(body, as: target.kind, options.fieldValidation, &warnings)
        try settleName(&object, target)
        let wanted = object
        let rules = ObjectStrategy.Rules.subresource(try subresource(target))
        let written = try await modify(target, rules, options) { old, _ in
            var new = old
            new["spec", "finalizers"] = wanted["spec", "finalizers"]
            (new.uid, new.resourceVersion) = (wanted.uid, wanted.resourceVersion)
            return new
        }
        return WriteResult(reply: .object(written.object), code: 200, warnings: warnings)
    }
}

/// Merges by the shape of values alone.
private struct PlainMergeSchema: MergeSchema {
    func mergeRule(of field: String) -> MergeRule? { nil }
}
