internal import ClusterBase
internal import KubeKinds
internal import KubeModel
internal import KubeStore

extension AdmissionRule {
    /// The rules of a server that was told nothing else.
    public static let standard: [AdmissionRule] = [namespaceLifecycle, podDefaults, serviceEndpoints]

    /// Nothing is created in a namespace that is missing or being deleted, and the system's own namespaces stay.
    ///
    /// A creation holds on to the state of the namespace it saw, so that none can slip in behind a deletion.
    public static let namespaceLifecycle = AdmissionRule("NamespaceLifecycle", .mutating) { review, reader in
        let (row, target) = (review.target.kind.row, review.target)
        if row.resource == namespaces, review.operation == .delete, immortalNamespaces.contains(target.name) {
            throw APIError.forbidden(namespaces, target.name, "this namespace may not be deleted")
        }
        guard review.operation == .create, row.isNamespaced else { return }
        let key = StoredKind.root + "namespaces/" + target.namespace
        guard let namespace = try await reader.value(key) else {
            throw APIError.notFound(namespaces, target.namespace)
        }
        let metadata = StoredForm.metadata(namespace.value, revision: namespace.modRevision)
        if metadata?["deletionTimestamp"]?.string != nil {
            throw terminating(row.resource, review.object?.name ?? "", target.namespace)
        }
        review.changes.append(.check(key: key, expected: namespace.modRevision))
    }

    /// Tolerations and priority of pods.
    public static let podDefaults = AdmissionRule("PodDefaults", .mutating) { review, _ in
        guard review.target.kind.row.resource == GroupResource("pods"), review.target.subresource.isEmpty,
            var pod = review.object
        else { return }
        switch (review.operation, review.old) {
        case (.create, _): try PodAdmission.admitCreate(&pod)
        case (.update, let old?): PodAdmission.admitUpdate(&pod, old: old)
        default: return
        }
        review.object = pod
    }

    /// A Service takes the Endpoints of its name along, whoever wrote them, so that a Service made anew does not lead
    /// to pods of the old one.
    ///
    /// Source: upstream 1.20's `pkg/registry/core/service/storage/rest.go`.
    public static let serviceEndpoints = AdmissionRule("ServiceEndpoints", .claiming) { review, reader in
        let target = review.target
        guard review.operation == .delete, target.kind.row.resource == GroupResource("services"),
            let endpoints = try await reader.value(StoredKind.root + "endpoints/\(target.namespace)/\(target.name)")
        else { return }
        review.changes.append(.delete(key: endpoints.key, expected: endpoints.modRevision))
    }

    /// Addresses and node ports of Services, claimed in the same transaction.
    static func serviceClaims(
        _ addresses: ServiceAddresses, _ ledger: ClaimLedger, random: @escaping @Sendable () -> UInt64
    ) -> AdmissionRule {
        AdmissionRule("ServiceClaims", .claiming) { review, _ in
            guard review.target.kind.row.resource == GroupResource("services") else { return }
            let isTaken = { (claim: ServiceClaim) in ledger.isHeld(claim.key) }
            let changes: ServiceAddresses.Changes
            switch (review.object, review.old) {
            case (var service?, nil):
                changes = try addresses.create(&service, isTaken: isTaken, random: random)
                review.object = service
            case (var service?, let old?):
                changes = try addresses.update(&service, old: old, isTaken: isTaken, random: random)
                review.object = service
            case (nil, let old?): changes = addresses.delete(old)
            case (nil, nil): return
            }
            let owner = review.target.namespace + "/" + (review.object ?? review.old ?? KubeObject()).name
            review.changes += changes.claims.map { .create(key: $0.key, value: Array(owner.utf8)) }
            review.changes += changes.releases.filter { ledger.isHeld($0.key) }.map { .delete(key: $0.key) }
        }
    }

    private static let namespaces = GroupResource("namespaces")
    private static let immortalNamespaces: Set<String> = ["default", "kube-system", "kube-public"]

    private static func terminating(_ resource: GroupResource, _ name: String, _ namespace: String) -> APIError {
        var error = APIError.forbidden(
            resource, name,
            "unable to create new content in namespace \(namespace) because it is being terminated")
        error.causes = [
            APIError.Cause(
                reason: "NamespaceTerminating", message: "namespace \(namespace) is being terminated",
                field: "metadata.namespace")
        ]
        return error
    }
}
