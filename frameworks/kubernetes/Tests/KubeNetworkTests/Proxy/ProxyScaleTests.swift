import ClusterBase
import KubeModel
import KubeNetwork
import KubeNetworkCore
import TestSupport
import Testing

/// Many services: what is written, and how long that takes (told, not asserted).
@Suite(.enabled(if: NetworkLab.isAvailable)) struct ProxyScaleTests {
    @Test func aThousandServicesWithTenEndpointsEach() async throws {
        try await NetworkLab.run { lab in
            let proxy = try ProxyUnderTest(.iptables, lab)
            let services = (0..<1_000).map { number in
                let ip = "10.254.\(number / 250 + 1).\(number % 250 + 1)"
                let addresses = (0..<10).map { "10.\(100 + number / 250).\(number % 250).\($0 + 1)" }
                return (ProxyUnderTest.service("web\(number)", ip: ip), addresses)
            }
            let clock = ContinuousClock()
            let began = clock.now
            try await proxy.tell(services)
            let all = await proxy.proxy.figures
            print("figure: 1,000 services × 10 endpoints: \(clock.now - began), iptables \(all.lastDuration)")
            #expect(all.chains > 11_000)
            for round in 1...3 {
                let began = clock.now
                try await proxy.move(services[500].0, to: Array(services[500].1.prefix(10 - round)))
                let one = await proxy.proxy.figures
                print("figure: one endpoint less: \(clock.now - began), iptables \(one.lastDuration)")
                #expect(one.lastTouched == 2)
            }
            let service = clock.now
            try await proxy.tell([(ProxyUnderTest.service("new", ip: "10.254.9.9"), ["10.88.1.11"])])
            print("figure: one service more: \(clock.now - service)")
        }
    }
}
