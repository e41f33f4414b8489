internal import ClusterBase
internal import KubeClient
internal import KubeModel
internal import KubeNetworkCore
internal import NIOConcurrencyHelpers
internal import NIOCore

/// The endpoints behind a port, as all sockets of the port see them.
final class PortalBalancer: Sendable {
    private let box = NIOLockedValueBox(RoundRobinBalancer())

    /// Sets what stands behind the port.
    func set(_ endpoints: [EndpointAddress], affinitySeconds: Int?) {
        box.withLockedValue { balancer in
            var random = SystemRandomNumberGenerator()
            balancer.setAffinity(affinitySeconds.map { .seconds($0) })
            balancer.set(endpoints, using: &random)
        }
    }

    /// The endpoint of a client's next connection; nil when there is none.
    func next(for client: SocketAddress?, isRetry: Bool = false) -> SocketAddress? {
        let ip = client?.ipAddress.flatMap { IPAddress($0) } ?? IPAddress(v4: 0)
        let endpoint = box.withLockedValue { $0.next(for: ip, now: ServiceClock.steady(), isRetry: isRetry) }
        return endpoint.flatMap { try? SocketAddress(ipAddress: $0.ip.description, port: $0.port) }
    }
}
