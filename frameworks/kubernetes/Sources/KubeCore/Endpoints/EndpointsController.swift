internal import ClusterBase
public import KubeModel

/// Keeps the `Endpoints` of every service that has a selector.
///
/// Source: upstream `pkg/controller/endpoint/endpoints_controller.go` (1.20); spec `kubernetes/03` §3.6.
public struct EndpointsController: Controller {
    private static let headless = "service.kubernetes.io/headless"
    private static let tolerateUnready = "service.alpha.kubernetes.io/tolerate-unready-endpoints"
    private static let triggerTime = "endpoints.kubernetes.io/last-change-trigger-time"

    /// The name.
    public let name = "endpoint-controller"
    /// Services, pods and endpoints.
    public let kinds: [ResourceKind] = [.services, .pods, .endpoints]
    private var services = ObjectCache()
    private var pods = ObjectCache()
    private var endpoints = ObjectCache()
    private var triggerTimes: [ObjectKey: TriggerTimes] = [:]
    /// Services that went, whose endpoints are still to go.
    private var orphaned: Set<ObjectKey> = []
    /// Endpoints written by this controller of which no news has come yet.
    private var unseen: [ObjectKey: KubeObject] = [:]

    /// Makes a controller that knows nothing yet.
    public init() {}

    /// Every service.
    public var allKeys: [ObjectKey] { services.keys + orphaned.sorted() }

    /// Services that changed, and those whose pods or endpoints did, need a look.
    public mutating func observe(_ delta: ObjectDelta, of kind: ResourceKind) -> [Trigger<ObjectKey>] {
        switch kind {
        case .services: return observeService(delta)
        case .pods: return observePod(delta)
        case .endpoints: return observeEndpoints(delta)
        default: return []
        }
    }

    private mutating func observeService(_ delta: ObjectDelta) -> [Trigger<ObjectKey>] {
        let key = delta.object.key
        services.apply(delta)
        if delta.isDeletion {
            orphaned.insert(key)
            triggerTimes[key] = nil
        } else {
            orphaned.remove(key)
        }
        return [Trigger(key)]
    }

    private mutating func observePod(_ delta: ObjectDelta) -> [Trigger<ObjectKey>] {
        let (pod, previous) = (delta.object, delta.previous ?? delta.object)
        pods.apply(delta)
        if case .changed(let new, let old) = delta, !PodEndpoint.differ(old, new) { return [] }
        return services.objects(in: pod.namespace).filter { service in
            Self.selects(service, pod) || Self.selects(service, previous)
        }.map { Trigger($0.key) }
    }

    private mutating func observeEndpoints(_ delta: ObjectDelta) -> [Trigger<ObjectKey>] {
        endpoints.apply(delta)
        let key = delta.object.key
        unseen[key] = nil
        return services[key] == nil ? [] : [Trigger(key)]
    }

    /// Endpoints that are left over from services that went while nobody looked: those without a service that bear the
    /// marks of this controller.
    ///
    /// - Note: differs from upstream, which takes all that have no service for left over but for locks, and so deletes
    ///   endpoints that somebody makes before the service.
    public mutating func synchronised() -> [Trigger<ObjectKey>] {
        let left = endpoints.keys.filter { key in
            services[key] == nil && endpoints[key].map(Self.isMarked) == true
        }
        orphaned.formUnion(left)
        return left.map { Trigger($0) }
    }

    private static func isMarked(_ endpoints: KubeObject) -> Bool {
        let addresses = endpoints.list("subsets").flatMap { subset in
            ["addresses", "notReadyAddresses"].flatMap { subset[$0]?.array ?? [] }
        }
        return endpoints.annotation(triggerTime) != nil
            || addresses.contains { $0["targetRef"]?["kind"]?.string == "Pod" }
    }

    private static func selects(_ service: KubeObject, _ pod: KubeObject) -> Bool {
        let selector = service.strings("spec", "selector")
        return !selector.isEmpty && selector.allSatisfy { pod.label($0.key) == $0.value }
    }

    /// What to write for a service.
    public mutating func plan(_ key: ObjectKey, after progress: Progress?, now: UnixTime) -> Plan<ObjectKey> {
        if let progress { return finish(key, progress) }
        guard let service = services[key] else { return deleteOrphaned(key) }
        if service.strings("spec", "selector").isEmpty { return .nothing }
        let chosen = pods.objects(in: key.namespace).filter { Self.selects(service, $0) }
        let trigger = triggerTimes[key, default: TriggerTimes()].update(service: service, pods: chosen)
        let current = endpoints[key]
        var wanted = current ?? Self.empty(key)
        wanted["subsets"] = Self.subsets(of: service, pods: chosen)
        wanted["metadata", "labels"] = Self.labels(for: service)
        if let current, Self.isSame(current, wanted) { return .nothing }
        wanted["metadata", "annotations", Self.triggerTime] = trigger.isEmpty ? nil : .string(trigger)
        let intent: Intent = current == nil ? .create(.endpoints, wanted) : .update(.endpoints, wanted)
        return Plan([intent], then: .resume(stage: 0))
    }

