internal import KubeNetworkCore
internal import NIOCore
internal import NIOPosix

/// The sockets of a port of a service in userspace mode.
struct Portal: Sendable {
    /// A socket of either protocol.
    enum Socket: Sendable {
        case stream(StreamPortal)
        case datagram(DatagramPortal)

        var port: Int {
            switch self {
            case .stream(let portal): portal.port
            case .datagram(let portal): portal.port
            }
        }

        func close() async {
            switch self {
            case .stream(let portal): await portal.close()
            case .datagram(let portal): await portal.close()
            }
        }
    }

    /// The protocol of the sockets.
    var transport: TransportProtocol
    /// What all of them share.
    let balancer: PortalBalancer
    /// Where rules lead.
    var socket: Socket
    /// The node port and the socket there, which works without rules, too.
    var nodePort: (number: Int, socket: Socket)?
}
