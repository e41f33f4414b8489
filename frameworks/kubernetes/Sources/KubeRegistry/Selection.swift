internal import ClusterBase
internal import KubeKinds
internal import KubeModel

/// Which objects of a kind a list or watch is about: the path's namespace and name, and both selectors.
struct Selection: Sendable {
    /// The one namespace; empty for all.
    private(set) var namespace: String
    /// The one name; empty for all.
    private(set) var name: String
    let labels: LabelSelector
    /// What is left of the field selector when equality of name and namespace is taken out.
    private(set) var fields = FieldSelector.everything
    /// Whether conditions contradict each other.
    private(set) var isEmpty = false
    /// Where the hub's index puts a watcher.
    private(set) var scope = WatcherIndex.Scope.everything

    /// Reads the selectors of a query.
    ///
    /// Throws 400 for malformed ones and for fields the kind cannot be selected by.
    init(_ target: ResourceTarget, labelSelector: String, fieldSelector: String) throws(APIError) {
        labels = labelSelector.isEmpty ? .everything : try LabelSelector(parsing: labelSelector)
        let row = target.kind.row
        (namespace, name) = (row.isNamespaced ? target.namespace : "", target.name)
        var rest: [FieldSelector.Requirement] = []
        let given: FieldSelector = fieldSelector.isEmpty ? .everything : try FieldSelector(parsing: fieldSelector)
        for var requirement in given.requirements {
            requirement.field = target.kind.version.legacy?.fieldNames[requirement.field] ?? requirement.field
            guard Self.metadataFields.contains(requirement.field) || row.selectableFields[requirement.field] != nil
            else { throw .badRequest("field label not supported: \(requirement.field)") }
            guard requirement.mustEqual, Self.metadataFields.contains(requirement.field), !requirement.value.isEmpty
            else {
                rest.append(requirement)
                continue
            }
            let isName = requirement.field == "metadata.name"
            if !isName, !row.isNamespaced { isEmpty = true }
            let before = isName ? name : namespace
            if !before.isEmpty, before != requirement.value { isEmpty = true }
            if isName { name = requirement.value } else { namespace = requirement.value }
        }
        fields = FieldSelector(rest)
        scope = Self.scope(row, namespace: namespace, name: name, rest)
    }

    private static let metadataFields = ["metadata.name", "metadata.namespace"]

    private static func scope(
        _ row: KindRow, namespace: String, name: String, _ rest: [FieldSelector.Requirement]
    ) -> WatcherIndex.Scope {
        if !name.isEmpty, !row.isNamespaced { return .object(name) }
        if !name.isEmpty, !namespace.isEmpty { return .object(namespace + "/" + name) }
        if let field = rest.first(where: { $0.mustEqual && row.selectableFields[$0.field] != nil }) {
            return .field(field.field, field.value)
        }
        return namespace.isEmpty ? .everything : .namespace(namespace)
    }

    /// Whether the key alone decides.
    var needsNoFacts: Bool { labels.isEverything && fields.isEverything }

    /// The key of the one object it is about, or nil.
    func onlyKey(_ kind: StoredKind) -> String? {
        guard case .object(let path) = scope else { return nil }
        return kind.prefix + path
    }

    /// Whether namespace and name are right; `path` is `namespace/name`, or the name alone.
    func covers(path: Substring, namespace given: Substring) -> Bool {
        if isEmpty { return false }
        if !namespace.isEmpty, given != namespace { return false }
        return name.isEmpty || path.dropFirst(given.isEmpty ? 0 : given.utf8.count + 1) == name
    }

    /// Whether both selectors choose an object.
    func matches(_ facts: ObjectFacts) -> Bool {
        labels.matches(facts.labels) && (fields.isEverything || fields.matches { facts.fields[$0] })
    }

    /// Whether both selectors choose a listed object; reads no more of it than they ask for.
    func matches(_ object: RegistryObject) -> Bool {
        if needsNoFacts { return true }
        if !labels.isEverything, !labels.matches(StoredForm.labels(object.bytes)) { return false }
        return fields.isEverything || matches(ObjectFacts(object, withFields: true))
    }
}

/// What selectors ask of an object.
struct ObjectFacts: Sendable {
    var labels = JSONObject()
    /// The selectable fields of its kind.
    var fields: [String: String] = [:]

    init() {}

    /// Reads labels, and the fields when they are wanted, which takes decoding the whole object.
    init(_ object: RegistryObject, withFields: Bool) {
        guard withFields else {
            labels = StoredForm.labels(object.bytes)
            return
        }
        guard let tree = try? StoredForm.object(object.bytes, revision: object.revision) else { return }
        labels = tree["metadata", "labels"]?.object ?? JSONObject()
        fields = object.kind.row.selectableFields.mapValues { $0(tree) }
        fields["metadata.name"] = tree.name
        fields["metadata.namespace"] = tree.namespace
    }
}
