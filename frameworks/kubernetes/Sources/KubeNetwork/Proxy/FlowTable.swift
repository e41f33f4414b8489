internal import ClusterBase
internal import Glibc
internal import KubeModel
internal import KubeNetworkCore

/// The exchanges that the kernel remembers (connection tracking), by its netlink interface.
enum FlowTable {
    // linux/netlink.h, linux/netfilter/nfnetlink.h, linux/netfilter/nfnetlink_conntrack.h
    private static let netfilter: Int32 = 12
    private static let getMessage: UInt16 = 1 << 8 | 1
    private static let deleteMessage: UInt16 = 1 << 8 | 2
    private static let errorMessage: UInt16 = 2
    private static let doneMessage: UInt16 = 3
    private static let requestFlag: UInt16 = 1
    private static let acknowledgeFlag: UInt16 = 4
    private static let dumpFlag: UInt16 = 0x300
    private static let headLength = 20
    private static let originalTuple = 1
    private static let replyTuple = 2

    /// Forgets the UDP exchanges of version 4 that `isStale` names; returns how many there were.
    static func forget(_ isStale: (UDPFlow) -> Bool) throws -> Int {
        let handle = socket(AF_NETLINK, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), netfilter)
        guard handle >= 0 else { throw systemError("cannot reach connection tracking") }
        defer { close(handle) }
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var stale: [[UInt8]] = []
        try exchange(handle, message(getMessage, requestFlag | dumpFlag)) { body in
            if let (flow, tuple) = Self.flow(body), isStale(flow) { stale.append(tuple) }
        }
        for tuple in stale {
            let attribute = Self.attribute(originalTuple | 0x8000, tuple)
            let deletion = message(deleteMessage, requestFlag | acknowledgeFlag, attribute)
            // One that ended by itself meanwhile is as good as forgotten.
            do { try exchange(handle, deletion) { _ in } } catch let error as Refusal where error.number == ENOENT {}
        }
        return stale.count
    }

    private struct Refusal: Error {
        let number: Int32
    }

    private static func message(_ type: UInt16, _ flags: UInt16, _ attributes: [UInt8] = []) -> [UInt8] {
        var bytes = native(UInt32(headLength + attributes.count)) + native(type) + native(flags)
        bytes += native(UInt32(1)) + native(UInt32(0)) + [UInt8(AF_INET), 0, 0, 0]
        return bytes + attributes
    }

    private static func attribute(_ type: Int, _ value: [UInt8]) -> [UInt8] {
        let padding = [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
        return native(UInt16(value.count + 4)) + native(UInt16(type)) + value + padding
    }

    private static func native<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number) { Array($0) }
    }

    private static func number<Number: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>, _ offset: Int) -> Number {
        var result: Number = 0
        withUnsafeMutableBytes(of: &result) { target in
            for index in target.indices { target[index] = bytes[bytes.startIndex + offset + index] }
        }
        return result
    }

    /// Sends a request and hands each answer's attributes to `take`, until the last.
    private static func exchange(
        _ handle: Int32, _ request: [UInt8], _ take: (ArraySlice<UInt8>) throws -> Void
    ) throws {
        guard send(handle, request, request.count, 0) == request.count else {
            throw systemError("cannot ask connection tracking")
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 17)
        while true {
            let count = recv(handle, &buffer, buffer.count, 0)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw systemError("connection tracking does not answer") }
            var rest = buffer[..<count]
            while rest.count >= 16 {
                let length = Int(number(rest, 0) as UInt32)
                guard length >= 16, length <= rest.count else { return }
                let type: UInt16 = number(rest, 4)
                if type == doneMessage { return }
                if type == errorMessage {
                    let code = length >= headLength ? -(number(rest, 16) as Int32) : EIO
                    if code != 0 { throw Refusal(number: code) }
                    return
                }
                if length > headLength {
                    try take(rest[(rest.startIndex + headLength)..<(rest.startIndex + length)])
                }
                rest = rest.dropFirst((length + 3) & ~3)
            }
        }
    }

    private static func attributes(_ bytes: ArraySlice<UInt8>) -> [Int: ArraySlice<UInt8>] {
        var found: [Int: ArraySlice<UInt8>] = [:]
        var rest = bytes
        while rest.count >= 4 {
            let length = Int(number(rest, 0) as UInt16)
            guard length >= 4, length <= rest.count else { break }
            found[Int(number(rest, 2) as UInt16) & 0x3fff] = rest[(rest.startIndex + 4)..<(rest.startIndex + length)]
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return found
    }

    private struct Tuple {
        var source: EndpointAddress
        var destination: EndpointAddress
    }

    /// The flow of an entry and its original tuple as it came; nil when it is not UDP over version 4.
    private static func flow(_ body: ArraySlice<UInt8>) -> (UDPFlow, [UInt8])? {
        let parts = attributes(body)
        guard let original = parts[originalTuple], let reply = parts[replyTuple], let there = tuple(original),
            let back = tuple(reply)
        else { return nil }
        return (UDPFlow(to: there.destination, answeredBy: back.source), Array(original))
    }

    private static func tuple(_ bytes: ArraySlice<UInt8>) -> Tuple? {
        let parts = attributes(bytes)
        guard let ip = parts[1].map(attributes), let ports = parts[2].map(attributes),
            let source = ip[1], let destination = ip[2], source.count == 4, destination.count == 4,
            ports[1]?.first == UInt8(IPPROTO_UDP), let from = ports[2], let to = ports[3],
            from.count == 2, to.count == 2
        else { return nil }
        return Tuple(source: address(source, from), destination: address(destination, to))
    }

    private static func address(_ ip: ArraySlice<UInt8>, _ port: ArraySlice<UInt8>) -> EndpointAddress {
        let bits = ip.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return EndpointAddress(IPAddress(v4: bits), port: port.reduce(0) { $0 << 8 | Int($1) })
    }
}
