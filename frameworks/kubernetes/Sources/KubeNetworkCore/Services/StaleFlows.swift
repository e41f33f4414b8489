internal import KubeModel

/// A UDP exchange as the kernel remembers it: where the client sent to, and who answers.
public struct UDPFlow: Hashable, Sendable {
    /// Where the client sends to.
    public var destination: EndpointAddress
    /// Who answers; the destination itself when the kernel changed nothing.
    public var answerer: EndpointAddress

    /// Makes a flow.
    public init(to destination: EndpointAddress, answeredBy answerer: EndpointAddress) {
        (self.destination, self.answerer) = (destination, answerer)
    }
}

/// Finds out which UDP exchanges the kernel must forget: it would go on sending their packets to endpoints that are
/// gone, or nowhere though there are endpoints by now.
public struct StaleFlows: Sendable {
    private struct Known {
        var port: ServicePort
        var endpoints: Set<EndpointAddress>
    }

    private struct Reason {
        var port: ServicePort
        /// Endpoints that are gone.
        var gone: Set<EndpointAddress>
        /// Whether exchanges that no endpoint answers are stale, too.
        var isFirst: Bool
    }

    private var known: [ServicePortName: Known] = [:]
    private var reasons: [Reason] = []

    /// Knows nothing.
    public init() {}

    /// Whether nothing is stale, as far as is known.
    public var isEmpty: Bool { reasons.isEmpty }

    /// Takes what a port leads to from now on; nil when there is no such port any more.
    public mutating func note(_ name: ServicePortName, _ port: ServicePort?, _ endpoints: [ServiceEndpoint]) {
        let new = Set(endpoints.map(\.address))
        if let old = known[name] {
            let gone =
                port.map { $0.transport == .udp && $0.isEntered(as: old.port) } == true
                ? old.endpoints.subtracting(new) : old.endpoints
            if !gone.isEmpty { reasons.append(Reason(port: old.port, gone: gone, isFirst: false)) }
        }
        guard let port, port.transport == .udp else {
            known[name] = nil
            return
        }
        if known[name]?.endpoints.isEmpty ?? true, !new.isEmpty {
            reasons.append(Reason(port: port, gone: [], isFirst: true))
        }
        known[name] = Known(port: port, endpoints: new)
    }

    /// Whether the kernel must forget an exchange.
    public func isStale(_ flow: UDPFlow) -> Bool {
        reasons.contains { reason in
            guard reason.port.isEntrance(flow.destination) else { return false }
            return reason.gone.contains(flow.answerer) || (reason.isFirst && flow.answerer == flow.destination)
        }
    }

    /// What was stale has been forgotten.
    public mutating func clear() { reasons = [] }
}

extension ServicePort {
    /// Whether a packet to this destination is for the port, as far as destinations tell.
    fileprivate func isEntrance(_ destination: EndpointAddress) -> Bool {
        if destination.port == nodePort { return true }
        return destination.port == port && ([clusterIP] + externalIPs + ingressIPs).contains(destination.ip)
    }

    /// Whether the same destinations lead to another port.
    fileprivate func isEntered(as other: ServicePort) -> Bool {
        (clusterIP, port, nodePort) == (other.clusterIP, other.port, other.nodePort)
            && (externalIPs, ingressIPs) == (other.externalIPs, other.ingressIPs)
    }
}