    private mutating func deleteOrphaned(_ key: ObjectKey) -> Plan<ObjectKey> {
        guard orphaned.contains(key) else { return .nothing }
        guard let left = endpoints[key] ?? unseen[key] else {
            orphaned.remove(key)
            return .nothing
        }
        return Plan([.delete(.endpoints, key, DeletionRequest(uid: left.uid))], then: .resume(stage: 0))
    }

    /// A write that failed is told about and tried again, but for those that news already on the way explains.
    private mutating func finish(_ key: ObjectKey, _ progress: Progress) -> Plan<ObjectKey> {
        guard let outcome = progress.outcomes.first else { return .nothing }
        guard let error = outcome.error, outcome.isFailure else { return settle(key, outcome) }
        // Nothing can be made in a namespace that is going.
        if error.causes.contains(where: { $0.reason == "NamespaceTerminating" }) { return .nothing }
        if error.code == 409 {
            guard case .delete = outcome.intent else { return Plan(then: .retry) }
            // Somebody made endpoints of their own under the name.
            orphaned.remove(key)
            return .nothing
        }
        switch outcome.intent {
        case .create(_, let object):
            return Plan(
                events: [
                    EventNote(
                        object, .warning, reason: "FailedToCreateEndpoint",
                        "Failed to create endpoint for service \(key): \(error.message)")
                ], then: .retry)
        case .update(_, let object, _):
            return Plan(
                events: [
                    EventNote(
                        object, .warning, reason: "FailedToUpdateEndpoint",
                        "Failed to update endpoint \(key): \(error.message)")
                ], then: .retry)
        default: return Plan(then: .retry)
        }
    }

    /// What was written goes again when the service went meanwhile, whether news of the writing has come or not.
    private mutating func settle(_ key: ObjectKey, _ outcome: Outcome) -> Plan<ObjectKey> {
        if case .delete = outcome.intent {
            orphaned.remove(key)
            unseen[key] = nil
            return .nothing
        }
        if case .object(let written) = outcome.answer, endpoints[key]?.uid != written.uid { unseen[key] = written }
        return services[key] == nil ? deleteOrphaned(key) : .nothing
    }

    private static func empty(_ key: ObjectKey) -> KubeObject {
        var object = KubeObject(["apiVersion": "v1", "kind": "Endpoints"])
        (object.name, object.namespace) = (key.name, key.namespace)
        return object
    }

    private static func isSame(_ current: KubeObject, _ wanted: KubeObject) -> Bool {
        comparable(current) == comparable(wanted)
            && (current["metadata", "labels"]?.object ?? [:]) == (wanted["metadata", "labels"]?.object ?? [:])
    }

    /// The subsets without the pods' revisions, which change with every heartbeat.
    private static func comparable(_ endpoints: KubeObject) -> [JSONValue] {
        endpoints.list("subsets").map { subset in
            var subset = KubeObject(subset) ?? KubeObject()
            for member in ["addresses", "notReadyAddresses"] where subset[member] != nil {
                let bare = subset.list(member).compactMap { KubeObject($0) }.map { address -> JSONValue in
                    var address = address
                    address["targetRef", "resourceVersion"] = nil
                    return address.value
                }
                subset[member] = .array(bare)
            }
            return subset.value
        }
    }

    /// The service's labels, and the mark of a headless one.
    private static func labels(for service: KubeObject) -> JSONValue? {
        var labels = service["metadata", "labels"]?.object ?? JSONObject()
        let hasAddress = !["", "None"].contains(service.text("spec", "clusterIP"))
        labels[headless] = hasAddress ? nil : ""
        return labels.isEmpty ? nil : .object(labels)
    }

    private static func subsets(of service: KubeObject, pods: [KubeObject]) -> JSONValue? {
        let publishesAll =
            service.flag("spec", "publishNotReadyAddresses") || service.annotation(tolerateUnready) == "true"
        let ports = service.list("spec", "ports").compactMap { KubeObject($0) }
        var entries: [EndpointEntry] = []
        for pod in pods.map(PodEndpoint.init) {
            guard let ip = pod.ip(of: service), publishesAll || !pod.pod.isDeleting else { continue }
            let isReady = publishesAll || pod.isReady
            guard isReady || pod.mayBecomeReady else { continue }
            let address = pod.address(ip, for: service)
            if ports.isEmpty, service.text("spec", "clusterIP") == "None" {
                entries.append(EndpointEntry(address: address, port: nil, isReady: isReady))
            }
            for port in ports {
                guard let number = pod.number(of: port) else { continue }
                entries.append(EndpointEntry(address: address, port: endpointPort(port, number), isReady: isReady))
            }
        }
        let subsets = EndpointSubsets.pack(entries)
        return subsets.isEmpty ? nil : .array(subsets)
    }

    private static func endpointPort(_ port: KubeObject, _ number: Int64) -> KubeObject {
        var result = KubeObject()
        if !port.text("name").isEmpty { result["name"] = .string(port.text("name")) }
        result["port"] = .integer(number)
        result["protocol"] = .string(port.transport)
        result["appProtocol"] = port["appProtocol"]
        return result
    }
}
