internal import ClusterBase
internal import ClusterModel
internal import KubeClient
internal import KubeModel

/// Keeps the framework's id in the API, as the ConfigMap `kube-system/k8sm-framework`.
///
/// Whoever schedules for this API server has to go on with the same framework, or the master would end its pods at the
/// failover timeout; and the API server is the one store that every candidate reaches, that outlives each of them, and
/// that is backed up together with the pods. Upstream kept the id in etcd, beneath its objects, for the same reason.
/// The map has one entry per framework name, so that frameworks of several names do not meet.
struct FrameworkRecord: Sendable {
    /// Another framework's id stands where this scheduler's should.
    struct Conflict: Error, Hashable, CustomStringConvertible {
        let own: FrameworkID
        let kept: FrameworkID

        var description: String {
            "the framework id \(kept) is kept in \(FrameworkRecord.key), not \(own): another scheduler works for this "
                + "API server; start one with --leader-elect to stand by, or remove the entry to begin anew"
        }
    }

    static let key = ObjectKey(namespace: "kube-system", "k8sm-framework")
    private static let kind = ResourceKind(.v1, "ConfigMap", plural: "configmaps")
    private static let tries = 5

    let client: KubeClient
    private let entry: String

    /// - Parameter frameworkName: its entry's name, but for characters that config maps do not take.
    init(client: KubeClient, frameworkName: String) {
        self.client = client
        let name = String(
            frameworkName.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) ? $0 : "_" }
                .prefix(253))
        entry = name.isEmpty || name == "." || name.hasPrefix("..") ? "framework" : name
    }

    /// The id that is kept, or nil.
    func read() async throws -> FrameworkID? { try await map().flatMap(id) }

    /// Keeps an id where none is, or the same; throws `Conflict` for another one.
    func keep(_ id: FrameworkID) async throws {
        try await change { kept in
            if let kept, kept != id { throw Conflict(own: id, kept: kept) }
            return id.value
        }
    }

    /// Forgets an id; another one stays.
    func forget(_ id: FrameworkID) async throws { try await change { $0 == id ? nil : $0?.value } }

    private func id(of map: KubeObject) -> FrameworkID? {
        let text = map.text("data", entry)
        return text.isEmpty ? nil : FrameworkID(text)
    }

    private func map() async throws -> KubeObject? {
        do { return try await client.get(Self.kind, Self.key) } catch let error as APIError where error.code == 404 {
            return nil
        }
    }

    /// Reads, decides and writes, again when somebody else was faster.
    private func change(_ decide: (FrameworkID?) throws -> String?) async throws {
        for attempt in 1... {
            let current = try await map()
            let kept = current.flatMap(id)
            let wanted = try decide(kept)
            if wanted == kept?.value { return }
            var map = current ?? KubeObject(["kind": "ConfigMap", "apiVersion": "v1"])
            (map.name, map.namespace) = (Self.key.name, Self.key.namespace)
            map["data", entry] = wanted.map { .string($0) }
            do {
                _ = try await current == nil ? client.create(Self.kind, map) : client.update(Self.kind, map)
                return
            } catch let error as APIError where (error.code == 409 || error.code == 404) && attempt < Self.tries {
                continue
            }
        }
    }
}
