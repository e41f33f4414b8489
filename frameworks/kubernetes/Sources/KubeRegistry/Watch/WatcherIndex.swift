internal import KubeKinds

/// The watchers of one kind, so ordered that an event touches only those it may concern.
struct WatcherIndex {
    /// Which events may concern a watcher.
    enum Scope: Hashable {
        /// All of the kind.
        case everything
        /// Those of a namespace.
        case namespace(String)
        /// Those of one object: `default/web`, or `node1`.
        case object(String)
        /// Those of objects whose selectable field has, or had, a value (`spec.nodeName`).
        case field(String, String)
    }

    private var watchers: [Scope: [ObjectIdentifier: Watcher]] = [:]
    /// How many watchers there are per field, to read only fields that somebody watches.
    private var fields: [String: Int] = [:]

    var isEmpty: Bool { watchers.isEmpty }

    mutating func insert(_ watcher: Watcher) {
        let scope = watcher.selection.scope
        watchers[scope, default: [:]][ObjectIdentifier(watcher)] = watcher
        if case .field(let field, _) = scope { fields[field, default: 0] += 1 }
    }

    mutating func remove(_ watcher: Watcher) {
        let scope = watcher.selection.scope
        guard watchers[scope]?.removeValue(forKey: ObjectIdentifier(watcher)) != nil else { return }
        if watchers[scope]?.isEmpty == true { watchers[scope] = nil }
        if case .field(let field, _) = scope, let count = fields[field] {
            fields[field] = count == 1 ? nil : count - 1
        }
    }

    /// The watchers an event may concern, each once.
    func watchers(of event: HubEvent) -> [Watcher] {
        var scopes: [Scope] = [.everything, .object(String(event.path))]
        if event.kind.row.isNamespaced { scopes.append(.namespace(String(event.namespace))) }
        for field in fields.keys { scopes += event.values(of: field).map { .field(field, $0) } }
        return scopes.flatMap { watchers[$0].map { Array($0.values) } ?? [] }
    }

    func contains(_ watcher: Watcher) -> Bool {
        watchers[watcher.selection.scope]?[ObjectIdentifier(watcher)] != nil
    }

    /// All watchers.
    var all: [Watcher] { watchers.values.flatMap(\.values) }
}
