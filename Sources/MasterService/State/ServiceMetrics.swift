internal import NIOConcurrencyHelpers

/// What the service itself measures, by upstream's names (spec `mesos/10`).
final class ServiceMetrics: Sendable {
    /// How long the core takes for the runs of the allocator.
    let allocationRun = TimeSeries("allocator/mesos/allocation_run")
    /// How long such a run is due before it starts.
    let allocationLatency = TimeSeries("allocator/mesos/allocation_run_latency")
    /// How long records take to become durable.
    let stateStore = TimeSeries("registrar/state_store")
    /// How long it took to read the registry.
    let stateFetch = TimeSeries("registrar/state_fetch")

    /// How many records are being made durable.
    let queuedRecords = NIOLockedValueBox(0)
    /// How often peers wanted to prove who they are.
    let authentications = NIOLockedValueBox<UInt64>(0)

    var rows: [(name: String, value: Double)] {
        allocationRun.rows + allocationLatency.rows + stateStore.rows + stateFetch.rows
            + [("master/messages_authenticate", Double(authentications.withLockedValue { $0 }))]
    }
}

/// Times of something that is done again and again: the newest, and the spread of the last thousand.
final class TimeSeries: Sendable {
    private static let capacity = 1_000

    private struct State {
        var milliseconds: [Double] = []
        /// Where the next goes, once there are `capacity`.
        var next = 0
        var newest = 0.0
    }

    private let name: String
    private let state = NIOLockedValueBox(State())

    init(_ name: String) { self.name = name + "_ms" }

    func add(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let milliseconds = Double(seconds) * 1e3 + Double(attoseconds) / 1e15
        state.withLockedValue { state in
            state.newest = milliseconds
            if state.milliseconds.count < Self.capacity { return state.milliseconds.append(milliseconds) }
            state.milliseconds[state.next] = milliseconds
            state.next = (state.next + 1) % Self.capacity
        }
    }

    /// Nothing before the first.
    var rows: [(name: String, value: Double)] {
        let (newest, times) = state.withLockedValue { ($0.newest, $0.milliseconds.sorted()) }
        guard let least = times.first, let most = times.last else { return [] }
        func percentile(_ share: Double) -> Double {
            let place = share * Double(times.count - 1)
            let lower = Int(place)
            let upper = min(lower + 1, times.count - 1)
            return times[lower] + (times[upper] - times[lower]) * (place - Double(lower))
        }
        let shares: [(String, Double)] = [
            ("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p999", 0.999), ("p9999", 0.9999),
        ]
        return [(name, newest), (name + "/count", Double(times.count)), (name + "/min", least), (name + "/max", most)]
            + shares.map { (name + "/" + $0.0, percentile($0.1)) }
    }
}
