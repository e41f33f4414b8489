import ClusterBase
import HTTPTransport
import KubeClient
import KubeModel
import Testing

@Suite(.timeLimit(.minutes(1))) struct KubeClientTests {
    private static let pod = #"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","namespace":"default"}}"#
    private static let key = ObjectKey(namespace: "default", "web")

    @Test func pathsFollowTheResource() async throws {
        try await ScriptedAPI.with { (api, client) async throws in
            for _ in 0..<7 { await api.answer(Self.pod) }
            let pod = try await client.get(.pods, Self.key)
            #expect(pod.name == "web")
            _ = try await client.get(.namespaces, ObjectKey("dev"))
            _ = try await client.create(.pods, pod)
            _ = try await client.update(.pods, pod, subresource: "status")
            _ = try await client.patch(.leases, ObjectKey(namespace: "kube-system", "a b"), .json, [])
            try await client.delete(.pods, Self.key, DeletionRequest(propagation: .foreground, uid: "u"))
            try await client.deleteAll(.services, ObjectSelection(namespace: "dev", labels: "a=b,c"))
            #expect(
                await api.requests == [
                    "GET /api/v1/namespaces/default/pods/web", "GET /api/v1/namespaces/dev",
                    "POST /api/v1/namespaces/default/pods", "PUT /api/v1/namespaces/default/pods/web/status",
                    "PATCH /apis/coordination.k8s.io/v1/namespaces/kube-system/leases/a%20b",
                    "DELETE /api/v1/namespaces/default/pods/web",
                    "DELETE /api/v1/namespaces/dev/services?labelSelector=a%3Db%2Cc",
                ])
        }
    }

    @Test func bodiesAndTypesAreSent() async throws {
        try await ScriptedAPI.with({ $0.authorization = { "Bearer abc" } }) { (api, client) async throws in
            await api.answer(Self.pod)
            await api.answer(#"{"kind":"Status","status":"Success"}"#)
            _ = try await client.patch(.pods, Self.key, .merge, ["metadata": ["labels": ["a": "b"]]])
            var request = await api.lastRequest
            #expect(request?.headers["Content-Type"] == "application/merge-patch+json")
            #expect(request?.headers["Authorization"] == "Bearer abc")
            #expect(request?.text == #"{"metadata":{"labels":{"a":"b"}}}"#)
            let answer = try await client.delete(
                .pods, Self.key,
                DeletionRequest(gracePeriodSeconds: 0, propagation: .orphan, uid: "u", resourceVersion: "7"))
            #expect(answer.kind == "Status")
            request = await api.lastRequest
            #expect(
                request?.text
                    == #"{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":0,"#
                    + #""propagationPolicy":"Orphan","preconditions":{"uid":"u","resourceVersion":"7"}}"#)
        }
    }

    @Test func refusalsAreAPIErrors() async throws {
        try await ScriptedAPI.with { (api, client) async throws in
            let error = APIError.invalid(
                GroupVersionKind(.v1, "Pod"), "web", [.required("spec.containers", "")])
            await api.answer(error.status.text, status: 422)
            await #expect(throws: error) { _ = try await client.get(.pods, Self.key) }
            await api.answer("<html>", status: 404)
            await #expect(throws: APIError(404, "", "the server answered with status 404")) {
                _ = try await client.get(.pods, Self.key)
            }
        }
    }

    @Test func whatIsRefusedForNowIsTriedAgain() async throws {
        try await ScriptedAPI.with({ $0.longestRetryDelay = .milliseconds(1) }) { (api, client) async throws in
            await api.answer("{}", status: 429, headers: [("Retry-After", "30")])
            await api.answer("{}", status: 503, headers: [("Retry-After", "1")])
            await api.answer(Self.pod)
            let pod = try await client.create(.pods, KubeObject(["metadata": ["namespace": "default"]]))
            #expect(pod.name == "web")
            #expect(await api.requests.count == 3)
            // Other failures are final.
            await api.answer("{}", status: 503)
            await #expect(throws: APIError.self) { _ = try await client.get(.pods, Self.key) }
            #expect(await api.requests.count == 4)
        }
    }

    @Test func triesEnd() async throws {
        try await ScriptedAPI.with({ ($0.longestRetryDelay, $0.retries) = (.milliseconds(1), 2) }) {
            (api, client) async throws in
            for _ in 0..<3 { await api.answer("{}", status: 429) }
            await #expect(throws: APIError.self) { _ = try await client.get(.pods, Self.key) }
            #expect(await api.requests.count == 3)
        }
    }

    @Test func serverThatIsNotThereIsUnavailable() async throws {
        var configuration = KubeClientConfiguration(server: "http://127.0.0.1:1")
        configuration.retries = 0
        let client = try KubeClient(configuration)
        await #expect {
            _ = try await client.get(.pods, Self.key)
        } throws: { ($0 as? ClusterError)?.code == .unavailable }
        await client.shutdown()
    }

    @Test func listsAreReadPageByPage() async throws {
        try await ScriptedAPI.with({ $0.pageSize = 1 }) { (api, client) async throws in
            await api.answer(
                #"{"metadata":{"resourceVersion":"7","continue":"more/1"},"items":[{"metadata":{"name":"a"}}]}"#)
            await api.answer(
                #"{"kind":"PodList","metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"b"}}]}"#)
            let list = try await client.list(.pods, ObjectSelection(namespace: "dev", fields: "status.phase=Running"))
            #expect(list.objects.map(\.name) == ["a", "b"])
            #expect(list.objects.allSatisfy { $0.kind == "Pod" && $0.apiVersion == "v1" })
            #expect(list.resourceVersion == "7")
            #expect(
                await api.requests == [
                    "GET /api/v1/namespaces/dev/pods?fieldSelector=status.phase%3DRunning&limit=1",
                    "GET /api/v1/namespaces/dev/pods?fieldSelector=status.phase%3DRunning&limit=1&continue=more%2F1",
                ])
        }
    }

    @Test func listThatExpiresBetweenPagesIsReadAtOnce() async throws {
        try await ScriptedAPI.with({ $0.pageSize = 1 }) { (api, client) async throws in
            await api.answer(
                #"{"metadata":{"resourceVersion":"7","continue":"x"},"items":[{"metadata":{"name":"a"}}]}"#)
            await api.answer(APIError.expired("too old").status.text, status: 410)
            await api.answer(
                #"{"metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}"#)
            let list = try await client.list(.pods)
            #expect(list.objects.map(\.name) == ["a", "b"])
            #expect(await api.requests.last == "GET /api/v1/pods")
        }
    }

    @Test func watchGivesEventsAsTheyCome() async throws {
        try await ScriptedAPI.with { (api, client) async throws in
            let stream = await api.answerWatch(
                #"{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"8"}}}"#)
            let watch = try await client.watch(.pods, from: "7", lasting: .seconds(60))
            var events = watch.makeAsyncIterator()
            #expect(
                await api.requests == [
                    "GET /api/v1/pods?watch=true&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=60"
                ])
            guard case .added(let pod)? = try await events.next() else {
                Issue.record("expected an addition")
                return
            }
            #expect(pod.name == "a")
            // An event may come in pieces, and several may come at once.
            stream.write(Array(#"{"type":"DELETED","object":{"metadata":{"na"#.utf8))
            let bookmark = #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}}"#
            stream.write(Array((#"me":"a"}}}"# + "\n\n" + bookmark + "\n").utf8))
            guard case .deleted? = try await events.next() else {
                Issue.record("expected a deletion")
                return
            }
            #expect(try await events.next() == .bookmark(resourceVersion: "9"))
            stream.write(Array((#"{"type":"ERROR","object":\#(APIError.expired("old").status.text)}"# + "\n").utf8))
            #expect(try await events.next() == .failed(.expired("old")))
            stream.close()
            #expect(try await events.next() == nil)
        }
    }

    @Test func watchOfSomethingElseIsAnError() async throws {
        try await ScriptedAPI.with({ $0.bodyLimit = 100 }) { (api, client) async throws in
            _ = await api.answerWatch("hello")
            var events = try await client.watch(.pods).makeAsyncIterator()
            await #expect(throws: ClusterError.self) { _ = try await events.next() }
            _ = await api.answerWatch(String(repeating: "x", count: 200))
            events = try await client.watch(.pods).makeAsyncIterator()
            await #expect(throws: ClusterError.self) { _ = try await events.next() }
        }
    }
}
