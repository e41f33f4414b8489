internal import KubeKinds
internal import KubeModel
internal import KubeStore

extension Registry {
    func read(_ target: ResourceTarget, resourceVersion: String) async throws -> Reply {
        guard target.kind.row.verbs.contains(.get) else {
            throw APIError.methodNotSupported(target.kind.resource, "get")
        }
        if let computed = configuration.computed[target.kind.row.plural] {
            guard let object = await computed().first(where: { $0.name == target.name }) else {
                throw APIError.notFound(target.kind.resource, target.name)
            }
            return .tree(target.kind.versioned(object))
        }
        try await waitForRevision(ListStart.revision(resourceVersion))
        guard let value = try await reader.value(target.kind.stored.key(target.namespace, target.name)) else {
            throw APIError.notFound(target.kind.resource, target.name)
        }
        let object = RegistryObject(target.kind.stored, value.value, revision: value.modRevision)
        if target.subresource.isEmpty { return .object(object) }
        switch try subresource(target).behaviour {
        case .status: return .object(object)
        case .scale(let selector): return .tree(scale(target, try object.tree(), selector))
        case .binding, .eviction, .finalize, .connect: throw unsupported(target, "get")
        }
    }

    func listObjects(_ target: ResourceTarget, _ options: ListOptions) async throws -> ListResult {
        guard target.kind.row.verbs.contains(.list) else {
            throw APIError.methodNotSupported(target.kind.resource, "list")
        }
        let selection = try Selection(
            target, labelSelector: options.labelSelector, fieldSelector: options.fieldSelector)
        if let computed = configuration.computed[target.kind.row.plural] {
            let trees = await computed().filter {
                selection.covers(path: $0.name[...], namespace: "") && selection.labels.matches($0)
            }
            return ListResult(items: [], trees: trees.map(target.kind.versioned), revision: try await store.revision)
        }
        let start = try ListStart(options)
        if case .present(let revision) = start { try await waitForRevision(revision) }
        var listing = Listing(target.kind.stored, selection, start, limit: options.limit)
        repeat {
            let page: StorePage
            do {
                page = try await store.list(
                    prefix: listing.prefix, after: listing.after, limit: listing.pageSize, at: listing.revision)
            } catch StoreError.compacted {
                throw start.expired
            }
            listing.take(page)
        } while !listing.isComplete
        return listing.result
    }

    /// Waits, for a moment, until the store has reached a revision.
    ///
    /// Throws 504 when it does not.
    func waitForRevision(_ revision: Int64?) async throws {
        guard let revision, revision > 0 else { return }
        let deadline = ContinuousClock.now + configuration.revisionWait
        while true {
            let current = try await store.revision
            if current >= revision { return }
            guard ContinuousClock.now < deadline else { throw APIError.tooNew(revision, current: current) }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

extension ListStart {
    /// 410: what was to be shown has left the history.
    fileprivate var expired: APIError {
        guard case .following(var token) = self else {
            return .expired("The resourceVersion for the provided list is too old.")
        }
        token.revision = nil
        var error = APIError.expired(
            "The provided continue parameter is too old to display a consistent list result. You can start a new list "
                + "without the continue parameter, or use the continue token in this response to retrieve the "
                + "remainder of the results. Continuing with the provided token results in an inconsistent list - "
                + "objects that were created, modified, or deleted between the time the first chunk was returned and "
                + "now may show up in the list.")
        error.continueToken = token.text
        return error
    }
}

/// A list on its way through the pages of the store.
struct Listing {
    private let kind: StoredKind
    private let selection: Selection
    private let limit: Int
    /// Where the store is to look.
    let prefix: String
    /// The key after which the next page begins.
    private(set) var after: String?
    /// The revision shown; nil before the first page when it is the present one.
    private(set) var revision: Int64?
    private(set) var isComplete = false
    private(set) var result = ListResult(items: [], revision: 0)

    /// Objects looked at per page when a selector has to look at them.
    private static let scanSize = 1_000

    init(_ kind: StoredKind, _ selection: Selection, _ start: ListStart, limit: Int) {
        (self.kind, self.selection, self.limit) = (kind, selection, max(0, limit))
        prefix = selection.onlyKey(kind) ?? kind.prefix(of: selection.namespace)
        switch start {
        case .present: break
        case .exact(let revision): self.revision = revision
        case .following(let token): (revision, after) = (token.revision, kind.prefix + token.last)
        }
    }

    private var selectsAll: Bool { selection.needsNoFacts && selection.name.isEmpty && !selection.isEmpty }

    /// How many keys to ask the store for; nil for all.
    var pageSize: Int? {
        if selection.isEmpty || selection.onlyKey(kind) != nil { return 1 }
        if selectsAll { return limit == 0 ? nil : limit }
        return max(Self.scanSize, limit)
    }

    /// Takes the objects of a page that are selected, as far as the limit permits.
    mutating func take(_ page: StorePage) {
        revision = page.revision
        result.revision = page.revision
        if selectsAll {
            result.items += page.values.map { RegistryObject(kind, $0.value, revision: $0.modRevision) }
            finish(page, seen: page.values.count)
            return
        }
        for (index, value) in page.values.enumerated() where isSelected(value) {
            result.items.append(RegistryObject(kind, value.value, revision: value.modRevision))
            if limit > 0, result.items.count == limit { return finish(page, seen: index + 1) }
        }
        after = page.values.last?.key
        isComplete = page.remaining == 0 || page.values.isEmpty || selection.onlyKey(kind) != nil || selection.isEmpty
    }

    private func isSelected(_ value: StoredValue) -> Bool {
        if let key = selection.onlyKey(kind), key != value.key { return false }
        let path = value.key.dropFirst(kind.prefix.count)
        let namespace = kind.row.isNamespaced ? path.prefix { $0 != "/" } : ""
        return selection.covers(path: path, namespace: namespace)
            && selection.matches(RegistryObject(kind, value.value, revision: value.modRevision))
    }

    private mutating func finish(_ page: StorePage, seen: Int) {
        isComplete = true
        let remaining = page.values.count - seen + page.remaining
        guard remaining > 0, seen > 0, selection.onlyKey(kind) == nil else { return }
        let last = page.values[seen - 1].key.dropFirst(kind.prefix.count)
        result.continueToken = ContinueToken(revision: page.revision, last: String(last)).text
        if selectsAll { result.remaining = remaining }
    }
}
