internal import CommandFlags
internal import Foundation

/// How a daemon finds the name and address it presents to peers.
enum HostNames {
    /// The advertised name: `--hostname`, or the address's name when look-up is on and finds one, or the address.
    static func hostname(_ values: FlagValues, ip: String) -> String {
        if let name = values["hostname"], !name.isEmpty { return name }
        guard values.bool("hostname_lookup"), let name = reverse(ip) else { return ip }
        return name
    }

    /// The address to tell peers when listening on all: the first address that the machine's own name stands for,
    /// loopback when there is none.
    static func advertised(listening: String) -> String {
        guard listening == "0.0.0.0" else { return listening }
        return forward(ProcessInfo.processInfo.hostName) ?? "127.0.0.1"
    }

    private static func forward(_ name: String) -> String? {
        var hints = addrinfo()
        hints.ai_family = AF_INET
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0, let first = list else { return nil }
        defer { freeaddrinfo(list) }
        return numeric(first.pointee.ai_addr, first.pointee.ai_addrlen, NI_NUMERICHOST)
    }

    private static func reverse(_ ip: String) -> String? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        guard inet_pton(AF_INET, ip, &address.sin_addr) == 1 else { return nil }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                numeric($0, socklen_t(MemoryLayout<sockaddr_in>.size), NI_NAMEREQD)
            }
        }
    }

    private static func numeric(_ address: UnsafePointer<sockaddr>?, _ length: socklen_t, _ flags: Int32) -> String? {
        var buffer = [CChar](repeating: 0, count: 1025)
        guard getnameinfo(address, length, &buffer, socklen_t(buffer.count), nil, 0, flags) == 0 else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
