import ClusterBase
import Containers
import KubeNode
import KubeRuntime
import KubeStreams
import KubeletCore
import TestSupport
import Testing

struct CommandTests {
    @Test func aCommandGetsInputAndGivesBothStreamsAndItsCode() async throws {
        try await withRuntime { fixture in
            let id = try await fixture.pod().run("sleep 1000")
            let client = TestClient()
            client.send("one\n")
            client.send("two\n")
            client.endInput()
            let outcome = await fixture.runtime.exec(
                id, ["/bin/sh", "-c", "cat; echo problem >&2; exit 5"], client.session(input: true))
            #expect(outcome == .exited(5))
            #expect(client.received(1) == "one\ntwo\n")
            #expect(client.received(2) == "problem\n")
        }
    }

    @Test func inputOfAnySizePassesUnchanged() async throws {
        try await withRuntime { fixture in
            let id = try await fixture.pod().run("sleep 1000")
            let client = TestClient()
            let piece = String(repeating: "0123456789abcdef", count: 2_048)
            for _ in 0..<64 { client.send(piece) }
            client.endInput()
            let outcome = await fixture.runtime.exec(id, ["sha256sum"], client.session(input: true))
            #expect(outcome == .exited(0))
            let back = TestClient()
            let same = "yes 0123456789abcdef | tr -d '\\n' | head -c 2097152 | sha256sum"
            _ = await fixture.runtime.exec(id, ["/bin/sh", "-c", same], back.session())
            #expect(client.received() == back.received())
            let large = TestClient()
            _ = await fixture.runtime.exec(id, ["head", "-c", "5000000", "/dev/zero"], large.session())
            #expect(large.received().utf8.count == 5_000_000)
        }
    }

    @Test func aTerminalHasASizeAndOneStream() async throws {
        try await withRuntime { fixture in
            let id = try await fixture.pod().run("sleep 1000")
            let client = TestClient()
            client.resize(101, 43)
            let script = "until stty size 2>/dev/null | grep '43 101'; do sleep 0.02; done; tty >&2; exit 4"
            let session = client.session(input: true, terminal: true)
            #expect(await fixture.runtime.exec(id, ["/bin/sh", "-c", script], session) == .exited(4))
            #expect(client.received().contains("43 101"))
            #expect(client.received().contains("/dev/pts/"))
        }
    }

    @Test func aMissingProgramIsToldByItsCode() async throws {
        try await withRuntime { fixture in
            let id = try await fixture.pod().run("sleep 1000")
            let client = TestClient()
            let outcome = await fixture.runtime.exec(id, ["no-such-program"], client.session())
            #expect([.exited(126), .exited(127)].contains(outcome))
            #expect(client.received().contains("no-such-program"))
            let none = await fixture.runtime.exec("0123456789ab", ["true"], client.session())
            #expect(none == .failed("No such container: 0123456789ab"))
        }
    }

    @Test func aClientThatLeavesEndsTheCommandAndItsChildren() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            let id = try await pod.run("sleep 1000")
            let client = TestClient()
            let session = client.session(input: true)
            let task = Task {
                await fixture.runtime.exec(id, ["/bin/sh", "-c", "sleep 777 & echo up; sleep 778"], session)
            }
            try await eventually("the command is up") { client.received() == "up\n" }
            #expect(try await pod.ask(id, "ps").contains("sleep 777"))
            task.cancel()
            _ = await task.value
            let left = try await pod.ask(id, "ps")
            #expect(!left.contains("sleep 777") && !left.contains("sleep 778"))
        }
    }

    @Test func aProbesCommandIsLimitedInTimeAndOutput() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            let id = try await pod.run("sleep 1000")
            let (code, output) = try await fixture.runtime.execute(
                id, ["/bin/sh", "-c", "echo 12345; echo 67890 >&2; exit 9"], timeout: .seconds(20), limit: 8)
            #expect(code == 9)
            #expect(output.count == 8)
            let failure = await #expect(throws: RuntimeFailure.self) {
                try await fixture.runtime.execute(
                    id, ["/bin/sh", "-c", "sleep 777 & sleep 778"], timeout: .milliseconds(400), limit: 100)
            }
            #expect(failure?.kind == .timeout)
            let left = try await pod.ask(id, "ps")
            #expect(!left.contains("sleep 777") && !left.contains("sleep 778"))
        }
    }

    @Test func attachingJoinsTheContainersOwnProcess() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            let id = try await pod.run("while read line; do echo \"got $line\"; echo err >&2; done; echo over") {
                $0.hasInput = true
                $0.closesInputOnce = true
            }
            let client = TestClient()
            async let outcome = fixture.runtime.attach(id, client.session(input: true))
            client.send("a\n")
            try await eventually("an echo") { client.received() == "got a\n" }
            client.endInput()
            #expect(await outcome == .exited(0))
            #expect(client.received(1) == "got a\nover\n")
            #expect(client.received(2) == "err\n")
            #expect(try await pod.exit(id).code == 0)
        }
    }

    @Test func attachingToATerminalResizesIt() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            let id = try await pod.run("while read line; do stty size; done") {
                $0.hasInput = true
                $0.hasTerminal = true
            }
            let client = TestClient()
            let session = client.session(input: true, terminal: true)
            let task = Task { await fixture.runtime.attach(id, session) }
            client.resize(77, 33)
            try await eventually("the size", every: .milliseconds(100)) {
                client.send("x\n")
                return client.received().contains("33 77")
            }
            // Leaving does not end the container.
            task.cancel()
            _ = await task.value
            #expect(try await pod.ask(id, "echo alive") == "alive\n")
        }
    }
}
