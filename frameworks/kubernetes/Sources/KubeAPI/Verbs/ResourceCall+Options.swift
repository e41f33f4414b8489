internal import ClusterBase
internal import HTTPTransport
internal import KubeModel
internal import KubeRegistry

// Options of a request, from its query and (for deletions) its body.

extension ResourceCall {
    /// Which objects of the collection; the first API versions call the selectors `labels` and `fields`.
    func listOptions() throws(APIError) -> ListOptions {
        var options = ListOptions()
        options.labelSelector = query.text("labelSelector", or: "labels")
        options.fieldSelector = query.text("fieldSelector", or: "fields")
        options.resourceVersion = query.text("resourceVersion")
        options.resourceVersionMatch = query.text("resourceVersionMatch")
        options.continueToken = query.text("continue")
        options.limit = Int(max(0, try query.integer("limit") ?? 0))
        return options
    }

    /// Which changes, and from when.
    func watchOptions() throws(APIError) -> WatchOptions {
        var options = WatchOptions()
        options.labelSelector = query.text("labelSelector", or: "labels")
        options.fieldSelector = query.text("fieldSelector", or: "fields")
        options.resourceVersion = query.text("resourceVersion")
        options.resourceVersionMatch = query.text("resourceVersionMatch")
        options.allowsBookmarks = try query.flag("allowWatchBookmarks")
        if query.contains("sendInitialEvents") { options.sendsInitialEvents = try query.flag("sendInitialEvents") }
        return options
    }

    /// How to write; `options` is the upstream name of the parameters, for messages.
    func writeOptions(_ options: String) throws(APIError) -> WriteOptions {
        var result = WriteOptions()
        var errors: [FieldError] = []
        result.isDryRun = Self.dryRun(query.values("dryRun"), &errors)
        result.fieldManager = query.text("fieldManager")
        if result.fieldManager.utf8.count > Self.fieldManagerLimit {
            errors.append(.tooLong("fieldManager", .string(result.fieldManager), limit: Self.fieldManagerLimit))
        }
        if let word = query["fieldValidation"], !word.isEmpty {
            if let value = FieldValidation(rawValue: word) {
                result.fieldValidation = value
            } else {
                errors.append(.notSupported("fieldValidation", .string(word), ["Ignore", "Strict", "Warn"]))
            }
        }
        if options == "PatchOptions", query.contains("force") {
            errors.append(.forbidden("force", "may not be specified for non-apply patch"))
        }
        result.user = info.user.name
        try Self.check(errors, of: options)
        return result
    }

    /// How to delete: from the body when there is one, else from the query (spec `kubernetes/02` §2.9).
    func deleteOptions() throws(APIError) -> DeleteOptions {
        var result = try request.body.isEmpty ? deleteOptionsOfQuery() : deleteOptionsOfBody()
        result.user = info.user.name
        return result
    }

    private func deleteOptionsOfQuery() throws(APIError) -> DeleteOptions {
        var result = DeleteOptions()
        var errors: [FieldError] = []
        result.isDryRun = Self.dryRun(query.values("dryRun"), &errors)
        result.gracePeriodSeconds = try query.integer("gracePeriodSeconds")
        result.propagationPolicy = query["propagationPolicy"].flatMap { $0.isEmpty ? nil : $0 }
        if query.contains("orphanDependents") { result.orphanDependents = try query.flag("orphanDependents") }
        try Self.check(errors, of: "DeleteOptions")
        return result
    }

    private func deleteOptionsOfBody() throws(APIError) -> DeleteOptions {
        let document = try RequestBody.document(request, expecting: "DeleteOptions")
        guard let body = KubeObject(document), body.kind.isEmpty || body.kind == "DeleteOptions" else {
            throw .badRequest("the object provided is unrecognized (must be of type DeleteOptions)")
        }
        var result = DeleteOptions()
        var errors: [FieldError] = []
        result.isDryRun = Self.dryRun(body.list("dryRun").map { $0.string ?? $0.text }, &errors)
        result.gracePeriodSeconds = try body.optional("gracePeriodSeconds", "int64") { $0.integer }
        result.propagationPolicy = try body.optional("propagationPolicy", "string") { $0.string }
        result.orphanDependents = try body.optional("orphanDependents", "bool") { $0.bool }
        if let conditions = KubeObject(body["preconditions"]) {
            result.uid = try conditions.optional("uid", "string") { $0.string }
            result.resourceVersion = try conditions.optional("resourceVersion", "string") { $0.string }
        }
        try Self.check(errors, of: "DeleteOptions")
        return result
    }

    /// Whether `dryRun` was asked for; only `All` means anything.
    private static func dryRun(_ values: [String], _ errors: inout [FieldError]) -> Bool {
        let stages = values.filter { !$0.isEmpty }
        if stages.contains(where: { $0 != "All" }) {
            errors.append(.notSupported("dryRun", .array(stages.map { .string($0) }), ["All"]))
        }
        return !stages.isEmpty
    }

    private static func check(_ errors: [FieldError], of options: String) throws(APIError) {
        guard !errors.isEmpty else { return }
        throw .invalid(GroupVersionKind(GroupVersion(group: "meta.k8s.io", "v1"), options), "", errors)
    }

    private static let fieldManagerLimit = 128
}

extension KubeObject {
    /// A member of a type, or nil when absent or null. Throws 400 when it is of another type.
    fileprivate func optional<Value>(
        _ key: String, _ type: String, _ read: (JSONValue) -> Value?
    ) throws(APIError) -> Value? {
        guard let value = self[key], !value.isNull else { return nil }
        guard let result = read(value) else {
            throw .badRequest(
                "json: cannot unmarshal \(value.typeName) into Go struct field DeleteOptions.\(key) of type \(type)")
        }
        return result
    }
}

extension JSONValue {
    /// The kind of value, in the words of upstream's messages.
    fileprivate var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .integer, .double: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
