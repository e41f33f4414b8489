internal import ClusterBase
internal import KubeKinds
internal import KubeModel
internal import KubeRegistry
internal import KubeSchemas
internal import KubeStore
internal import Synchronization

/// A registry over a store in memory, with the standard kinds and `Widget`, which has a bit of everything.
struct World: Sendable {
    let store: MemoryStore
    let registry: Registry
    let clock: ManualClock

    /// Makes and starts a registry; the namespace `default` exists.
    init(
        seed: UInt64 = 1, store: MemoryStore = MemoryStore(),
        _ configure: (inout RegistryConfiguration) -> Void = { _ in }
    ) async throws {
        let clock = ManualClock()
        let registry = try await Self.registry(on: store, clock, seed: seed, configure)
        self.init(store: store, registry: registry, clock: clock)
    }

    init(store: MemoryStore, registry: Registry, clock: ManualClock = ManualClock()) {
        (self.store, self.registry, self.clock) = (store, registry, clock)
    }

    /// A started registry over any store.
    static func registry(
        on store: any RevisionedStore, _ clock: ManualClock = ManualClock(), seed: UInt64 = 1,
        _ configure: (inout RegistryConfiguration) -> Void = { _ in }
    ) async throws -> Registry {
        let source = RandomSource(seed: seed)
        var configuration = RegistryConfiguration(now: { clock.now }, random: { source.next() })
        configuration.serviceAddresses = ServiceAddresses()
        configuration.systemObjects = SystemObjects.namespaces
        configuration.revisionWait = .milliseconds(500)
        configure(&configuration)
        let registry = Registry(
            store: store, kinds: KindTable(KindTable.standard.rows + [Widget.row]), library: try library.get(),
            configuration: configuration)
        try await registry.start()
        return registry
    }

    private static let library = Result { try SchemaLibrary(parsing: KubeSchemas.all + [Widget.schema]) }

    /// The target of a path: `widgets`, `default/widgets`, `default/widgets/w1`, `default/pods/p/status`; kinds of the
    /// cluster begin with a slash: `/namespaces/a`.
    func target(_ path: String, _ version: String? = nil) throws -> ResourceTarget {
        var words = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let namespace = words.count == 1 ? "" : words.removeFirst()
        let groupVersion = GroupVersion(parsing: version ?? Self.versions[words[0]] ?? "v1") ?? .v1
        guard let kind = registry.served(plural: words[0], in: groupVersion) else { throw APIError.noSuchResource }
        return ResourceTarget(
            kind, namespace: namespace, name: words.count > 1 ? words[1] : "",
            subresource: words.count > 2 ? words[2] : "")
    }

    private static let versions = [
        "widgets": "example.org/v1", "deployments": "apps/v1", "replicasets": "apps/v1",
        "leases": "coordination.k8s.io/v1", "poddisruptionbudgets": "policy/v1beta1",
    ]
}

/// A clock that stands still until it is moved.
final class ManualClock: Sendable {
    private let time = Mutex(UnixTime(seconds: 1_700_000_000))
    var now: UnixTime { time.withLock { $0 } }
    func advance(seconds: Int64) { time.withLock { $0 = UnixTime(seconds: $0.seconds + seconds) } }
}

private final class RandomSource: Sendable {
    private let random: Mutex<SeededRandom>
    init(seed: UInt64) { random = Mutex(SeededRandom(seed: seed)) }
    func next() -> UInt64 { random.withLock { $0.next() } }
}

/// A kind of the tests' own.
enum Widget {
    static let v1 = GroupVersion(group: "example.org", "v1")
    static let beta = GroupVersion(group: "example.org", "v1beta1")

    static let schema = """
        type test.v1.Widget kind=example.org/v1 | A widget.
          metadata meta.v1.ObjectMeta | Metadata.
          spec test.v1.WidgetSpec | What is wanted.
          status test.v1.WidgetStatus | What is.

        type test.v1.WidgetSpec | What is wanted.
          color string default=grey | A colour.
          replicas int32? | How many.
          parts [test.v1.WidgetPart] merge=name | Its parts.

        type test.v1.WidgetPart | A part.
          name string | Its name.
          size int32 | Its size.

        type test.v1.WidgetStatus | What is.
          phase string | A word.
          replicas int32 | How many there are.

        type test.v1beta1.Widget kind=example.org/v1beta1 | A widget, once upon a time.
          metadata meta.v1.ObjectMeta | Metadata.
          spec test.v1beta1.WidgetSpec | What is wanted.

        type test.v1beta1.WidgetSpec | What is wanted.
          colour string default=black | A colour.
        """

    static let row: KindRow = {
        var old = VersionRow(
            beta, schema: "test.v1beta1.Widget",
            toHub: { $0["spec"] = ["color": $0["spec", "colour"] ?? ""] },
            fromHub: { $0["spec"] = ["colour": $0["spec", "color"] ?? ""] })
        old.defaultPropagation = .orphan
        var row = KindRow(
            "Widget", group: v1.group, plural: "widgets", hub: v1,
            versions: [VersionRow(v1, schema: "test.v1.Widget"), old])
        row.generationRule = .spec
        row.selectableFields = ["spec.color": { $0.text("spec", "color") }]
        row.subresources = [
            SubresourceRow("status", verbs: ["get", "update", "patch"], .status { $0["spec"] = $1["spec"] }),
            SubresourceRow("scale", verbs: ["get", "update", "patch"], .scale { "color=" + $0.text("spec", "color") }),
        ]
        row.prepareForCreate = { $0["status"] = ["phase": "New"] }
        row.prepareForUpdate = { $0["status"] = $1["status"] }
        row.validate = { widget in
            widget.text("spec", "color") == "bad" ? [.invalid("spec.color", "bad", "must not be bad")] : []
        }
        return row
    }()

    /// A widget as a client writes it.
    static func make(
        _ name: String, color: String? = nil, labels: [String: String] = [:], finalizers: [String] = []
    ) -> KubeObject {
        var widget = KubeObject(["apiVersion": "example.org/v1", "kind": "Widget", "metadata": [:]])
        widget.name = name
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) {
            widget["metadata", "labels", key] = .string(value)
        }
        widget.finalizers = finalizers
        if let color { widget["spec", "color"] = .string(color) }
        return widget
    }
}
