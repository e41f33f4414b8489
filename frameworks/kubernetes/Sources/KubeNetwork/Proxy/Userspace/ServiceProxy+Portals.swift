internal import ClusterBase
internal import KubeModel
internal import KubeNetworkCore
internal import Logging
internal import NIOCore
internal import NIOPosix

extension ServiceProxy {
    /// The rules of a port whose sockets are open; nil when there is no such port, or no socket for it.
    func portalRules(
        _ name: ServicePortName, _ port: ServicePort?, _ endpoints: [ServiceEndpoint]
    ) async -> ServiceRules? {
        if let portal = portals[name], portal.transport != port?.transport { forget(name, portal) }
        guard let port, port.transport != .sctp else { return nil }
        do {
            if portals[name] == nil { portals[name] = try await open(port) }
        } catch {
            logger.error("no socket for a service", metadata: ["service": "\(name)", "error": "\(error)"])
            return nil
        }
        await openNodePort(port)
        guard let portal = portals[name] else { return nil }
        portal.balancer.set(endpoints.map(\.address), affinitySeconds: port.affinitySeconds)
        return PortalRules.rules(for: port, socket: portal.socket.port, nodeAddress: configuration.nodeAddress)
    }

    /// Closes the sockets that rules no longer lead to.
    func closeForgottenPortals() async {
        let sockets = forgotten
        forgotten = []
        for socket in sockets { await socket.close() }
    }

    /// Closes every socket.
    func closePortals() async {
        for (name, portal) in portals { forget(name, portal) }
        await closeForgottenPortals()
    }

    private func forget(_ name: ServicePortName, _ portal: Portal) {
        forgotten.append(portal.socket)
        if let (_, socket) = portal.nodePort { forgotten.append(socket) }
        portals[name] = nil
    }

    private func open(_ port: ServicePort) async throws -> Portal {
        let balancer = PortalBalancer()
        return Portal(transport: port.transport, balancer: balancer, socket: try await open(port, at: 0, balancer))
    }

    private func openNodePort(_ port: ServicePort) async {
        guard let portal = portals[port.name], portal.nodePort?.number != port.nodePort else { return }
        if let (_, socket) = portal.nodePort { await socket.close() }
        portals[port.name]?.nodePort = nil
        guard let number = port.nodePort else { return }
        do { portals[port.name]?.nodePort = (number, try await open(port, at: number, portal.balancer)) } catch {
            logger.error(
                "a node port is in use by another program; its rules are written all the same",
                metadata: ["service": "\(port.name)", "port": "\(number)/\(port.transport)"])
        }
    }

    private func open(_ port: ServicePort, at number: Int, _ balancer: PortalBalancer) async throws -> Portal.Socket {
        let group = MultiThreadedEventLoopGroup.singleton
        guard port.transport == .udp else {
            return .stream(try await StreamPortal.open(port: number, balancer, on: group))
        }
        let timeout = TimeAmount.nanoseconds(configuration.udpTimeout.totalNanoseconds)
        let address = configuration.nodeAddress.description
        return .datagram(
            try await DatagramPortal.open(
                port: number, nodeAddress: address, balancer, timeout: timeout, on: group))
    }
}
