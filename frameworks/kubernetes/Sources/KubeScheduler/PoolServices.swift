internal import ClusterBase
internal import KubeClient
internal import KubeModel
internal import Logging

/// Keeps the Services that belong to the scheduler: `default/k8sm-scheduler`, which leads to its HTTP server (KM-10),
/// and `kube-system/kube-dns`, behind whose address each node's proxy puts the node's own DNS server.
///
/// Both are looked at every ten seconds and written only when somebody changed them; the leading scheduler does so.
struct PoolServices: Sendable {
    private static let interval = Duration.seconds(10)

    /// Where the HTTP server is reached; an address that Endpoints cannot name, such as loopback, leaves the Service
    /// without them.
    struct Location: Hashable, Sendable {
        var address: String
        var port: Int
    }

    let client: KubeClient
    let location: Location
    /// The address of the cluster's DNS; nil keeps no Service for it.
    let clusterDNS: String?
    let logger: Logger

    /// Keeps them until cancelled.
    func run() async throws {
        var complaints: [String: String] = [:]
        while true {
            for object in [schedulerService, schedulerEndpoints] + (clusterDNS.map { [Self.dnsService($0)] } ?? []) {
                let what = "\(object.kind) \(object.key)"
                do {
                    try await keep(object)
                    complaints[what] = nil
                } catch {
                    try Task.checkCancellation()
                    // The same trouble is told once; that Endpoints cannot name a loopback address is none.
                    let refusal = error as? APIError
                    let words = refusal?.message ?? "\(error)"
                    if complaints.updateValue(words, forKey: what) != words {
                        let level: Logger.Level = refusal?.code == 422 && object.kind == "Endpoints" ? .debug : .notice
                        logger.log(level: level, "not kept", metadata: ["object": "\(what)", "error": "\(words)"])
                    }
                }
            }
            try await Task.sleep(for: Self.interval)
        }
    }

    private func keep(_ wanted: KubeObject) async throws {
        let kind: ResourceKind = wanted.kind == "Service" ? .services : .endpoints
        let current: KubeObject
        do { current = try await client.get(kind, wanted.key) } catch let error as APIError where error.code == 404 {
            _ = try await client.create(kind, wanted)
            return
        }
        guard kind == .services else {
            if Self.bare(current.list("subsets")) == wanted.list("subsets") { return }
            return try await update(kind, current, ["subsets"], to: wanted["subsets"])
        }
        // A Service with a selector is somebody's own, such as a DNS server that runs in pods.
        if current["spec", "selector"]?.object?.isEmpty == false { return }
        let address = wanted.text("spec", "clusterIP")
        if !address.isEmpty, current.text("spec", "clusterIP") != address {
            // Addresses cannot be changed.
            try await client.delete(kind, wanted.key, DeletionRequest(uid: current.uid))
            _ = try await client.create(kind, wanted)
            return
        }
        if Self.bare(current.list("spec", "ports")) == wanted.list("spec", "ports") { return }
        try await update(kind, current, ["spec", "ports"], to: wanted["spec", "ports"])
    }

    private func update(
        _ kind: ResourceKind, _ current: KubeObject, _ path: [String], to value: JSONValue?
    ) async throws {
        var patch = KubeObject()
        patch["metadata", "resourceVersion"] = .string(current.resourceVersion)
        if path.count == 1 { patch[path[0]] = value } else { patch[path[0], path[1]] = value }
        _ = try await client.patch(kind, current.key, .merge, patch.value)
    }

    /// Ports and subsets without what the API server fills in.
    private static func bare(_ list: [JSONValue]) -> [JSONValue] {
        list.map { item in
            guard var item = KubeObject(item) else { return item }
            item["targetPort"] = nil
            item["nodePort"] = nil
            return item.value
        }
    }

    // MARK: The objects

    private static let labels: JSONObject = ["provider": "k8sm", "component": "scheduler"]

    private static func port(_ number: Int, name: String = "", protocol kind: String = "TCP") -> JSONValue {
        var port: JSONObject = name.isEmpty ? [:] : ["name": .string(name)]
        port["protocol"] = .string(kind)
        port["port"] = .integer(Int64(number))
        return .object(port)
    }

    private var schedulerService: KubeObject {
        KubeObject([
            "kind": "Service", "apiVersion": "v1",
            "metadata": ["name": "k8sm-scheduler", "namespace": "default", "labels": .object(Self.labels)],
            "spec": ["ports": [Self.port(location.port)], "sessionAffinity": "None"],
        ])
    }

    private var schedulerEndpoints: KubeObject {
        KubeObject([
            "kind": "Endpoints", "apiVersion": "v1",
            "metadata": ["name": "k8sm-scheduler", "namespace": "default", "labels": .object(Self.labels)],
            "subsets": [
                ["addresses": [["ip": .string(location.address)]], "ports": [endpointPort]]
            ],
        ])
    }

    private var endpointPort: JSONValue { ["port": .integer(Int64(location.port)), "protocol": "TCP"] }

    private static func dnsService(_ address: String) -> KubeObject {
        KubeObject([
            "kind": "Service", "apiVersion": "v1",
            "metadata": [
                "name": "kube-dns", "namespace": "kube-system",
                "labels": [
                    "k8s-app": "kube-dns", "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "KubeDNS",
                ],
            ],
            "spec": [
                "clusterIP": .string(address),
                "ports": [port(53, name: "dns", protocol: "UDP"), port(53, name: "dns-tcp")],
            ],
        ])
    }
}
