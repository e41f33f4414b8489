internal import ClusterBase

extension Validation {
    private static let foregroundFinalizer = "foregroundDeletion"
    private static let orphanFinalizer = "orphan"
    private static let managerLimit = 128

    /// The metadata of a new object, whose name was made already; objects of the cluster may not have a namespace.
    ///
    /// Source: apimachinery `pkg/api/validation/objectmeta.go`; spec `kubernetes/02` §2.2.
    public static func metadata(
        _ object: KubeObject, namespaced: Bool, nameRule: NameRule, at field: FieldPath = "metadata"
    ) -> [FieldError] {
        let (name, prefix) = (object.name, object.generateName)
        var errors: [FieldError] = []
        if !prefix.isEmpty {
            errors += invalid(field.child("generateName"), prefix, nameRule.problems(prefix, isPrefix: true))
        }
        if name.isEmpty {
            errors.append(.required(field.child("name"), "name or generateName is required"))
        } else {
            errors += invalid(field.child("name"), name, nameRule.problems(name))
        }
        errors += namespace(field.child("namespace"), object.namespace, isNeeded: namespaced)
        errors += notNegative(field.child("generation"), object.generation)
        return errors + common(object, field) + finalizers(field.child("finalizers"), object.finalizers)
    }

    /// The metadata of an update, in which members that an update keeps were filled in from the stored object.
    ///
    /// The resource version must be set.
    public static func metadataUpdate(
        _ new: KubeObject, old: KubeObject, at field: FieldPath = "metadata"
    ) -> [FieldError] {
        var errors: [FieldError] = []
        if old.isDeleting {
            let added = Set(new.finalizers).subtracting(old.finalizers).sorted()
            if !added.isEmpty {
                let list = added.map { "\"\($0)\"" }.joined(separator: ", ")
                let why = "no new finalizers can be added if the object is being deleted, found new finalizers "
                errors.append(.forbidden(field.child("finalizers"), why + "[]string{\(list)}"))
            }
        }
        if new.resourceVersion.isEmpty {
            errors.append(.invalid(field.child("resourceVersion"), "", "must be specified for an update"))
        }
        if let generation = new.generation, generation < old.generation ?? 0 {
            errors.append(.invalid(field.child("generation"), .integer(generation), "must not be decremented"))
        }
        for text in ["name", "namespace", "uid"] {
            let (value, before) = (new.text("metadata", text), old.text("metadata", text))
            errors += immutable(field.child(text), .string(value), .string(before))
        }
        for member in ["creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"] {
            errors += immutable(field.child(member), new["metadata", member], old["metadata", member])
        }
        return errors + common(new, field)
    }

    /// What a new object and an update have in common.
    private static func common(_ object: KubeObject, _ field: FieldPath) -> [FieldError] {
        labels(field.child("labels"), object["metadata", "labels"])
            + annotations(field.child("annotations"), object["metadata", "annotations"])
            + owners(field.child("ownerReferences"), object.ownerReferences)
            + managers(field, object.list("metadata", "managedFields"))
            + object.finalizers.enumerated().flatMap { index, name in
                knownFinalizer(field.child("finalizers").index(index), name)
            }
    }

    /// The name of a finalizer, which says whose it is unless it is one of the system's.
    public static func knownFinalizer(_ field: FieldPath, _ name: String) -> [FieldError] {
        if name.contains("/") || ["kubernetes", orphanFinalizer, foregroundFinalizer].contains(name) { return [] }
        return [
            .invalid(field, .string(name), "name is neither a standard finalizer name nor is it fully qualified")
        ]
    }

    private static func namespace(_ field: FieldPath, _ namespace: String, isNeeded: Bool) -> [FieldError] {
        switch (isNeeded, namespace.isEmpty) {
        case (true, true): [.required(field)]
        case (true, false): invalid(field, namespace, NameRules.dns1123Label(namespace))
        case (false, true): []
        case (false, false): [.forbidden(field, "not allowed on this type")]
        }
    }

    private static func owners(_ field: FieldPath, _ owners: [OwnerReference]) -> [FieldError] {
        var errors: [FieldError] = []
        var controller: String?
        for owner in owners {
            errors += self.owner(field, owner)
            guard owner.isController else { continue }
            if let controller {
                let why = "Only one reference can have Controller set to true. Found \"true\" in references for "
                let value = JSONValue.array(owners.map(\.value))
                errors.append(.invalid(field, value, "\(why)\(controller) and \(owner.name)"))
            } else {
                controller = owner.name
            }
        }
        return errors
    }

    private static func owner(_ field: FieldPath, _ owner: OwnerReference) -> [FieldError] {
        let needed = [
            ("apiVersion", GroupVersion(parsing: owner.apiVersion) == nil ? "" : owner.apiVersion, "version"),
            ("kind", owner.kind, "kind"), ("name", owner.name, "name"), ("uid", owner.uid, "uid"),
        ]
        var errors = needed.filter(\.1.isEmpty).map { member, _, word in
            FieldError.invalid(
                field.child(member), .string(member == "apiVersion" ? owner.apiVersion : ""),
                "\(word) must not be empty")
        }
        if owner.apiVersion == "v1", owner.kind == "Event" {
            errors.append(.invalid(field, owner.value, "/v1, Kind=Event is disallowed from being an owner"))
        }
        return errors
    }

    private static func finalizers(_ field: FieldPath, _ finalizers: [String]) -> [FieldError] {
        var errors = finalizers.flatMap { labelName(field, $0) }
        if finalizers.contains(orphanFinalizer), finalizers.contains(foregroundFinalizer) {
            let why = "finalizer \(orphanFinalizer) and \(foregroundFinalizer) cannot be both set"
            errors.append(.invalid(field, .array(finalizers.map { .string($0) }), why))
        }
        return errors
    }

    private static func managers(_ field: FieldPath, _ entries: [JSONValue]) -> [FieldError] {
        entries.flatMap { entry in
            var errors: [FieldError] = []
            let manager = entry["manager"]?.string ?? ""
            if manager.utf8.count > managerLimit {
                errors.append(.tooLong(field.child("fieldManager"), .string(manager), limit: managerLimit))
            }
            let operation = entry["operation"]?.string ?? ""
            if operation != "Apply", operation != "Update" {
                let field = field.child("managedFields").child("operation")
                errors.append(.invalid(field, .string(operation), "must be `Apply` or `Update`"))
            }
            if let type = entry["fieldsType"]?.string, !type.isEmpty, type != "FieldsV1" {
                let field = field.child("managedFields").child("fieldsType")
                errors.append(.invalid(field, .string(type), "must be `FieldsV1`"))
            }
            return errors
        }
    }
}
