import ClusterBase
import KubeModel
import KubeNetworkCore
import Testing

@Suite struct RoundRobinBalancerTests {
    private let endpoints = ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"].map(ServiceObjects.address)
    private let client = ServiceObjects.ip("192.168.1.1")
    private let other = ServiceObjects.ip("192.168.1.2")
    private let start = Instant.epoch

    private func balancer(affinity: Duration? = nil, seed: UInt64 = 1) -> RoundRobinBalancer {
        var random = SeededRandom(seed: seed)
        var balancer = RoundRobinBalancer()
        balancer.setAffinity(affinity)
        balancer.set(endpoints, using: &random)
        return balancer
    }

    @Test func endpointsComeInTurn() {
        var balancer = balancer()
        let taken = (0..<9).compactMap { _ in balancer.next(for: client, now: start) }
        #expect(Set(taken[0..<3]) == Set(endpoints))
        #expect(taken[0..<3] == taken[3..<6])
        #expect(taken[0..<3] == taken[6..<9])
    }

    @Test func theOrderIsShuffledWithEachNewSet() {
        let orders = (0..<40).map { seed in
            var balancer = balancer(seed: UInt64(seed))
            return (0..<3).compactMap { _ in balancer.next(for: client, now: start) }
        }
        #expect(Set(orders).count == 6)
    }

    @Test func theSameSetInAnotherOrderChangesNothing() {
        var balancer = balancer()
        let first = balancer.next(for: client, now: start)
        var random = SeededRandom(seed: 9)
        balancer.set(endpoints.reversed(), using: &random)
        #expect(balancer.next(for: client, now: start) != first)
    }

    @Test func noEndpointsMeanNone() {
        var balancer = RoundRobinBalancer()
        #expect(balancer.next(for: client, now: start) == nil)
    }

    @Test func aClientKeepsItsEndpointWhileItIsHeardOf() {
        var balancer = balancer(affinity: .seconds(10))
        let first = balancer.next(for: client, now: start)
        let second = balancer.next(for: other, now: start)
        #expect(first != second)
        for seconds in stride(from: 9, through: 90, by: 9) {
            #expect(balancer.next(for: client, now: start + .seconds(seconds)) == first)
        }
        #expect(balancer.next(for: client, now: start + .seconds(101)) != first)
    }

    @Test func anEndpointThatFailsIsExchanged() {
        var balancer = balancer(affinity: .seconds(10))
        let first = balancer.next(for: client, now: start)
        let second = balancer.next(for: client, now: start, isRetry: true)
        #expect(first != second)
        #expect(balancer.next(for: client, now: start) == second)
    }

    @Test func clientsOfAnEndpointThatIsGoneGetAnother() {
        var balancer = balancer(affinity: .seconds(10))
        let first = balancer.next(for: client, now: start)
        var random = SeededRandom(seed: 3)
        balancer.set(endpoints.filter { $0 != first }, using: &random)
        #expect(balancer.sessionCount == 0)
        #expect(balancer.next(for: client, now: start) != first)
    }

    @Test func silentClientsAreForgotten() {
        var balancer = balancer(affinity: .seconds(10))
        for number in 0..<1_000 {
            _ = balancer.next(for: IPAddress(v4: UInt32(number)), now: start + .milliseconds(100 * number))
        }
        #expect(balancer.sessionCount <= 120)
    }
}
