import ClusterBase
import HTTPTransport
import KubeAPI
import TestSupport
import Testing

@Suite struct WatchTests {
    @Test func eventsFollowAListInOrder() async throws {
        try await APIFixture.run { api in
            try await api.create(Sample.configMaps, Sample.configMap("a"))
            let list = try await api.get(Sample.configMaps).json
            let version = list["metadata"]?["resourceVersion"]?.string ?? ""
            let watch = try await api.watch(Sample.configMaps + "?watch=True&resourceVersion=\(version)")
            #expect(watch.status == 200 && watch.headers["transfer-encoding"] == "chunked")
            #expect(watch.headers["content-type"] == "application/json")
            try await api.create(Sample.configMaps, Sample.configMap("b"))
            _ = try await api.send(.put, Sample.configMaps + "/a", Sample.configMap("a", data: ["x": "y"]).text)
            _ = try await api.send(.put, Sample.configMaps + "/a", Sample.configMap("a", data: ["x": "y"]).text)
            _ = try await api.send(.delete, Sample.configMaps + "/b")
            var last = Int64(version) ?? 0
            for expected in ["ADDED b", "MODIFIED a", "DELETED b"] {
                let event = try #require(try await watch.next())
                let object = event["object"]
                #expect("\(event["type"]?.string ?? "") \(object?["metadata"]?["name"]?.string ?? "")" == expected)
                #expect(object?["kind"] == "ConfigMap" && object?["apiVersion"] == "v1")
                let revision = Int64(object?["metadata"]?["resourceVersion"]?.string ?? "") ?? 0
                #expect(revision > last)
                last = revision
            }
        }
    }

    @Test(arguments: ["", "&resourceVersion=0"]) func whatExistsComesFirst(_ version: String) async throws {
        try await APIFixture.run { api in
            for name in ["a", "b"] { try await api.create(Sample.configMaps, Sample.configMap(name)) }
            let watch = try await api.watch(Sample.configMaps + "?watch=1" + version)
            #expect(try await watch.next(2).sorted() == ["ADDED a", "ADDED b"])
            try await api.create(Sample.configMaps, Sample.configMap("c"))
            #expect(try await watch.next(1) == ["ADDED c"])
        }
    }

    @Test func selectorsSeeObjectsComeAndGo() async throws {
        try await APIFixture.run { api in
            try await api.create(Sample.configMaps, Sample.configMap("a"))
            let watch = try await api.watch(Sample.configMaps + "?watch=1&labelSelector=on%3Dyes&resourceVersion=1")
            let merge: HeaderFields = ["Content-Type": "application/merge-patch+json"]
            for labels in [#"{"on":"yes"}"#, #"{"on":"yes","n":"1"}"#, #"{"on":null}"#] {
                let answer = try await api.send(
                    .patch, Sample.configMaps + "/a", #"{"metadata":{"labels":\#(labels)}}"#, merge)
                #expect(answer.status == 200)
            }
            #expect(try await watch.next(3) == ["ADDED a", "MODIFIED a", "DELETED a"])
        }
    }

    @Test func singleObjectsAreWatchedInThreeWays() async throws {
        try await APIFixture.run { api in
            for name in ["a", "b"] { try await api.create(Sample.configMaps, Sample.configMap(name)) }
            let paths = [
                Sample.configMaps + "?watch=1&fieldSelector=metadata.name%3Db",
                Sample.configMaps + "?watch=1&fieldSelector=metadata.name%3Db,metadata.name%3Db",
                "/api/v1/watch/namespaces/default/configmaps/b",
            ]
            for path in paths {
                #expect(try await api.watch(path).next(1) == ["ADDED b"], "\(path)")
            }
            let all = try await api.watch("/api/v1/watch/configmaps?resourceVersion=0&fieldSelector=metadata.name%3Da")
            #expect(try await all.next(1) == ["ADDED a"])
        }
    }

    @Test func watchesEndInTime() async throws {
        try await APIFixture.run { api in
            let watch = try await api.watch(Sample.configMaps + "?watch=1&timeoutSeconds=1")
            #expect(try await watch.next() == nil)
        }
    }

    @Test func theLastBookmarkComesBeforeTheEnd() async throws {
        try await APIFixture.run { api in
            let created = try await api.create(Sample.configMaps, Sample.configMap("a"))
            let version = created["metadata"]?["resourceVersion"]?.string ?? ""
            let watch = try await api.watch(
                Sample.configMaps + "?watch=1&timeoutSeconds=3&allowWatchBookmarks=true&resourceVersion=\(version)")
            var types: [String] = []
            var last: JSONValue = .null
            while let event = try await watch.next() {
                types.append(event["type"]?.string ?? "")
                last = event["object"] ?? .null
            }
            #expect(types.contains("BOOKMARK") && !types.contains("ADDED"))
            #expect(last["kind"] == "ConfigMap" && last["apiVersion"] == "v1")
            #expect(Int64(last["metadata"]?["resourceVersion"]?.string ?? "") ?? 0 >= Int64(version) ?? .max)
        }
    }

    @Test func historyThatIsGoneIsSaidSo() async throws {
        try await APIFixture.run { api in
            for name in ["a", "b", "c"] { try await api.create(Sample.configMaps, Sample.configMap(name)) }
            for bad in ["resourceVersion=abc", "labelSelector=a%3D%3D%3D", "fieldSelector=x%3Dy"] {
                #expect(try await api.get(Sample.configMaps + "?watch=1&" + bad).status == 400, "\(bad)")
            }
        }
    }

    @Test func serversEndWatchesCleanly() async throws {
        try await APIFixture.run { api in
            let watch = try await api.watch(Sample.configMaps + "?watch=1&resourceVersion=1")
            let metrics = try await api.get("/metrics").text
            #expect(metrics.contains("apiserver_registered_watchers{kind=\"v1/ConfigMap\"} 1\n"))
            await api.server.stop()
            #expect(try await watch.next() == nil)
        }
    }

    @Test func initialEventsEndWithABookmark() async throws {
        try await APIFixture.run { api in
            try await api.create(Sample.configMaps, Sample.configMap("a"))
            let watch = try await api.watch(
                Sample.configMaps
                    + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true")
            #expect(try await watch.next(1) == ["ADDED a"])
            let bookmark = try #require(try await watch.next())
            #expect(bookmark["type"] == "BOOKMARK")
            #expect(bookmark["object"]?["metadata"]?["annotations"] == ["k8s.io/initial-events-end": "true"])
        }
    }
}
