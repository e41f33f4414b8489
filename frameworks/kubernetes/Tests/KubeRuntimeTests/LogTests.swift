import KubeModel
import KubeNode
import KubeRuntime
import KubeletCore
import TestSupport
import Testing

struct LogTests {
    private func options(_ change: (inout LogOptions) -> Void) -> LogOptions {
        var options = LogOptions()
        change(&options)
        return options
    }

    @Test func partsOfALogAreGivenAlsoAfterTheEnd() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            let id = try await pod.run("echo one; echo two; echo three >&2; sleep 1.2; echo four")
            _ = try await pod.exit(id)
            #expect(try await pod.log(id).split(separator: "\n").sorted() == ["four", "one", "three", "two"])
            #expect(try await pod.log(id, options { $0.tailLines = 1 }) == "four\n")
            #expect(try await pod.log(id, options { $0.tailLines = 0 }).isEmpty)
            #expect(try await pod.log(id, options { $0.limitBytes = 2 }).count == 2)
            let stamped = try await pod.log(id, options { $0.timestamps = true })
            let lines = stamped.split(separator: "\n")
            let times = lines.compactMap { KubeTime.parse(String($0.prefix { $0 != " " })) }
            #expect(times.count == 4)
            #expect(lines.allSatisfy { $0.prefix { $0 != " " }.count == "2026-01-02T03:04:05.000000000Z".count })
            // Only what came after the pause is that young.
            let last = try #require(lines.last.map { String($0.prefix { $0 != " " }) })
            #expect(try await pod.log(id, options { $0.sinceTime = last }) == "four\n")
            #expect(try await pod.log(id, options { $0.sinceSeconds = 1_000 }).count == 19)
            #expect(try await pod.log(id, options { $0.follow = true }).count == 19)
        }
    }

    @Test func aFollowedLogComesAsItIsWrittenAndEndsWithTheContainer() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            let id = try await pod.run("echo first; while [ ! -e /tmp/go ]; do sleep 0.02; done; echo second")
            let seen = Collected()
            let options = options { $0.follow = true }
            async let end: Void = fixture.runtime.log(id, options) { bytes in
                seen.append(bytes)
                return true
            }
            try await eventually("the first line") { seen.text == "first\n" }
            _ = try await pod.ask(id, "touch /tmp/go")
            try await end
            #expect(seen.text == "first\nsecond\n")
        }
    }

    @Test func aReaderThatLeavesEndsTheLog() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            let id = try await pod.run("while true; do echo line; sleep 0.01; done")
            try await within(.seconds(20), "the end of the log") {
                try await fixture.runtime.log(id, self.options { $0.follow = true }) { _ in false }
            }
            let task = Task { try await fixture.runtime.log(id, self.options { $0.follow = true }) { _ in true } }
            try await Task.sleep(for: .milliseconds(50))
            task.cancel()
            _ = try await within(.seconds(20), "the cancelled log's end") { await task.result }
        }
    }

    @Test func aTerminalsLogIsPlain() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            let id = try await pod.run("echo plain") { $0.hasTerminal = true }
            _ = try await pod.exit(id)
            #expect(try await pod.log(id) == "plain\r\n")
        }
    }

    @Test func badQuestionsAreTold() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            let missing = await #expect(throws: RuntimeFailure.self) { _ = try await pod.log("0123456789ab") }
            #expect(missing?.kind == .notFound)
            let malformed = await #expect(throws: RuntimeFailure.self) {
                _ = try await pod.log(pod.sandbox.id, options { $0.sinceTime = "yesterday" })
            }
            #expect(malformed?.message.contains("yesterday") == true)
        }
    }
}
