public import ClusterBase

/// How many calls per second principals may make: the document of `--rate_limits`.
///
/// Source: spec `mesos/06` §6.9; mesos `include/mesos/mesos.proto` (`RateLimits`).
public struct RateLimits: Hashable, Sendable {
    /// A limit of one principal, or of all that are not named together.
    public struct Limit: Hashable, Sendable {
        /// Calls per second; nil = no limit.
        public var rate: Double?
        /// How many calls may wait for their turn; nil = any number.
        public var capacity: Int?

        /// Makes a limit.
        public init(rate: Double?, capacity: Int? = nil) { (self.rate, self.capacity) = (rate, capacity) }
    }

    /// The limits of principals that are named.
    public var limits: [String: Limit]
    /// What all others share; without a rate they are not limited.
    public var shared: Limit

    /// Makes limits.
    public init(limits: [String: Limit] = [:], shared: Limit = Limit(rate: nil)) {
        (self.limits, self.shared) = (limits, shared)
    }

    /// Reads the document; throws `ClusterError` `invalidArgument` that names the field.
    public init(document: JSONValue) throws(ClusterError) {
        guard let object = document.object else { throw RateLimits.wrong("rate_limits", "expected an object") }
        self.init()
        let known = ["limits", "aggregate_default_qps", "aggregate_default_capacity"]
        for key in object.keys where !known.contains(key) {
            throw RateLimits.wrong("rate_limits.\(key)", "is unknown; expected one of \(known.joined(separator: ", "))")
        }
        shared = try RateLimits.limit(object, "aggregate_default_qps", "aggregate_default_capacity", "rate_limits")
        guard let list = object["limits"] else { return }
        guard let entries = list.array else { throw RateLimits.wrong("rate_limits.limits", "expected an array") }
        for (at, entry) in entries.enumerated() {
            let field = "rate_limits.limits[\(at)]"
            guard let row = entry.object else { throw RateLimits.wrong(field, "expected an object") }
            for key in row.keys where !["principal", "qps", "capacity"].contains(key) {
                throw RateLimits.wrong("\(field).\(key)", "is unknown; expected principal, qps or capacity")
            }
            guard let principal = row["principal"]?.string, !principal.isEmpty else {
                throw RateLimits.wrong(field + ".principal", "expected a name")
            }
            guard limits[principal] == nil else {
                throw RateLimits.wrong(field + ".principal", "'\(principal)' occurs twice")
            }
            limits[principal] = try RateLimits.limit(row, "qps", "capacity", field)
        }
    }

    private static func limit(
        _ object: JSONObject, _ rate: String, _ capacity: String, _ field: String
    ) throws(ClusterError) -> Limit {
        var limit = Limit(rate: nil)
        if let value = object[rate] {
            guard let number = value.double, number > 0, number.isFinite else {
                throw wrong("\(field).\(rate)", "expected a number above 0")
            }
            limit.rate = number
        }
        if let value = object[capacity] {
            guard let number = value.integer, number >= 0, number <= Int.max else {
                throw wrong("\(field).\(capacity)", "expected a whole number that is not negative")
            }
            limit.capacity = Int(number)
        }
        return limit
    }

    private static func wrong(_ field: String, _ problem: String) -> ClusterError {
        ClusterError(.invalidArgument, problem, field: field)
    }
}

/// Lets calls through at the rates of `RateLimits`, each principal's in order.
///
/// A plain value: the owner asks with the time, keeps the calls that are to wait, and asks again when their time has
/// come.
public struct RateGate: Sendable {
    /// What is to become of a call.
    public enum Decision: Hashable, Sendable {
        /// It goes through at once.
        case pass
        /// It goes through at this time, after those before it.
        case wait(until: Instant)
        /// Too many wait already; so many may.
        case drop(capacity: Int)
    }

    private struct Lane {
        var limit: RateLimits.Limit
        /// When the next call may pass.
        var next: Instant
        /// The times at which calls that wait will pass, oldest first.
        var waiting: [Instant] = []
    }

    private let limits: RateLimits
    private var lanes: [String?: Lane] = [:]

    /// Makes a gate that nobody has passed.
    public init(_ limits: RateLimits) { self.limits = limits }

    /// Whether nobody is limited, so that nobody has to ask.
    public var isOpen: Bool { limits.shared.rate == nil && limits.limits.values.allSatisfy { $0.rate == nil } }

    /// Takes a call of a principal; those without one, and those that are not named, share a lane.
    public mutating func take(_ principal: String?, now: Instant) -> Decision {
        let key = principal.flatMap { limits.limits[$0] == nil ? nil : $0 }
        let limit = key.flatMap { limits.limits[$0] } ?? limits.shared
        guard let rate = limit.rate else { return .pass }
        var lane = lanes[key] ?? Lane(limit: limit, next: now)
        let passed = lane.waiting.firstIndex { $0 > now } ?? lane.waiting.count
        lane.waiting.removeFirst(passed)
        let interval = Duration.nanoseconds(Int64(1e9 / rate))
        defer { lanes[key] = lane }
        if lane.waiting.isEmpty, lane.next <= now {
            lane.next = now + interval
            return .pass
        }
        if let capacity = limit.capacity, lane.waiting.count >= capacity { return .drop(capacity: capacity) }
        let turn = max(lane.next, now)
        lane.waiting.append(turn)
        lane.next = turn + interval
        return .wait(until: turn)
    }
}
