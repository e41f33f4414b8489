public import ClusterBase
public import KubeModel

/// Takes the endpoints behind a port of a service in turn; a client may keep the one it had.
///
/// The order is shuffled whenever the set changes, so that several proxies do not all begin with the same endpoint.
/// Source: upstream `pkg/proxy/userspace/roundrobin.go` (1.20); spec `kubernetes/06` §6.3.
public struct RoundRobinBalancer: Sendable {
    private struct Session {
        var endpoint: EndpointAddress
        var lastUse: Instant
    }

    private static let sessionLimit = 65_536

    private var endpoints: [EndpointAddress] = []
    private var place = 0
    private var sessions: [IPAddress: Session] = [:]
    private var nextSweep = Instant(nanoseconds: .min)
    /// How long a client keeps its endpoint after its last connection; nil when it keeps none.
    public private(set) var affinity: Duration?

    /// A balancer without endpoints.
    public init() {}

    /// How many clients have an endpoint of their own.
    public var sessionCount: Int { sessions.count }

    /// Sets how long clients keep their endpoints; nil forgets them.
    public mutating func setAffinity(_ affinity: Duration?) {
        self.affinity = affinity
        if affinity == nil { sessions = [:] }
    }

    /// Sets the endpoints; clients lose those that are gone.
    public mutating func set(_ new: [EndpointAddress], using random: inout some RandomNumberGenerator) {
        guard new.sorted() != endpoints.sorted() else { return }
        endpoints = new.shuffled(using: &random)
        place = 0
        let known = Set(new)
        sessions = sessions.filter { known.contains($0.value.endpoint) }
    }

    /// The endpoint of a client's next connection; nil when there is none.
    ///
    /// - Parameter isRetry: the endpoint chosen before could not be reached: the client gets another.
    public mutating func next(for client: IPAddress, now: Instant, isRetry: Bool = false) -> EndpointAddress? {
        guard !endpoints.isEmpty else { return nil }
        if let affinity, !isRetry, let session = sessions[client], now - session.lastUse < affinity {
            sessions[client]?.lastUse = now
            return session.endpoint
        }
        let endpoint = endpoints[place]
        place = (place + 1) % endpoints.count
        if let affinity {
            sweep(affinity, now)
            sessions[client] = Session(endpoint: endpoint, lastUse: now)
        }
        return endpoint
    }

    /// Forgets clients that were silent for too long, at most once in a tenth of that time, and all of them when there
    /// are too many.
    private mutating func sweep(_ affinity: Duration, _ now: Instant) {
        guard now >= nextSweep || sessions.count >= Self.sessionLimit else { return }
        nextSweep = now + affinity / 10
        sessions = sessions.filter { now - $0.value.lastUse < affinity }
        if sessions.count >= Self.sessionLimit { sessions = [:] }
    }
}
