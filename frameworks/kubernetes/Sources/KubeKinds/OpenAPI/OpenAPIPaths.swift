internal import ClusterBase
internal import KubeModel

/// Lists the operations of kinds, and adds the definitions they speak of.
struct OpenAPIPaths {
    /// The operations so far.
    private(set) var operations: [OpenAPIOperation] = []
    /// The definitions so far.
    private(set) var definitions: OpenAPIDefinitions
    private let library: SchemaLibrary
    private let types: [GroupVersionKind: TypeSchema]

    init(library: SchemaLibrary, form: OpenAPIDefinitions.Form) {
        self.library = library
        definitions = OpenAPIDefinitions(library: library, form: form)
        types = Dictionary(
            library.types.flatMap { type in type.kinds.map { ($0, type) } }, uniquingKeysWith: { first, _ in first })
        for name in ["meta.v1.Status", "meta.v1.DeleteOptions"] {
            if let type = library[name] { definitions.add(type) }
        }
    }

    private static let json = ["application/json", "application/yaml"]
    private static let streams = json + ["application/json;stream=watch"]
    private static let patches = [
        "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json",
        "application/apply-patch+yaml",
    ]
    private static let status = OpenAPIName.definition(of: "meta.v1.Status")
    private static let deleteOptions = OpenAPIName.definition(of: "meta.v1.DeleteOptions")

    /// What operations on one resource share.
    private struct Resource {
        /// The group and version of its paths.
        var served: GroupVersion
        /// The kind that operations are about; a subresource's may be of another group.
        var kind: GroupVersionKind
        var definition: String
        var collection: String
        var parameters: [OpenAPIOperation.Parameter]
        var isNamespaced: Bool

        var item: String { collection + "/{name}" }
        var itemParameters: [OpenAPIOperation.Parameter] { [OpenAPIParameters.name] + parameters }

        /// An operation's name: verb, group and version, then the object: `listCoreV1NamespacedPod`.
        func identifier(_ verb: String, _ object: String) -> String {
            let group = served.group.split(separator: ".").first.map(String.init) ?? "core"
            return verb + group.capitalisedFirst + served.version.capitalisedFirst + object
        }
        /// The object in names of operations: `NamespacedPod`.
        var object: String { (isNamespaced ? "Namespaced" : "") + kind.kind }
    }

    /// Adds the operations of a kind in a version.
    mutating func add(_ entry: KindTable.Entry) {
        guard let type = library[entry.version.schema] else { return }
        let groupVersion = entry.version.groupVersion
        let base = (groupVersion.group.isEmpty ? "/api/" : "/apis/") + groupVersion.description
        let row = entry.row
        let resource = Resource(
            served: groupVersion, kind: entry.kind, definition: definitions.add(type),
            collection: base + (row.isNamespaced ? "/namespaces/{namespace}/" : "/") + entry.plural,
            parameters: (row.isNamespaced ? [OpenAPIParameters.namespace] : []) + [OpenAPIParameters.pretty],
            isNamespaced: row.isNamespaced)
        addCollection(resource, row.verbs, type, everywhere: row.isNamespaced ? "\(base)/\(entry.plural)" : nil)
        addItem(resource, row.verbs, returnsObject: row.returnsObjectOnDelete)
        for subresource in row.subresources {
            add(subresource, kind: entry.kind(of: subresource), of: resource)
        }
    }

    private mutating func addCollection(
        _ resource: Resource, _ verbs: Verbs, _ type: TypeSchema, everywhere: String?
    ) {
        if verbs.contains(.list) {
            let list = definitions.addList(of: type, kind: resource.kind)
            let query = OpenAPIParameters.selection + (verbs.contains(.watch) ? OpenAPIParameters.watch : [])
            var operation = OpenAPIOperation(
                served: resource.served, path: resource.collection, method: "get", action: "list",
                identifier: resource.identifier("list", resource.object),
                description: "Lists or watches objects of kind \(resource.kind.kind).", kind: resource.kind,
                parameters: resource.parameters + query, consumes: ["*/*"], produces: Self.streams, answer: list)
            operations.append(operation)
            if let everywhere {
                operation.path = everywhere
                operation.identifier = resource.identifier("list", resource.kind.kind + "ForAllNamespaces")
                operation.parameters = [OpenAPIParameters.pretty] + query
                operations.append(operation)
            }
        }
        if verbs.contains(.create) {
            operations.append(
                OpenAPIOperation(
                    served: resource.served, path: resource.collection, method: "post", action: "post",
                    identifier: resource.identifier("create", resource.object),
                    description: "Creates an object of kind \(resource.kind.kind).", kind: resource.kind,
                    parameters: resource.parameters + OpenAPIParameters.write, body: resource.definition,
                    consumes: ["*/*"], produces: Self.json, status: 201, answer: resource.definition))
        }
        if verbs.contains(.deleteCollection) {
            operations.append(
                OpenAPIOperation(
                    served: resource.served, path: resource.collection, method: "delete", action: "deletecollection",
                    identifier: resource.identifier("delete", "Collection" + resource.object),
                    description: "Deletes objects of kind \(resource.kind.kind).", kind: resource.kind,
                    parameters: resource.parameters + OpenAPIParameters.selection + OpenAPIParameters.delete,
                    body: Self.deleteOptions, consumes: ["*/*"], produces: Self.json, answer: Self.status))
        }
    }

