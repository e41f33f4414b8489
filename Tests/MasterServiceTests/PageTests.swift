import ClusterModel
import HTTPTransport
import TestSupport
import Testing

/// The operator's pages as files; what they show is tested in a browser (`IntegrationTests/Pages`).
@Suite struct PageTests {
    @Test func pagesAreServedWithWhatTheyNeed() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            let index = try await master.client.send(.get, "/")
            #expect(index.status == 200)
            #expect(index.headers["content-type"] == "text/html; charset=utf-8")
            #expect(index.headers["content-security-policy"]?.contains("default-src 'self'") == true)
            #expect(try await master.client.send(.get, "/index.html").text == index.text)
            let names = index.text.matches(of: /"assets\/([a-z.]+)"/).map { String($0.1) }
            #expect(names.count == 4)
            var (left, seen) = (names, Set<String>())
            while let name = left.popLast() {
                guard seen.insert(name).inserted else { continue }
                let asset = try await master.client.send(.get, "/assets/" + name)
                #expect(asset.status == 200, "\(name)")
                #expect(asset.headers["content-type"] != "application/octet-stream", "\(name)")
                left += asset.text.matches(of: /from "\.\/([a-z]+\.js)"/).map { String($0.1) }
            }
            #expect(seen.count == 13)
            #expect(try await master.client.send(.get, "/assets/none.js").status == 404)
            #expect(try await master.client.send(.get, "/none").status == 404)
            #expect(try await master.client.send(.post, "/", "{}").status == 405)
        }
    }

    @Test func whatABrowserHasIsNotSentAgain() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            let first = try await master.client.send(.get, "/assets/app.js")
            let tag = try #require(first.headers["etag"])
            let same = try await master.client.send(.get, "/assets/app.js", headers: ["If-None-Match": "\"x\", " + tag])
            #expect(same.status == 304)
            #expect(same.text == "")
            let other = try await master.client.send(.get, "/assets/app.js", headers: ["If-None-Match": "\"x\""])
            #expect(other.status == 200)
        }
    }

    @Test func aStandbySendsBrowsersToTheLeader() async throws {
        try await withTestScope { scope in
            let leader = MasterInfo(
                id: "other", ip: "127.0.0.1", port: 5999, hostname: "lead.example", version: "1.12.0")
            let election = ScriptedElection()
            let master = try await MasterFixture.start(in: scope, election: (election, election))
            // Without a leader the page comes from here and says so.
            try await eventually("the page is served") { try await master.client.send(.get, "/").status == 200 }
            election.announce(leader)
            let redirect = try await eventually("a redirect") {
                let answer = try await master.client.send(.get, "/")
                return answer.status == 307 ? answer : nil
            }
            #expect(redirect.headers["location"] == "//lead.example:5999/")
        }
    }
}
