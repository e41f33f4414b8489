public import KubeModel

/// A port of a service: what the proxy balances, and how rules name it.
public struct ServicePortName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The service.
    public var service: ObjectKey
    /// The port's name; empty when the service's only port has none.
    public var port: String

    /// Makes a name.
    public init(_ service: ObjectKey, port: String = "") { (self.service, self.port) = (service, port) }

    /// `default/web:http`, or `default/web` when the port has no name.
    public var description: String { port.isEmpty ? service.description : "\(service):\(port)" }

    /// By namespace, service, then port.
    public static func < (left: Self, right: Self) -> Bool {
        left.service == right.service ? left.port < right.port : left.service < right.service
    }
}
