internal import ClusterBase
internal import KubeModel
internal import KubeNetworkCore

/// Reads and writes the system's routes with the `ip` tool; only those that carry this project's protocol number.
struct RouteTable: Sendable {
    /// The number by which the routes are known as this project's (see `ip route`, `proto`).
    static let protocolNumber = "114"

    /// An address of the host.
    struct HostAddress {
        var address: IPAddress
        /// The network it is in.
        var segment: CIDR
    }

    /// The host's own addresses, but those of loopback.
    func addresses() async throws -> [HostAddress] {
        // "2: eth0    inet 10.0.0.5/24 brd 10.0.0.255 scope global eth0\       valid_lft forever …"
        let text = try await Command.call("ip", ["-4", "-o", "addr", "show"])
        return text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 3, words[2] == "inet", let segment = CIDR(words[3]),
                let address = IPAddress(words[3].prefix { $0 != "/" }), !address.isLoopback
            else { return nil }
            return HostAddress(address: address, segment: segment)
        }
    }

    /// The routes written before.
    func routes() async throws -> [PodRoute] {
        // "10.244.2.0/24 via 10.0.0.6 dev eth0"; a single address stands without a length.
        let text = try await Command.call("ip", ["-4", "route", "show", "proto", Self.protocolNumber])
        return text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 2, words[1] == "via", let gateway = IPAddress(words[2]),
                let range = CIDR(words[0]) ?? CIDR(words[0] + "/32")
            else { return nil }
            return PodRoute(range, via: gateway)
        }
    }

    /// Takes routes away and writes others; what fails is left out and told, the rest is done.
    func change(remove: [PodRoute], add: [PodRoute]) async throws -> String? {
        let suffix = " proto \(Self.protocolNumber)\n"
        var commands = ""
        for route in remove { commands += "route del \(route.range) via \(route.gateway)" + suffix }
        for route in add { commands += "route add \(route.range) via \(route.gateway)" + suffix }
        guard !commands.isEmpty else { return nil }
        let output = try await Command.run("ip", ["-4", "-force", "-batch", "-"], input: commands)
        return output.code == 0 ? nil : output.errors.split(separator: "\n").joined(separator: "; ")
    }
}
