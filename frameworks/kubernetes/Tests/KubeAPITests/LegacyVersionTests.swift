import ClusterBase
import HTTPTransport
import KubeModel
import Testing

/// The first API versions over HTTP (seeds F-01…F-04; spec `kubernetes/08`).
@Suite(.timeLimit(.minutes(1))) struct LegacyVersionTests {
    private static let pod = #"""
        { "id": "redis",
          "desiredState": { "manifest": { "version": "v1beta1", "id": "redis",
            "containers": [{ "name": "redis", "image": "dockerfile/redis", "imagePullPolicy": "PullIfNotPresent",
              "ports": [{ "containerPort": 6379, "hostPort": 6379 }] }] } },
          "labels": { "name": "redis" } }
        """#
    private static let controller = #"""
        { "id": "redisController", "apiVersion": "v1beta1", "kind": "ReplicationController",
          "desiredState": { "replicas": 1, "replicaSelector": { "name": "redis" },
            "podTemplate": {
              "desiredState": { "manifest": { "version": "v1beta1", "id": "redisController",
                "containers": [{ "name": "redis", "image": "dockerfile/redis" }] } },
              "labels": { "name": "redis" } } },
          "labels": { "name": "redis" } }
        """#
    private static let minion = #"""
        { "id": "10.1.2.3", "kind": "Minion", "apiVersion": "v1beta1",
          "resources": { "capacity": { "cpu": 1000, "memory": 1073741824 } },
          "labels": { "name": "my-first-k8s-node" } }
        """#

    @Test func podWithoutKindAndContentTypeIsCreatedAndReadInEveryVersion() async throws {
        try await APIFixture.run { api in
            let form: HeaderFields = ["Content-Type": "application/x-www-form-urlencoded"]
            let created = try await api.send(.post, "/api/v1beta1/pods", Self.pod, form)
            #expect(created.status == 201 && created.json["id"] == "redis" && created.json["kind"] == "Pod")
            let own = try await api.get("/api/v1beta1/pods/redis").json
            #expect(own == created.json)
            #expect(own["namespace"] == "default" && own["resourceVersion"]?.integer != nil)
            #expect(own["selfLink"] == "/api/v1beta1/pods/redis?namespace=default")
            #expect(own["currentState"]?["status"] == "Waiting")
            let today = try await api.get(Sample.pods + "/redis").json
            #expect(today["metadata"]?["labels"] == ["name": "redis"] && today["id"] == nil)
            #expect(today["spec"]?["containers"]?.array?.first?["imagePullPolicy"] == "IfNotPresent")
            let second = try await api.get("/api/v1beta2/pods/redis?namespace=default").json
            #expect(second["apiVersion"] == "v1beta2")
            #expect(second["desiredState"]?["manifest"]?["version"] == "v1beta2")
            let third = try await api.get("/api/v1beta3/namespaces/default/pods/redis").json
            #expect(third["apiVersion"] == "v1beta3" && third["metadata"]?["name"] == "redis")
            let again = try await api.send(.post, "/api/v1beta1/pods", Self.pod)
            #expect(again.status == 409 && again.json["details"]?["id"] == "redis")
        }
    }

    @Test func storedFormIsThatOfToday() async throws {
        try await APIFixture.run { api in
            _ = try await api.send(.post, "/api/v1beta1/pods?namespace=default", Self.pod)
            var pod = Sample.pod("web", image: "dockerfile/redis")
            pod = try await api.create(Sample.pods, pod)
            let old = try await api.get(Sample.pods + "/redis").json
            #expect(old["spec"]?.object?.keys == pod["spec"]?.object?.keys)
            #expect(old["status"] == pod["status"])
        }
    }

    @Test func listsAndMinions() async throws {
        try await APIFixture.run { api in
            #expect(try await api.send(.post, "/api/v1beta1/minions", Self.minion).status == 201)
            let list = try await api.get("/api/v1beta1/minions").json
            #expect(list["kind"] == "MinionList" && list["metadata"] == nil && list["creationTimestamp"] == .null)
            #expect(list["resourceVersion"]?.integer != nil && list["items"] == list["minions"])
            let minion = list["items"]?.array?.first
            #expect(minion?["id"] == "10.1.2.3" && minion?["kind"] == nil)
            #expect(minion?["resources"]?["capacity"] == ["cpu": 1000, "memory": 1_073_741_824])
            #expect(try await api.get("/api/v1beta1/nodes").json["kind"] == "NodeList")
            let node = try await api.get("/api/v1/nodes/10.1.2.3").json
            #expect(node["status"]?["capacity"] == ["cpu": "1", "memory": "1073741824"])
        }
    }

    @Test func capitalsAreForOldVersionsOnly() async throws {
        try await APIFixture.run { api in
            let path = "/api/v1beta1/replicationControllers"
            #expect(try await api.send(.post, path, Self.controller).status == 201)
            #expect(try await api.get("/api/v1beta1/replicationcontrollers/redisController").status == 200)
            let today = "/api/v1/namespaces/default/replicationcontrollers"
            var controller = try await api.get(today + "/redisController").json
            #expect(controller["metadata"]?["name"] == "redisController" && controller["spec"]?["replicas"] == 1)
            controller = try JSONValue(
                parsing: controller.text.replacing("redisController", with: "otherController")
                    .replacing(#""resourceVersion""#, with: #""x""#))
            let refused = try await api.send(.post, today, controller.text)
            #expect(refused.status == 422 && refused.text.contains("metadata.name"))
        }
    }

    @Test func updatesAndPatchesInAnOldVersion() async throws {
        try await APIFixture.run { api in
            let path = "/api/v1beta1/replicationControllers"
            let created = try await api.send(.post, path, Self.controller).json
            let text = created.text.replacing(#""replicas":1"#, with: #""replicas":4"#)
            let updated = try await api.send(.put, path + "/redisController", text)
            #expect(updated.status == 200 && updated.json["desiredState"]?["replicas"] == 4)
            let stale = try await api.send(.put, path + "/redisController", text)
            #expect(stale.status == 409 && stale.json["apiVersion"] == "v1beta1")
            let patched = try await api.send(
                .patch, path + "/redisController", #"{"desiredState":{"replicas":2}}"#,
                ["Content-Type": "application/merge-patch+json"])
            #expect(patched.json["desiredState"]?["replicas"] == 2)
            #expect(patched.json["desiredState"]?["replicaSelector"] == ["name": "redis"])
        }
    }

    @Test func selectorsHaveTheirOldNames() async throws {
        try await APIFixture.run { api in
            _ = try await api.send(.post, "/api/v1beta1/pods", Self.pod)
            _ = try await api.send(.post, "/api/v1beta1/pods", Self.pod.replacing("redis", with: "other"))
            func ids(_ query: String) async throws -> [String] {
                let list = try await api.get("/api/v1beta1/pods?" + query).json
                return (list["items"]?.array ?? []).compactMap { $0["id"]?.string }
            }
            #expect(try await ids("labels=name%3Dredis") == ["redis"])
            #expect(try await ids("labelSelector=name%3Dredis&namespace=default") == ["redis"])
            #expect(try await ids("fields=id%3Dother") == ["other"])
            #expect(try await ids("fields=DesiredState.Host%3D") == ["other", "redis"])
            #expect(try await ids("fields=DesiredState.Host%3Dn1") == [])
            #expect(try await ids("namespace=elsewhere") == [])
            _ = try await api.send(.post, "/api/v1beta1/bindings", #"{"podID":"redis","host":"n1"}"#)
            #expect(try await ids("fields=DesiredState.Host%3Dn1") == ["redis"])
            let unknown = try await api.get("/api/v1beta1/pods?fields=bogus%3D1")
            #expect(unknown.status == 400 && unknown.json["apiVersion"] == "v1beta1")
        }
    }

    @Test func deletionsAnswerWithAStatusAndWatchesWithOldObjects() async throws {
        try await APIFixture.run { api in
            let watch = try await api.watch("/api/v1beta1/watch/pods?namespace=default")
            _ = try await api.send(.post, "/api/v1beta1/pods", Self.pod)
            let event = try #require(try await watch.next())
            #expect(event["type"] == "ADDED" && event["object"]?["id"] == "redis")
            let deleted = try await api.send(.delete, "/api/v1beta1/pods/redis")
            #expect(deleted.status == 200 && deleted.json["kind"] == "Status")
            #expect(deleted.json["status"] == "Success" && deleted.json["details"]?["id"] == "redis")
            #expect(try await watch.next()?["type"] == "DELETED")
            let gone = try await api.get("/api/v1beta3/namespaces/default/pods/redis")
            #expect(gone.status == 404 && gone.json["apiVersion"] == "v1beta3")
            #expect(gone.json["details"]?["id"] == "redis")
        }
    }

    @Test func gracefulDeletionsAnswerWithAStatusToo() async throws {
        try await APIFixture.run { api in
            _ = try await api.send(.post, "/api/v1beta1/pods", Self.pod)
            _ = try await api.send(.post, "/api/v1beta1/bindings", #"{"podID":"redis","host":"n1"}"#)
            let deleted = try await api.send(.delete, "/api/v1beta1/pods/redis")
            #expect(deleted.json["kind"] == "Status" && deleted.json["status"] == "Success")
            #expect(try await api.get(Sample.pods + "/redis").json["metadata"]?["deletionTimestamp"]?.string != nil)
        }
    }

    @Test func rootListsTheOldPathsAndDiscoveryPrefersToday() async throws {
        try await APIFixture.run { api in
            let paths = try await api.get("/").json["paths"]?.array?.compactMap(\.string) ?? []
            let early = [
                "/api", "/api/v1beta1", "/api/v1beta2", "/api/v1beta3", "/healthz", "/healthz/ping", "/logs/",
                "/metrics", "/static/", "/swagger-ui/", "/swaggerapi/", "/validate", "/version",
            ]
            #expect(Set(early).isSubset(of: Set(paths)) && paths.contains("/api/v1"))
            #expect(try await api.get("/api").json["versions"] == ["v1"])
            let resources = try await api.get("/api/v1beta1").json["resources"]?.array ?? []
            #expect(resources.contains { $0["name"] == "minions" && $0["kind"] == "Minion" })
        }
    }
}
