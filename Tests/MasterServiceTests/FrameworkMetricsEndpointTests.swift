import ClusterBase
import ClusterModel
import HTTPTransport
import MasterCore
import MesosProtocol
import StateStorage
import TestSupport
import Testing

@testable import MasterService

/// Metrics of frameworks and of the master's queues as operators read them (spec `mesos/10`).
@Suite struct FrameworkMetricsEndpointTests {
    @Test func metricsOfAFrameworkAreReadThreeWays() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            let scheduler = try await ScriptedScheduler.subscribe(
                to: master, FrameworkInfo(user: "root", name: "my framework", principal: "some/one", roles: ["r"]),
                in: scope)
            let id = try await scheduler.frameworkID()
            #expect(try await scheduler.send(.suppress(roles: [])).status == .accepted)

            let prefix = "master/frameworks/my%20framework/\(id)/"
            let snapshot = try await master.client.get("/metrics/snapshot")
            #expect(snapshot[prefix + "calls/suppress"]?.double == 1 && snapshot[prefix + "calls"]?.double == 2)
            #expect(snapshot[prefix + "subscribed"]?.double == 1)
            #expect(snapshot[prefix + "roles/r/suppressed"]?.double == 1)
            #expect(snapshot["frameworks/some/one/messages_received"]?.double == 2)
            #expect(snapshot["frameworks/some/one/messages_processed"]?.double == 2)

            let answer = try await OperatorRequestTests.call(master, "GET_METRICS", "{}")
            let metrics = answer.json["get_metrics"]?["metrics"]?.array ?? []
            let calls = metrics.first { $0["name"]?.string == prefix + "calls/suppress" }
            #expect(calls?["value"]?.double == 1)

            let text = try await master.client.send(.get, "/metrics").text
            let labels = #"{framework="my%20framework",framework_id="\#(id)"}"#
            #expect(text.contains("# TYPE roost_master_framework_calls_suppress counter\n"))
            #expect(text.contains("roost_master_framework_calls_suppress\(labels) 1\n"))
            #expect(text.contains("# TYPE roost_master_framework_subscribed gauge\n"))
            #expect(text.contains(#"roost_frameworks_messages_processed{principal="some/one"} 2"#))
        }
    }

    @Test func frameworksAreLeftOutOnRequest() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope) {
                $0.core.publishesFrameworkMetrics = false
            }.leads()
            let scheduler = try await ScriptedScheduler.subscribe(
                to: master, FrameworkInfo(user: "root", name: "f"), in: scope)
            _ = try await scheduler.frameworkID()
            let names = try await master.client.get("/metrics/snapshot").object?.keys ?? []
            #expect(names.contains("master/frameworks_active"))
            #expect(!names.contains { $0.hasPrefix("master/frameworks/") })
        }
    }

    @Test func queuesAndTheRegistryAreMeasured() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            let before = try await master.client.get("/metrics/snapshot")
            #expect(before["registrar/registry_size_bytes"]?.double == Double(master.info.pid.utf8.count))
            for name in [
                "registrar/queued_operations", "master/event_queue_dispatches", "master/messages_authenticate",
                "master/messages_deactivate_framework", "allocator/event_queue_dispatches",
                "allocator/mesos/event_queue_dispatches",
            ] { #expect(before[name]?.double == 0, "\(name)") }

            let agent = try await ScriptedAgent.start(for: master.info, resources: "cpus:2;mem:1024", in: scope)
            _ = try await agent.registeredID()
            let scheduler = try await ScriptedScheduler.subscribe(
                to: master, FrameworkInfo(user: "root", name: "f"), in: scope)
            _ = try await scheduler.wait("an offer") { if case .offers(let offers) = $0 { offers.first } else { nil } }
            let after = try await master.client.get("/metrics/snapshot")
            #expect((after["registrar/registry_size_bytes"]?.double ?? 0) > 100)
            #expect((after["allocator/mesos/allocation_run_latency_ms"]?.double ?? -1) >= 0)
            #expect((after["allocator/mesos/allocation_run_latency_ms/count"]?.double ?? 0) >= 1)
        }
    }

    @Test func theRegistryKnowsItsSize() async throws {
        let store = MemoryVariableStore()
        let master = MasterInfo(id: "m", ip: "127.0.0.1", port: 5050, hostname: "m", version: "1.11.0")
        let registry = Registry(store: store, timeout: .seconds(5))
        #expect(await registry.size == nil)
        _ = try await registry.recover(as: master)
        let empty = try #require(await registry.size)
        try await registry.commit([.putGone("g", since: Instant(nanoseconds: 12_345)), .putMaster(master)])
        #expect(await registry.size == empty + 5)
        try await registry.commit([.putGone("g", since: Instant(nanoseconds: 7))])
        #expect(await registry.size == empty + 1)
        let next = Registry(store: store, timeout: .seconds(5))
        _ = try await next.recover(as: master)
        #expect(await next.size == empty + 1)
        try await next.commit([.deleteGone("g")])
        #expect(await next.size == empty)
    }
}
