internal import KubeClient
internal import ClusterBase
internal import KubeCore
internal import KubeKinds
internal import KubeModel
internal import KubeStore

/// What `componentstatuses` shows: the store, and the controllers by their lease.
struct ComponentHealth: Sendable {
    private static let lease = "/registry/coordination.k8s.io/leases/kube-system/kube-controller-manager"

    let store: any RevisionedStore
    /// Whether controllers run in this process without a lease.
    let runsUnelected: Bool

    /// The objects, by name.
    func objects() async -> [KubeObject] { [await controllers(), await storage()] }

    private func storage() async -> KubeObject {
        do {
            _ = try await store.revision
            return SystemObjects.componentStatus("etcd-0", isHealthy: true, message: #"{"health":"true"}"#)
        } catch {
            return SystemObjects.componentStatus("etcd-0", isHealthy: false, message: "", error: "\(error)")
        }
    }

    private func controllers() async -> KubeObject {
        let problem = runsUnelected ? nil : await leaseProblem()
        return SystemObjects.componentStatus(
            "controller-manager", isHealthy: problem == nil, message: problem ?? "ok", error: problem ?? "")
    }

    private func leaseProblem() async -> String? {
        guard let stored = try? await store.get(Self.lease), let tree = try? JSONValue(parsing: stored.value),
            let lease = KubeObject(tree), !lease.text("spec", "holderIdentity").isEmpty,
            let renewed = KubeTime.parse(lease.text("spec", "renewTime"))
        else { return "nobody holds the lease" }
        let age = ServiceClock.time().seconds - renewed.seconds
        return age > lease.integer("spec", "leaseDurationSeconds") ?? 15 ? "the lease is \(age) s old" : nil
    }
}
