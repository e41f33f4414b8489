import ClusterBase
import KubeCore
import KubeModel
import Testing

/// A little API server for the garbage collector: objects by key, deletion with finalizers and preconditions, and a
/// watch that lags as much as the seed says.
struct GarbageWorld {
    private(set) var objects: [ResourceKind: [ObjectKey: KubeObject]] = [:]
    private(set) var writes = 0
    private var revision = 0
    private var news: [(ResourceKind, ObjectDelta)] = []
    private var collector: GarbageCollector
    private var waiting: [GarbageCollector.Key] = []
    private var random: SeededRandom

    init(kinds: [ResourceKind], seed: UInt64) {
        collector = GarbageCollector(kinds: kinds)
        random = SeededRandom(seed: seed)
    }

    func object(_ kind: ResourceKind, _ key: ObjectKey) -> KubeObject? { objects[kind]?[key] }
    var uids: Set<String> { Set(objects.values.flatMap { $0.values.map(\.uid) }) }

    mutating func create(_ kind: ResourceKind, _ object: KubeObject) {
        var object = object
        stamp(&object)
        objects[kind, default: [:]][object.key] = object
        news.append((kind, .added(object)))
    }

    mutating func delete(_ kind: ResourceKind, _ key: ObjectKey, _ request: DeletionRequest) -> APIError? {
        guard var object = objects[kind]?[key] else { return .notFound(kind.resource, key.name) }
        guard request.uid.isEmpty || request.uid == object.uid,
            request.resourceVersion.isEmpty || request.resourceVersion == object.resourceVersion
        else { return .modified(kind.resource, key.name) }
        switch request.propagation {
        case .foreground: object.finalizers = object.finalizers.filter { $0 != "orphan" } + ["foregroundDeletion"]
        case .orphan: object.finalizers = object.finalizers.filter { $0 != "foregroundDeletion" } + ["orphan"]
        default: object.finalizers = object.finalizers.filter { !["orphan", "foregroundDeletion"].contains($0) }
        }
        object.deletionTimestamp = "1970-01-01T00:00:00Z"
        store(kind, object)
        return nil
    }

    private mutating func stamp(_ object: inout KubeObject) {
        revision += 1
        object.resourceVersion = "\(revision)"
    }

    /// Stores a changed object, or removes it when nothing holds it any more.
    private mutating func store(_ kind: ResourceKind, _ object: KubeObject) {
        guard let old = objects[kind]?[object.key] else { return }
        var object = object
        stamp(&object)
        if object.isDeleting, object.finalizers.isEmpty {
            objects[kind]?[object.key] = nil
            news.append((kind, .deleted(object)))
        } else {
            objects[kind]?[object.key] = object
            news.append((kind, .changed(object, from: old)))
        }
    }

    private mutating func answer(_ intent: Intent) -> Outcome.Answer {
        switch intent {
        case .get(let kind, let key):
            return objects[kind]?[key].map { .object($0) } ?? .failed(.notFound(kind.resource, key.name))
        case .delete(let kind, let key, let request):
            writes += 1
            return delete(kind, key, request).map { .failed($0) } ?? .done
        case .patch(let kind, let key, let patch, _):
            writes += 1
            guard var object = objects[kind]?[key] else { return .failed(.notFound(kind.resource, key.name)) }
            guard patch["metadata"]?["uid"]?.string == object.uid,
                patch["metadata"]?["resourceVersion"]?.string == object.resourceVersion
            else { return .failed(.modified(kind.resource, key.name)) }
            for member in ["ownerReferences", "finalizers"] {
                guard let value = patch["metadata"]?[member] else { continue }
                object["metadata", member] = value.isNull ? nil : value
            }
            store(kind, object)
            return .done
        default: return .failed(.badRequest("the garbage collector does not do this"))
        }
    }

    /// Lets time pass until nothing happens any more; news and work come in an order of the seed's choosing.
    mutating func settle(_ location: SourceLocation = #_sourceLocation) {
        for _ in 0..<20_000 {
            if news.isEmpty, waiting.isEmpty { return }
            if !news.isEmpty, waiting.isEmpty || random.chance(0.5) {
                let (kind, delta) = news.removeFirst()
                add(collector.observe(delta, of: kind))
            } else {
                work(on: waiting.remove(at: random.below(waiting.count)))
            }
        }
        Issue.record("it does not come to an end", sourceLocation: location)
    }

    private mutating func add(_ triggers: [Trigger<GarbageCollector.Key>]) {
        for trigger in triggers where !waiting.contains(trigger.key) { waiting.append(trigger.key) }
    }

    private mutating func work(on key: GarbageCollector.Key) {
        var progress: Progress?
        while true {
            let plan = collector.plan(key, after: progress, now: UnixTime(seconds: 0))
            add(plan.triggers)
            let outcomes = plan.intents.map { Outcome($0, answer($0)) }
            switch plan.next {
            case .resume(let stage): progress = Progress(stage: stage, outcomes)
            case .finished where outcomes.allSatisfy { !$0.isFailure }: return
            case .again where news.isEmpty: return
            default: return add([Trigger(key)])
            }
        }
    }
}
