import ClusterBase
import HTTPTransport
import KubeAPI
import Testing

@Suite struct OperationsTests {
    @Test func healthIsToldInSumAndInDetail() async throws {
        try await APIFixture.run { configuration in
            configuration.healthChecks = [HealthCheck("rain", endpoints: ["readyz"]) { "wet" }]
        } _: { api in
            for endpoint in ["/healthz", "/livez", "/healthz/ping", "/healthz/etcd", "/livez/ping"] {
                let answer = try await api.get(endpoint)
                #expect(answer.status == 200 && answer.text == "ok" && answer.type.hasPrefix("text/plain"))
            }
            #expect(
                try await api.get("/healthz?verbose").text
                    == "[+]ping ok\n[+]log ok\n[+]etcd ok\nhealthz check passed\n")
            let ready = try await api.get("/readyz")
            #expect(ready.status == 500)
            #expect(
                ready.text
                    == "[+]ping ok\n[+]log ok\n[+]etcd ok\n[-]rain failed: reason withheld\nreadyz check failed\n")
            #expect(try await api.get("/readyz?exclude=rain").text == "ok")
            #expect(try await api.get("/readyz/rain").text == "internal server error: wet\n")
            #expect(try await api.get("/healthz/rain").status == 404)
            #expect(
                try await api.get("/livez?verbose&exclude=sun").text.contains(
                    "warn: some health checks cannot be excluded: no matches for \"sun\"\n"))
        }
    }

    @Test func metricsCountWhatWasAsked() async throws {
        try await APIFixture.run { api in
            try await api.create(Sample.configMaps, Sample.configMap("a"))
            for _ in 0..<3 { #expect(try await api.get(Sample.configMaps + "/a").status == 200) }
            _ = try await api.get(Sample.configMaps + "/b")
            _ = try await api.get("/api/v1/madeup\(Int.random(in: 0..<1_000))")
            let metrics = try await api.get("/metrics")
            #expect(metrics.type.hasPrefix("text/plain; version=0.0.4"))
            let labels = "group=\"\",version=\"v1\",resource=\"configmaps\",subresource=\"\""
            for line in [
                "apiserver_request_total{verb=\"GET\",\(labels),code=\"200\"} 3\n",
                "apiserver_request_total{verb=\"GET\",\(labels),code=\"404\"} 1\n",
                "apiserver_request_total{verb=\"CREATE\",\(labels),code=\"201\"} 1\n",
                "apiserver_request_duration_seconds_count{verb=\"GET\",\(labels)} 4\n",
                "apiserver_request_duration_seconds_bucket{verb=\"GET\",\(labels),le=\"+Inf\"} 4\n",
                "# TYPE apiserver_request_total counter\n",
            ] {
                #expect(metrics.text.contains(line), "\(line)")
            }
            #expect(!metrics.text.contains("madeup"))
            #expect(metrics.text.contains("process_resident_memory_bytes "))
        }
    }
}
