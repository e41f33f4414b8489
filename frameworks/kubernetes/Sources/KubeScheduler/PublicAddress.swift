internal import HTTPTransport
internal import KubeClient

/// Where others reach a scheduler's HTTP server.
struct PublicAddress: Hashable, Sendable {
    private static let wildcards: Set<String> = ["0.0.0.0", "::", ""]

    /// Host and port for URLs.
    let authority: String
    /// The address and port for Endpoints.
    let location: PoolServices.Location

    /// The URL without a path.
    var url: String { "http://\(authority)" }

    init(_ configuration: SchedulerConfiguration, bound: BoundAddress) {
        let host = Self.wildcards.contains(bound.host) ? HostName.current : bound.host
        let own = BoundAddress(host: host, port: bound.port)
        let advertised = configuration.advertisedAddress.map { Self.split($0, port: bound.port) } ?? own
        authority = advertised.description
        location = PoolServices.Location(
            address: configuration.serviceAddress ?? advertised.host, port: advertised.port)
    }

    /// Reads `host`, `host:port`, `[v6]` or `[v6]:port`.
    private static func split(_ text: String, port: Int) -> BoundAddress {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let host = String(text[text.index(after: text.startIndex)..<end])
            return BoundAddress(host: host, port: Int(text[end...].dropFirst(2)) ?? port)
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let given = Int(parts[1]) else { return BoundAddress(host: text, port: port) }
        return BoundAddress(host: String(parts[0]), port: given)
    }
}
