internal import ClusterBase
internal import KubeKinds
internal import KubeModel

/// What the server itself decides about an object's metadata on each write, and what it refuses (upstream
/// `apiserver/pkg/registry/rest/{create,update,meta}.go`).
struct ObjectStrategy: Sendable {
    /// Which rules a write follows.
    enum Rules: Sendable {
        /// Those of the kind.
        case kind
        /// Those of a subresource that writes a part of the object (`/status`, `/finalize`).
        case subresource(SubresourceRow)
        /// None but the metadata's: the server itself made the change (binding).
        case server
    }

    let kind: ServedKind
    private var row: KindRow { kind.row }

    /// Makes an object new: what clients may not say is dropped, what the server says is set.
    func prepareCreate(_ object: inout KubeObject, uid: String, now: UnixTime) {
        Self.dropServerFields(&object)
        object["metadata", "deletionTimestamp"] = nil
        object["metadata", "deletionGracePeriodSeconds"] = nil
        object.generation = row.generationRule == .none ? nil : 1
        row.prepareForCreate(&object)
        object.uid = uid
        object.creationTimestamp = KubeTime.text(now)
    }

    /// What is wrong with a new object.
    ///
    /// Throws 422.
    func validateCreate(_ object: KubeObject) throws(APIError) {
        let metadata = Validation.metadata(object, namespaced: row.isNamespaced, nameRule: kind.nameRule)
        try refuse(object, metadata + row.validate(object))
    }

    /// Carries over what an update cannot change, and counts the generation on.
    func prepareUpdate(_ new: inout KubeObject, old: KubeObject, _ rules: Rules) {
        Self.dropServerFields(&new)
        if new.uid.isEmpty { new.uid = old.uid }
        if new.creationTimestamp.isEmpty { new["metadata", "creationTimestamp"] = old["metadata", "creationTimestamp"] }
        for key in ["generation", "deletionTimestamp", "deletionGracePeriodSeconds"] {
            new["metadata", key] = old["metadata", key]
        }
        switch rules {
        case .kind: row.prepareForUpdate(&new, old)
        case .subresource(let subresource):
            if case .status(let prepare) = subresource.behaviour {
                prepare(&new, old)
                // What is observed of an object is no new generation of it, whatever the write says of its metadata.
                return
            }
        case .server: break
        }
        if needsGeneration(new, old) { new.generation = (old.generation ?? 0) + 1 }
    }

    /// What is wrong with an update of the object that stands at a revision.
    ///
    /// Throws 422.
    func validateUpdate(_ new: KubeObject, old: KubeObject, revision: Int64, _ rules: Rules) throws(APIError) {
        var versioned = new
        versioned.resourceVersion = "\(revision)"
        var errors = Validation.metadataUpdate(versioned, old: old)
        switch rules {
        case .kind:
            let parts = [row.validate(new), row.validateUpdate(new, old)]
            errors += (row.checksChangesFirst ? parts.reversed() : parts).joined()
            errors += kind.version.validateUpdate(new, old)
        case .subresource(let subresource): errors += subresource.validateUpdate(new, old)
        case .server: break
        }
        try refuse(new, errors)
    }

    private func refuse(_ object: KubeObject, _ errors: [FieldError]) throws(APIError) {
        if !errors.isEmpty { throw .invalid(row.hubKind, object.name, errors) }
    }

    private func needsGeneration(_ new: KubeObject, _ old: KubeObject) -> Bool {
        switch row.generationRule {
        case .none: return false
        case .spec: return new.fields["spec"] != old.fields["spec"]
        case .specAndAnnotations:
            return new.fields["spec"] != old.fields["spec"]
                || new["metadata", "annotations"] != old["metadata", "annotations"]
        case .content:
            let keys = Set(new.fields.keys + old.fields.keys).subtracting(["metadata", "status", "apiVersion", "kind"])
            return keys.contains { new.fields[$0] != old.fields[$0] }
        }
    }

    /// Members of the metadata that are never stored: the revision is the store's, the others have no meaning here.
    private static func dropServerFields(_ object: inout KubeObject) {
        for key in ["resourceVersion", "selfLink", "managedFields", "clusterName"] where object["metadata", key] != nil
        {
            object["metadata", key] = nil
        }
    }
}

// MARK: - Deletion

extension ObjectStrategy {
    /// The finalizer that lets the garbage collector detach dependents before the object goes.
    static let orphanFinalizer = "orphan"
    /// The finalizer that lets the garbage collector delete dependents before the object goes.
    static let foregroundFinalizer = "foregroundDeletion"

    /// Whether the object names finalizers in its spec too, which only `/finalize` removes (namespaces).
    var hasSpecFinalizers: Bool {
        row.subresources.contains { subresource in
            if case .finalize = subresource.behaviour { true } else { false }
        }
    }

    /// Whether an object in deletion has nothing left to wait for.
    func isFinished(_ new: KubeObject, old: KubeObject) -> Bool {
        guard old.isDeleting, new.finalizers.isEmpty else { return false }
        if hasSpecFinalizers { return new.list("spec", "finalizers").isEmpty }
        return old.deletionGracePeriodSeconds == 0
    }

    /// The finalizers an object has once its deletion was asked for; the client's wish wins over what it carries, and
    /// that over the version's default.
    func finalizers(of object: KubeObject, _ options: DeleteOptions) -> [String] {
        let kept = object.finalizers.filter { $0 != Self.orphanFinalizer && $0 != Self.foregroundFinalizer }
        if row.timeToLive != nil { return kept }
        let propagation = options.propagation ?? carried(object) ?? kind.version.defaultPropagation
        return switch propagation {
        case .background: kept
        case .orphan: kept + [Self.orphanFinalizer]
        case .foreground: kept + [Self.foregroundFinalizer]
        }
    }

    private func carried(_ object: KubeObject) -> DeletionPropagation? {
        for finalizer in object.finalizers {
            if finalizer == Self.orphanFinalizer { return .orphan }
            if finalizer == Self.foregroundFinalizer { return .foreground }
        }
        return nil
    }
}
