public import KubeModel

/// Where a connection goes: an address of version 4 and a port.
public struct EndpointAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The address.
    public var ip: IPAddress
    /// The port.
    public var port: Int

    /// Makes an address.
    public init(_ ip: IPAddress, port: Int) { (self.ip, self.port) = (ip, port) }

    /// `10.0.0.1:80`.
    public var description: String { "\(ip):\(port)" }

    /// By address, then port.
    public static func < (left: Self, right: Self) -> Bool {
        left.ip == right.ip ? left.port < right.port : left.ip < right.ip
    }
}
