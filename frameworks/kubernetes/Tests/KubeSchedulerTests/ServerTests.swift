import ClusterBase
import ClusterModel
import FrameworkSDK
import HTTPTransport
import KubeClient
import KubeCore
import KubeModel
import KubeScheduler
import KubeScheduling
import TestSupport
import Testing

/// What a scheduler answers over HTTP, and the Services it keeps.
@Suite struct ServerTests {
    @Test func healthAndMetricsAnswer() async throws {
        try await SchedulerWorld.with { world in
            let scheduler = try await world.scheduler()
            #expect(try await scheduler.http.send(.get, "/healthz").text == "ok")
            let metrics = try await scheduler.http.send(.get, "/metrics")
            #expect(metrics.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
            for name in [
                "scheduler_leader 1", "scheduler_pending_pods 0", "k8sm_offers_held", "k8sm_offers_declined_total",
                "scheduler_binding_duration_seconds_bucket{le=\"+Inf\"} 0",
                "k8sm_pod_launch_duration_seconds_count 0",
            ] { #expect(metrics.text.contains(name), "\(name)\n\(metrics.text)") }
        }
    }

    @Test func aPortThatIsTakenIsNamed() async throws {
        try await SchedulerWorld.with { world in
            let first = try await world.scheduler()
            await #expect(throws: ClusterError.self) { try await world.scheduler { $0.port = first.port } }
        }
    }

    @Test func theOwnProgramIsServed() async throws {
        try await SchedulerWorld.with { world in
            let scheduler = try await world.scheduler()
            let pool = try HTTPClientPool()
            world.scope.onExit { await pool.shutdown() }
            let response = try await pool.stream(
                ClientRequest(.get, "http://127.0.0.1:\(scheduler.port)/km", timeout: .seconds(60)))
            #expect(response.status == .ok)
            var count = 0
            var head: [UInt8] = []
            for try await part in response.body {
                if head.count < 4 { head += part.prefix(4) }
                count += part.count
            }
            #expect(Array(head.prefix(4)) == [0x7f] + Array("ELF".utf8))
            #expect(count == TestProgram.size)
        }
    }

    @Test func actionsNeedAMaster() async throws {
        try await SchedulerWorld.with { world in
            let scheduler = try await world.scheduler {
                $0.scheduling.reconcileCooldown = .zero
                $0.scheduling.implicitReconciliationDelay = .seconds(600)
            }
            for action in ["requestExplicit", "requestImplicit"] {
                #expect(try await scheduler.http.send(.get, "/debug/actions/" + action).status == 204)
            }
            try await eventually("the question for all tasks") {
                world.pool.calls.contains { $0 == .reconcile([]) }
            }
            let answer = try await scheduler.http.send(.post, "/debug/actions/kamikaze")
            #expect(answer.status == 200)
            #expect(answer.text.hasSuffix("OK\n"))
            #expect(try await scheduler.http.send(.delete, "/debug/actions/kamikaze").status == 405)
            let standby = try await world.scheduler(ready: false) {
                $0.master = .location(.init(.masters(["http://127.0.0.1:1"])))
            }
            #expect(try await standby.http.send(.post, "/debug/actions/kamikaze").status == 503)
        }
    }

    @Test func servicesAreKept() async throws {
        try await SchedulerWorld.with { world in
            let scheduler = try await world.scheduler {
                $0.executor.clusterDNS = "10.10.10.10"
                $0.serviceAddress = "10.1.2.3"
            }
            let own = try await eventually("the scheduler's service") {
                try await world.find(.services, "k8sm-scheduler")
            }
            #expect(
                own.strings("metadata", "labels").map { "\($0.key)=\($0.value)" }.sorted()
                    == ["component=scheduler", "provider=k8sm"])
            #expect(own["spec", "selector"] == nil)
            let port = KubeObject(own.list("spec", "ports").first)
            #expect(port?.integer("port") == Int64(scheduler.port))
            #expect(port?.text("protocol") == "TCP")
            let endpoints = try await eventually("its endpoints") { try await world.find(.endpoints, "k8sm-scheduler") }
            let subset = KubeObject(endpoints.list("subsets").first)
            #expect(KubeObject(subset?.list("addresses").first)?.text("ip") == "10.1.2.3")

            let dns = try await eventually("the service of the DNS") {
                try await world.find(.services, "kube-dns", in: "kube-system")
            }
            #expect(dns.text("spec", "clusterIP") == "10.10.10.10")
            #expect(dns.text("metadata", "labels", "k8s-app") == "kube-dns")
            #expect(
                dns.list("spec", "ports").compactMap { KubeObject($0) }.map {
                    "\($0.text("name")) \($0.text("protocol")) \($0.integer("port") ?? 0)"
                } == ["dns UDP 53", "dns-tcp TCP 53"])
        }
    }

    @Test func loopbackLeavesTheServiceWithoutEndpoints() async throws {
        try await SchedulerWorld.with { world in
            _ = try await world.scheduler { $0.executor.clusterDNS = "10.10.10.10" }
            // The DNS's Service is written last.
            try await eventually("the services") {
                try await world.find(.services, "kube-dns", in: "kube-system") != nil
            }
            #expect(try await world.find(.services, "k8sm-scheduler") != nil)
            #expect(try await world.find(.endpoints, "k8sm-scheduler") == nil)
        }
    }

    @Test func anAddressThatChangedReplacesTheServiceOfTheDNS() async throws {
        try await SchedulerWorld.with { world in
            let first = try await world.scheduler { $0.executor.clusterDNS = "10.10.10.10" }
            try await eventually("the first") { try await world.find(.services, "kube-dns", in: "kube-system") != nil }
            await first.stop()
            _ = try await world.scheduler { $0.executor.clusterDNS = "10.10.10.11" }
            try await eventually("the second") {
                try await world.find(.services, "kube-dns", in: "kube-system")?.text("spec", "clusterIP")
                    == "10.10.10.11"
            }
        }
    }

    @Test func aServiceOfSomebodysOwnDNSIsLeftAlone() async throws {
        try await SchedulerWorld.with { world in
            _ = try await world.client.create(
                .services,
                KubeObject([
                    "apiVersion": "v1", "kind": "Service",
                    "metadata": ["name": "kube-dns", "namespace": "kube-system"],
                    "spec": ["selector": ["k8s-app": "coredns"], "ports": [["port": 53]]],
                ]))
            let before = try #require(try await world.find(.services, "kube-dns", in: "kube-system"))
            _ = try await world.scheduler { $0.executor.clusterDNS = "10.10.10.10" }
            try await eventually("the other service") { try await world.find(.services, "k8sm-scheduler") != nil }
            #expect(try await world.find(.services, "kube-dns", in: "kube-system") == before)
        }
    }
}
