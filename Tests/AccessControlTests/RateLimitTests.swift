import AccessControl
import ClusterBase
import Testing

/// Rates of principals.
struct RateLimitTests {
    private func gate(_ text: String) throws -> RateGate {
        RateGate(try RateLimits(document: JSONValue(parsing: text)))
    }

    private func at(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64(seconds * 1e9)) }

    @Test func callsWaitForTheirTurnInOrder() throws {
        var gate = try gate(#"{"limits": [{"principal": "p", "qps": 2}]}"#)
        #expect(gate.take("p", now: at(0)) == .pass)
        #expect(gate.take("p", now: at(0)) == .wait(until: at(0.5)))
        #expect(gate.take("p", now: at(0)) == .wait(until: at(1)))
        // One whose time has come does not overtake those that wait.
        #expect(gate.take("p", now: at(0.75)) == .wait(until: at(1.5)))
        #expect(gate.take("p", now: at(5)) == .pass)
    }

    @Test func beyondTheCapacityCallsAreDropped() throws {
        var gate = try gate(#"{"limits": [{"principal": "p", "qps": 1, "capacity": 2}]}"#)
        #expect(gate.take("p", now: at(0)) == .pass)
        #expect(gate.take("p", now: at(0)) == .wait(until: at(1)))
        #expect(gate.take("p", now: at(0)) == .wait(until: at(2)))
        #expect(gate.take("p", now: at(0)) == .drop(capacity: 2))
        // A dropped call takes nobody's turn.
        #expect(gate.take("p", now: at(1)) == .wait(until: at(3)))
    }

    @Test func principalsThatAreNotNamedShareALimit() throws {
        var gate = try gate(
            #"{"limits": [{"principal": "free"}], "aggregate_default_qps": 1, "aggregate_default_capacity": 0}"#)
        #expect(gate.take("a", now: at(0)) == .pass)
        #expect(gate.take("b", now: at(0)) == .drop(capacity: 0))
        #expect(gate.take(nil, now: at(0)) == .drop(capacity: 0))
        for _ in 0..<10 { #expect(gate.take("free", now: at(0)) == .pass) }
    }

    @Test func principalsDoNotSlowEachOther() throws {
        var gate = try gate(#"{"limits": [{"principal": "p", "qps": 1}, {"principal": "q", "qps": 1}]}"#)
        #expect(gate.take("p", now: at(0)) == .pass)
        #expect(gate.take("q", now: at(0)) == .pass)
        #expect(gate.take("other", now: at(0)) == .pass)
    }

    @Test func withoutRatesNobodyHasToAsk() throws {
        #expect(try gate("{}").isOpen)
        #expect(try gate(#"{"limits": [{"principal": "p"}]}"#).isOpen)
        #expect(try !gate(#"{"aggregate_default_qps": 1}"#).isOpen)
    }

    @Test(arguments: [
        ("1", "rate_limits"), (#"{"limit": []}"#, "rate_limits.limit"), (#"{"limits": {}}"#, "rate_limits.limits"),
        (#"{"limits": [{"qps": 1}]}"#, "rate_limits.limits[0].principal"),
        (#"{"limits": [{"principal": "p", "qps": 0}]}"#, "rate_limits.limits[0].qps"),
        (#"{"limits": [{"principal": "p", "qps": "1"}]}"#, "rate_limits.limits[0].qps"),
        (#"{"limits": [{"principal": "p", "capacity": -1}]}"#, "rate_limits.limits[0].capacity"),
        (#"{"limits": [{"principal": "p", "rate": 1}]}"#, "rate_limits.limits[0].rate"),
        (#"{"limits": [{"principal": "p"}, {"principal": "p"}]}"#, "rate_limits.limits[1].principal"),
        (#"{"aggregate_default_qps": -2}"#, "rate_limits.aggregate_default_qps"),
    ])
    func aDocumentThatIsWrongIsRefusedWithTheFieldNamed(_ text: String, _ field: String) throws {
        let tree = try JSONValue(parsing: text)
        let error = #expect(throws: ClusterError.self) { try RateLimits(document: tree) }
        #expect(error?.field == field)
    }
}
