internal import ClusterBase
internal import Glibc
internal import KubeModel
internal import KubeNetworkCore
internal import NIOCore

/// Holds ports open that rules carry, so that no other program on the node takes them for its own.
struct PortHolder {
    /// A port at an address; nil is every address.
    struct Place: Hashable {
        var address: IPAddress?
        var port: Int
        var transport: TransportProtocol
    }

    private var sockets: [ServicePortName: [Place: Int32]] = [:]

    /// Holds exactly these places for a port of a service; returns those that others have.
    mutating func hold(_ places: [Place], for name: ServicePortName) -> [Place] {
        var held = sockets[name] ?? [:]
        for (place, socket) in held where !places.contains(place) {
            close(socket)
            held[place] = nil
        }
        var refused: [Place] = []
        for place in places where held[place] == nil {
            if let socket = Self.open(place) { held[place] = socket } else { refused.append(place) }
        }
        sockets[name] = held.isEmpty ? nil : held
        return refused
    }

    /// Lets go of everything.
    mutating func releaseAll() {
        for socket in sockets.values.flatMap(\.values) { close(socket) }
        sockets = [:]
    }

    private static func open(_ place: Place) -> Int32? {
        let isStream = place.transport == .tcp
        let kind = (isStream ? SOCK_STREAM : SOCK_DGRAM).rawValue | SOCK_CLOEXEC.rawValue
        let handle = socket(AF_INET, Int32(kind), 0)
        guard handle >= 0 else { return nil }
        var yes: Int32 = 1
        if isStream { setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size)) }
        let ip = place.address ?? IPAddress(v4: 0)
        let result = try? SocketAddress(ipAddress: ip.description, port: place.port).withSockAddr { address, size in
            bind(handle, address, socklen_t(size))
        }
        guard result == 0, !isStream || listen(handle, 1) == 0 else {
            close(handle)
            return nil
        }
        return handle
    }
}
