import ClusterBase
import HTTPTransport
import KubeClient
import KubeModel
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct InformerTests {
    /// What an informer told, in words: `+a` added, `~a` changed, `-a` deleted, `.` synchronised.
    actor Story {
        private(set) var words: [String] = []

        func tell(_ news: Informer.News) {
            switch news {
            case .synchronised: words.append(".")
            case .changed(let deltas):
                words += deltas.map { delta in
                    let object = delta.object
                    let mark =
                        switch delta {
                        case .added: "+"
                        case .changed: "~"
                        case .deleted: "-"
                        }
                    return mark + object.name + "@" + object.resourceVersion
                }
            }
        }

        nonisolated func told(_ count: Int) async throws -> [String] {
            try await eventually("\(count) pieces of news", within: .seconds(10)) {
                let words = await self.words
                return words.count >= count ? words : nil
            }
        }
    }

    private func item(_ name: String, _ version: Int, uid: String? = nil) -> String {
        #"{"metadata":{"name":"\#(name)","uid":"\#(uid ?? name)","resourceVersion":"\#(version)"}}"#
    }
    private func list(_ version: Int, _ items: String...) -> String {
        #"{"metadata":{"resourceVersion":"\#(version)"},"items":[\#(items.joined(separator: ","))]}"#
    }
    private func event(_ type: String, _ item: String) -> String { #"{"type":"\#(type)","object":\#(item)}"# }

    private func follow(
        _ trim: @escaping @Sendable (inout KubeObject) -> Void = { _ in },
        _ body: @escaping (ScriptedAPI, Informer, Story) async throws -> Void
    ) async throws {
        try await ScriptedAPI.with { (api, client) async throws in
            let informer = Informer(client, .pods, trim: trim, logger: .quiet)
            let story = Story()
            let task = Task { await informer.run { await story.tell($0) } }
            let result: Result<Void, any Error>
            do { result = .success(try await body(api, informer, story)) } catch { result = .failure(error) }
            task.cancel()
            await task.value
            try result.get()
        }
    }

    @Test func listsThenWatches() async throws {
        try await follow { (api, informer, story) async throws in
            await api.answer(list(7, item("a", 3), item("b", 4)))
            let stream = await api.answerWatch(event("ADDED", item("c", 8)))
            #expect(try await story.told(4) == ["+a@3", "+b@4", ".", "+c@8"])
            stream.write(Array((event("MODIFIED", item("a", 9)) + "\n" + event("DELETED", item("b", 10)) + "\n").utf8))
            #expect(try await story.told(6).suffix(2) == ["~a@9", "-b@10"])
            #expect(informer.count == 2)
            #expect(informer.object(uid: "a")?.resourceVersion == "9")
            #expect(informer[ObjectKey("b")] == nil)
            let requests = await api.requests
            #expect(requests.count == 2)
            #expect(requests[1].contains("resourceVersion=7&"))
        }
    }

    @Test func brokenWatchIsResumedWhereItEnded() async throws {
        try await follow { (api, _, story) async throws in
            await api.answer(list(7, item("a", 3)))
            let first = await api.answerWatch(
                event("MODIFIED", item("a", 8)), event("BOOKMARK", #"{"metadata":{"resourceVersion":"12"}}"#))
            _ = try await story.told(3)
            first.close()
            // What the server tells twice is told once.
            _ = await api.answerWatch(event("MODIFIED", item("a", 8)), event("MODIFIED", item("a", 13)))
            #expect(try await story.told(4) == ["+a@3", ".", "~a@8", "~a@13"])
            let requests = await api.requests
            #expect(requests.count == 3)
            #expect(requests[2].contains("resourceVersion=12&"))
        }
    }

    @Test(arguments: [true, false])
    func lostHistoryMeansANewListingAndTheDifferences(inStream: Bool) async throws {
        try await follow { (api, _, story) async throws in
            await api.answer(list(7, item("a", 3), item("b", 4), item("c", 5)))
            let gone = APIError.expired("too old resource version: 7 (90)").status.text
            if inStream {
                _ = await api.answerWatch(event("ERROR", gone))
            } else {
                await api.answer(gone, status: 410)
            }
            await api.answer(list(90, item("b", 4), item("c", 80, uid: "c2"), item("d", 81)))
            _ = await api.answerWatch()
            #expect(
                try await story.told(9)
                    == ["+a@3", "+b@4", "+c@5", ".", "-a@3", "-c@5", "+c@80", "+d@81", "."])
            #expect(try await api.requests(4)[3].contains("resourceVersion=90&"))
        }
    }

    @Test func failedListingIsTriedAgain() async throws {
        try await follow { (api, _, story) async throws in
            await api.answer(APIError.internalError("disk").status.text, status: 500)
            await api.answer(list(7))
            _ = await api.answerWatch()
            #expect(try await story.told(1) == ["."])
        }
    }

    @Test func objectsAreTrimmed() async throws {
        try await follow({ $0["spec"] = nil }) { (api, informer, story) async throws in
            await api.answer(
                #"""
                {"metadata":{"resourceVersion":"7"},"items":[{"metadata":
                 {"name":"a","uid":"a","resourceVersion":"3","managedFields":[{}]},"spec":{"x":1}}]}
                """#)
            _ = await api.answerWatch()
            _ = try await story.told(2)
            let kept = try #require(informer[ObjectKey("a")])
            #expect(kept["spec"] == nil)
            #expect(kept["metadata", "managedFields"] == nil)
        }
    }
}
