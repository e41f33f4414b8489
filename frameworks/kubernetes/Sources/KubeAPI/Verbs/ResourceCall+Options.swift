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
        var result = try DeleteOptions(request.body.isEmpty ? deleteOptionsOfQuery() : deleteOptionsOfBody())
        result.user = info.user.name
        return result
    }

    private func deleteOptionsOfQuery() throws(APIError) -> KubeObject {
        var options = KubeObject()
        options["dryRun"] = .array(query.values("dryRun").filter { !$0.isEmpty }.map { .string($0) })
        options["gracePeriodSeconds"] = try query.integer("gracePeriodSeconds").map { .integer($0) }
        options["propagationPolicy"] = query["propagationPolicy"].flatMap { $0.isEmpty ? nil : .string($0) }
        if query.contains("orphanDependents") {
            options["orphanDependents"] = .bool(try query.flag("orphanDependents"))
        }
        return options
    }

    private func deleteOptionsOfBody() throws(APIError) -> KubeObject {
        let document = try RequestBody.document(request, expecting: "DeleteOptions")
        guard let body = KubeObject(document), body.kind.isEmpty || body.kind == "DeleteOptions" else {
            throw .badRequest("the object provided is unrecognized (must be of type DeleteOptions)")
        }
        return body
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
