internal import KubeKinds
internal import KubeStore
internal import Synchronization

/// A change of the store as the hub keeps it: decoded at most once, and only when a selector needs it.
final class HubEvent: Sendable {
    let kind: StoredKind
    /// Namespace and name as the key has them (`default/web`, or `node1`).
    let path: Substring
    let revision: Int64
    private let new: RegistryObject?
    private let old: RegistryObject?
    private let lazy = Mutex(Lazy())

    private struct Lazy {
        var old: ObjectFacts?
        var new: ObjectFacts?
        var shared: [WatchEvent.Change: WatchEvent] = [:]
    }

    /// Takes a change of the store; nil when it is neither a value now nor was one before.
    init?(_ event: StoreEvent, of kind: StoredKind) {
        guard event.value != nil || event.previous != nil else { return nil }
        self.kind = kind
        path = event.key.dropFirst(kind.prefix.count)
        revision = event.revision
        new = event.value.map { RegistryObject(kind, $0, revision: event.revision) }
        old = event.previous.map { RegistryObject(kind, $0.value, revision: event.revision) }
    }

    /// The namespace; empty for kinds of the cluster.
    var namespace: Substring {
        kind.row.isNamespaced ? path.prefix { $0 != "/" } : ""
    }

    /// Bytes it keeps in memory.
    var bytes: Int { (new?.bytes.count ?? 0) + (old?.bytes.count ?? 0) }

    /// The event as a selection sees it; nil when it concerns neither the state before nor the one now.
    ///
    /// Source: spec `kubernetes/02` §2.8.
    func seen(by selection: Selection) -> WatchEvent? {
        let isIn = new != nil && (selection.needsNoFacts || selection.matches(facts(\.new, new)))
        let wasIn = old != nil && (selection.needsNoFacts || selection.matches(facts(\.old, old)))
        return switch (wasIn, isIn) {
        case (false, true): shared(.added, new)
        case (true, true): shared(.modified, new)
        case (true, false): shared(.deleted, old)
        case (false, false): nil
        }
    }

    /// The values of a field before and now, for the index of watchers.
    func values(of field: String) -> [String] {
        let values = [facts(\.old, old).fields[field], facts(\.new, new).fields[field]].compactMap(\.self)
        return values.count == 2 && values[0] == values[1] ? [values[0]] : values
    }

    private func facts(_ slot: WritableKeyPath<Lazy, ObjectFacts?>, _ object: RegistryObject?) -> ObjectFacts {
        lazy.withLock { lazy in
            if let facts = lazy[keyPath: slot] { return facts }
            let withFields = !kind.row.selectableFields.isEmpty
            let facts = object.map { ObjectFacts($0, withFields: withFields) } ?? ObjectFacts()
            lazy[keyPath: slot] = facts
            return facts
        }
    }

    private func shared(_ change: WatchEvent.Change, _ object: RegistryObject?) -> WatchEvent? {
        guard let object else { return nil }
        return lazy.withLock { lazy in
            if let event = lazy.shared[change] { return event }
            let event = WatchEvent(change, object)
            lazy.shared[change] = event
            return event
        }
    }
}
