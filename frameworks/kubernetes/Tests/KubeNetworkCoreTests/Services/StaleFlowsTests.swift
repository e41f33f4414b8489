import KubeModel
import KubeNetworkCore
import Testing

@Suite struct StaleFlowsTests {
    private let name = ServiceObjects.name("dns", "dns")
    private let one = ServiceEndpoint(ServiceObjects.address("10.0.0.1:53"))
    private let two = ServiceEndpoint(ServiceObjects.address("10.0.0.2:53"))
    private var port: ServicePort {
        var port = ServicePort(name, .udp, clusterIP: ServiceObjects.ip("10.254.0.10"), port: 53)
        port.nodePort = 30053
        return port
    }

    private func flow(_ destination: String, _ answerer: String) -> UDPFlow {
        UDPFlow(to: ServiceObjects.address(destination), answeredBy: ServiceObjects.address(answerer))
    }

    @Test func exchangesWithAnEndpointThatIsGoneAreStale() {
        var flows = StaleFlows()
        flows.note(name, port, [one, two])
        flows.clear()
        flows.note(name, port, [two])
        #expect(flows.isStale(flow("10.254.0.10:53", "10.0.0.1:53")))
        #expect(flows.isStale(flow("192.168.0.1:30053", "10.0.0.1:53")))
        #expect(!flows.isStale(flow("10.254.0.10:53", "10.0.0.2:53")))
        #expect(!flows.isStale(flow("10.0.0.1:53", "10.0.0.1:53")))
        #expect(!flows.isStale(flow("10.254.0.11:53", "10.0.0.1:53")))
        flows.clear()
        #expect(flows.isEmpty)
    }

    @Test func unansweredExchangesAreStaleWithTheFirstEndpoint() {
        var flows = StaleFlows()
        flows.note(name, port, [])
        #expect(flows.isEmpty)
        flows.note(name, port, [one])
        #expect(flows.isStale(flow("10.254.0.10:53", "10.254.0.10:53")))
        #expect(!flows.isStale(flow("10.254.0.10:53", "10.0.0.1:53")))
    }

    @Test func allExchangesOfAServiceThatIsGoneAreStale() {
        var flows = StaleFlows()
        flows.note(name, port, [one])
        flows.clear()
        flows.note(name, nil, [])
        #expect(flows.isStale(flow("10.254.0.10:53", "10.0.0.1:53")))
    }

    @Test func streamsAreNobodysBusiness() {
        var flows = StaleFlows()
        var port = port
        port.transport = .tcp
        flows.note(name, port, [one])
        flows.note(name, port, [])
        #expect(flows.isEmpty)
    }
}