    private mutating func addItem(_ resource: Resource, _ verbs: Verbs, returnsObject: Bool) {
        var words: [String] = []
        if verbs.contains(.get) { words.append("get") }
        if verbs.contains(.update) { words.append("update") }
        if verbs.contains(.patch) { words.append("patch") }
        addRewrites(
            resource, path: resource.item, verbs: words, object: resource.object, definition: resource.definition)
        if verbs.contains(.delete) {
            operations.append(
                OpenAPIOperation(
                    served: resource.served, path: resource.item, method: "delete", action: "delete",
                    identifier: resource.identifier("delete", resource.object),
                    description: "Deletes an object of kind \(resource.kind.kind).", kind: resource.kind,
                    parameters: resource.itemParameters + OpenAPIParameters.delete, body: Self.deleteOptions,
                    consumes: ["*/*"], produces: Self.json, answer: returnsObject ? resource.definition : Self.status))
        }
    }

    /// Adds those of `get`, `update` and `patch` that are among the verbs.
    private mutating func addRewrites(
        _ resource: Resource, path: String, verbs: [String], object: String, definition: String
    ) {
        let kind = resource.kind.kind
        var operation = OpenAPIOperation(
            served: resource.served, path: path, method: "get", action: "get",
            identifier: resource.identifier("read", object), description: "Reads an object of kind \(kind).",
            kind: resource.kind,
            parameters: resource.itemParameters, consumes: ["*/*"], produces: Self.json, answer: definition)
        if verbs.contains("get") { operations.append(operation) }
        operation.parameters += OpenAPIParameters.write
        if verbs.contains("update") {
            (operation.method, operation.action) = ("put", "put")
            operation.identifier = resource.identifier("replace", object)
            operation.description = "Replaces an object of kind \(kind)."
            operation.body = definition
            operations.append(operation)
        }
        if verbs.contains("patch") {
            (operation.method, operation.action) = ("patch", "patch")
            operation.identifier = resource.identifier("patch", object)
            operation.description = "Changes parts of an object of kind \(kind)."
            operation.body = ""
            operation.consumes = Self.patches
            operation.parameters.append(OpenAPIParameters.force)
            operations.append(operation)
        }
    }

    private mutating func add(_ subresource: SubresourceRow, kind: GroupVersionKind, of resource: Resource) {
        let path = resource.item + "/" + subresource.name
        let object = resource.object + subresource.name.capitalisedFirst
        var inner = resource
        inner.kind = kind
        if case .connect = subresource.behaviour {
            return addConnections(inner, subresource, path: path, object: object)
        }
        let definition = types[inner.kind].map { definitions.add($0) } ?? resource.definition
        addRewrites(inner, path: path, verbs: subresource.verbs, object: object, definition: definition)
        if subresource.verbs.contains("create") {
            operations.append(
                OpenAPIOperation(
                    served: resource.served, path: path, method: "post", action: "post",
                    identifier: resource.identifier("create", object),
                    description: "Creates an object of kind \(inner.kind.kind).", kind: inner.kind,
                    parameters: resource.itemParameters + OpenAPIParameters.write, body: definition,
                    consumes: ["*/*"], produces: Self.json, status: 201, answer: definition))
        }
    }

    private static let connectMethods = [
        ("get", "get"), ("create", "post"), ("update", "put"), ("patch", "patch"), ("delete", "delete"),
    ]

    /// Adds what is passed on to a node; proxies take paths of any length.
    private mutating func addConnections(
        _ resource: Resource, _ subresource: SubresourceRow, path: String, object: String
    ) {
        let isProxy = subresource.name == "proxy"
        for (verb, method) in Self.connectMethods where subresource.verbs.contains(verb) {
            var operation = OpenAPIOperation(
                served: resource.served, path: path, method: method, action: "connect",
                identifier: resource.identifier("connect", method.capitalisedFirst + object),
                description: "Connects to \(subresource.name) of an object.",
                kind: resource.kind, parameters: resource.itemParameters, consumes: ["*/*"], produces: ["*/*"])
            operations.append(operation)
            guard isProxy else { continue }
            operation.path += "/{path}"
            operation.identifier += "WithPath"
            operation.parameters.append(OpenAPIParameters.path)
            operations.append(operation)
        }
    }
}

extension String {
    /// The text with its first letter in upper case.
    fileprivate var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
