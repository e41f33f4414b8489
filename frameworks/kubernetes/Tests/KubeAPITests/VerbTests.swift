import ClusterBase
import HTTPTransport
import KubeAPI
import KubeModel
import Testing

@Suite struct VerbTests {
    @Test func objectsAreWrittenReadAndRemoved() async throws {
        try await APIFixture.run { api in
            let created = try await api.send(.post, Sample.configMaps, Sample.configMap("cm").text)
            #expect(created.status == 201 && created.json["kind"] == "ConfigMap" && created.json["apiVersion"] == "v1")
            let path = Sample.configMaps + "/cm"
            let got = try await api.get(path)
            #expect(got.status == 200 && got.json == created.json)
            #expect(got.headers["cache-control"] == "no-cache, private")
            let head = try await api.send(.head, path)
            #expect(head.status == 200 && head.text.isEmpty)
            let replaced = try await api.send(.put, path, Sample.configMap("cm", data: ["c": "d"]).text)
            #expect(replaced.status == 200 && replaced.json["data"] == ["c": "d"])
            let patches: [(type: String, body: String, data: JSONValue)] = [
                ("application/merge-patch+json", #"{"data":{"e":"f"}}"#, ["c": "d", "e": "f"]),
                ("application/strategic-merge-patch+json; charset=utf-8", #"{"data":{"c":null}}"#, ["e": "f"]),
                ("application/json-patch+json", #"[{"op":"remove","path":"/data/e"}]"#, .null),
            ]
            for patch in patches {
                let answer = try await api.send(.patch, path, patch.body, ["Content-Type": patch.type])
                #expect(answer.status == 200 && (answer.json["data"] ?? .null) == patch.data, "\(patch.type)")
            }
            let deleted = try await api.send(.delete, path, #"{"propagationPolicy":"Background"}"#)
            #expect(deleted.status == 200 && deleted.json["status"] == "Success")
            #expect(deleted.json["details"]?["uid"] == created.json["metadata"]?["uid"])
            #expect(try await api.get(path).status == 404)
        }
    }

    @Test func listsAreWholeSortedAndPaged() async throws {
        try await APIFixture.run { api in
            let empty = try await api.get(Sample.configMaps)
            #expect(empty.text.hasPrefix(#"{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":""#))
            #expect(empty.text.hasSuffix(#""items":[]}"# + "\n"))
            for name in ["c", "a", "b"] {
                try await api.create(Sample.configMaps, Sample.configMap(name, labels: ["n": .string(name)]))
            }
            func names(_ list: JSONValue) -> [String] {
                list["items"]?.array?.compactMap { $0["metadata"]?["name"]?.string } ?? []
            }
            #expect(try await names(api.get(Sample.configMaps).json) == ["a", "b", "c"])
            #expect(try await names(api.get("/api/v1/configmaps").json) == ["a", "b", "c"])
            #expect(try await names(api.get(Sample.configMaps + "?labelSelector=n+in+(a,c)").json) == ["a", "c"])
            let first = try await api.get(Sample.configMaps + "?limit=2").json
            let token = try #require(first["metadata"]?["continue"]?.string)
            #expect(names(first) == ["a", "b"] && first["metadata"]?["remainingItemCount"] == 1)
            let rest = try await api.get(Sample.configMaps + "?limit=2&continue=" + PercentCoding.encode(token)).json
            #expect(names(rest) == ["c"] && rest["metadata"]?["continue"] == nil)
            let removed = try await api.send(.delete, Sample.configMaps + "?labelSelector=n%3Da")
            #expect(removed.status == 200 && names(removed.json) == ["a"])
            #expect(try await names(api.get(Sample.configMaps).json) == ["b", "c"])
        }
    }

    @Test func dryRunsChangeNothing() async throws {
        try await APIFixture.run { api in
            let dry = try await api.send(.post, Sample.configMaps + "?dryRun=All", Sample.configMap("cm").text)
            #expect(dry.status == 201 && dry.json["metadata"]?["resourceVersion"] == nil)
            #expect(dry.json["metadata"]?["uid"]?.string?.isEmpty == false)
            #expect(try await api.get(Sample.configMaps + "/cm").status == 404)
            try await api.create(Sample.configMaps, Sample.configMap("cm"))
            #expect(try await api.send(.delete, Sample.configMaps + "/cm", #"{"dryRun":["All"]}"#).status == 200)
            #expect(try await api.send(.delete, Sample.configMaps + "/cm?dryRun=All").status == 200)
            #expect(try await api.get(Sample.configMaps + "/cm").status == 200)
        }
    }

    @Test func unknownFieldsAreDroppedNamedOrRefused() async throws {
        try await APIFixture.run { api in
            let body = #"{"metadata":{"name":"x"},"bogus":1}"#
            let strict = try await api.send(.post, Sample.configMaps + "?fieldValidation=Strict", body)
            #expect(strict.status == 400)
            #expect(strict.json["message"]?.string?.contains("strict decoding error: unknown field \"bogus\"") == true)
            let warned = try await api.send(.post, Sample.configMaps + "?fieldValidation=Warn", body)
            #expect(warned.status == 201)
            #expect(warned.headers["warning"] == "299 - \"unknown field \\\"bogus\\\"\"")
        }
    }

    @Test func manyWarningsDoNotFloodTheClient() async throws {
        try await APIFixture.run { api in
            let bogus = (0..<1_000).map { "\"bogus\($0)\":1" }.joined(separator: ",")
            let warned = try await api.send(
                .post, Sample.configMaps + "?fieldValidation=Warn", #"{"metadata":{"name":"x"},\#(bogus)}"#)
            #expect(warned.status == 201)
            #expect((1...200).contains(warned.headers.values("warning").count))
        }
    }

    @Test func oldVersionsCarryAWarning() async throws {
        try await APIFixture.run { api in
            let old = try await api.get("/apis/extensions/v1beta1/namespaces/default/deployments")
            #expect(old.status == 200 && old.headers["warning"]?.hasPrefix("299 - \"extensions/v1beta1 ") == true)
            let new = try await api.get("/apis/apps/v1/namespaces/default/deployments")
            #expect(new.status == 200 && new.headers["warning"] == nil)
        }
    }

    @Test func scaleStatusAndBindingAreServed() async throws {
        try await APIFixture.run { api in
            let path = "/api/v1/namespaces/default/replicationcontrollers"
            try await api.create(
                path,
                [
                    "metadata": ["name": "rc"],
                    "spec": [
                        "replicas": 2, "selector": ["app": "x"],
                        "template": [
                            "metadata": ["labels": ["app": "x"]],
                            "spec": ["containers": [["name": "c", "image": "i"]]],
                        ],
                    ],
                ])
            let scale = try await api.get(path + "/rc/scale").json
            #expect(scale["kind"] == "Scale" && scale["apiVersion"] == "autoscaling/v1")
            #expect(scale["spec"]?["replicas"] == 2)
            let scaled = try await api.send(
                .patch, path + "/rc/scale", #"{"spec":{"replicas":5}}"#,
                ["Content-Type": "application/merge-patch+json"])
            #expect(scaled.status == 200 && scaled.json["spec"]?["replicas"] == 5)
            #expect(try await api.get(path + "/rc").json["spec"]?["replicas"] == 5)
            try await api.create(Sample.pods, Sample.pod("p"))
            let bound = try await api.send(
                .post, Sample.pods + "/p/binding",
                #"{"metadata":{"name":"p"},"target":{"kind":"Node","name":"n1"}}"#)
            #expect(bound.status == 201 && bound.json["status"] == "Success")
            #expect(try await api.get(Sample.pods + "/p").json["spec"]?["nodeName"] == "n1")
            let again = try await api.send(
                .post, Sample.pods + "/p/binding", #"{"metadata":{"name":"p"},"target":{"name":"n2"}}"#)
            #expect(again.status == 409)
        }
    }

    @Test func podsWithoutANodeCannotBeReached() async throws {
        try await APIFixture.run { api in
            try await api.create(Sample.pods, Sample.pod("p"))
            let log = try await api.get(Sample.pods + "/p/log")
            #expect(log.status == 200 && log.text.isEmpty && log.type.hasPrefix("text/plain"))
            #expect(try await api.get(Sample.pods + "/x/log").status == 404)
            let exec = try await api.send(.post, Sample.pods + "/p/exec?command=ls")
            #expect(exec.status == 400 && exec.json["message"] == "pod p does not have a host assigned")
            try await api.create(
                "/api/v1/namespaces/default/services",
                ["metadata": ["name": "s"], "spec": ["ports": [["port": 80]], "selector": ["a": "b"]]])
            let proxy = try await api.get("/api/v1/namespaces/default/services/s/proxy/")
            #expect(proxy.status == 503)
            #expect(proxy.json["message"] == "no endpoints available for service \"s\"")
        }
    }

    @Test func nodesThatTellNoPortListenOnTheUsualOne() async throws {
        try await APIFixture.run { api in
            try await api.create(
                "/api/v1/nodes",
                [
                    "metadata": ["name": "n"],
                    "status": ["addresses": [["type": "InternalIP", "address": "127.0.0.1"]]],
                ])
            let answer = try await api.get("/api/v1/nodes/n/proxy/healthz")
            #expect(!answer.text.contains("no port"), "\(answer.text)")
        }
    }

    @Test func connectionsArePassedOn() async throws {
        try await APIFixture.run(connect: Echo()) { api in
            let answer = try await api.send(.put, Sample.pods + "/p/proxy//a%2Fb?c=d", "body")
            #expect(answer.status == 200 && answer.text == "update pods p proxy //a%2Fb body")
        }
    }

    private struct Echo: ConnectHandler {
        func connect(_ info: RequestInfo, _ request: HTTPRequest, _ reply: Reply) {
            reply.send(
                .text(
                    [info.verb.rawValue, info.resource, info.name, info.subresource, info.rest, request.text]
                        .joined(separator: " ")
                ))
        }
    }
}
