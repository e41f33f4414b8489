import ClusterBase
import HTTPTransport
import KubeClient
import KubeModel
import KubeNode
import TestSupport
import Testing

/// What a node costs the API server.
@Suite struct IdleCostTests {
    /// Only the lease is written while nothing happens: in ten minutes of the node's time some sixty renewals, two
    /// reports of the node, and nothing for pods.
    @Test func podsAtRestCostNothing() async throws {
        try await TestNode.with(speed: 200) { node in
            for number in 0..<30 { try await node.run("p\(number)") }
            for number in 0..<30 { _ = try await node.waitFor(.running, "p\(number)") }
            try await eventually("every pod is shown as ready") {
                try await node.client.list(.pods).objects.allSatisfy { $0.condition("Ready") == "True" }
            }
            try await eventually("the events are written") {
                let before = try await revisions(node).latest
                try await node.clock.sleep(.seconds(5))
                return try await revisions(node).latest == before
            }
            let before = try await revisions(node)
            let start = node.clock.steady()
            try await node.clock.sleep(.seconds(600))
            let minutes = (node.clock.steady() - start).totalSeconds / 60
            let after = try await revisions(node)
            #expect(after.pods == before.pods)
            // The store's revision counts every write; events of the start may still come in late.
            let late = try await node.client.list(.events).objects.count {
                Int64($0.resourceVersion) ?? 0 > before.latest
            }
            #expect(Double(after.latest - before.latest) - Double(late) <= minutes * 6 + 15)
        }
    }

    private func revisions(_ node: TestNode) async throws -> (latest: Int64, pods: [String]) {
        let list = try await node.client.list(.pods)
        return (try #require(Int64(list.resourceVersion)), list.objects.map(\.resourceVersion))
    }
}
