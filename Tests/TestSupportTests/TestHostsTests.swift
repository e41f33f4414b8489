import HTTPTransport
import TestSupport
import Testing

/// The testbed itself: hosts with engines, images without a registry outside, and nothing left behind.
@Suite(.enabled(if: TestHosts.isAvailable), .timeLimit(.minutes(2))) struct TestHostsTests {
    @Test func hostsRunStandInsAndGo() async throws {
        let place = try await withTestScope("hosts") { scope in
            let hosts = try await TestHosts.start(2, in: scope)
            let (first, second) = (hosts.hosts[0], hosts.hosts[1])
            try await second.engine.call(.post, "/images/create?fromImage=nginx&tag=latest")
            let body = #"{"Image":"nginx","Hostname":"web-1"}"#
            try await second.engine.call(.post, "/containers/create?name=web", body: Array(body.utf8))
            try await second.engine.call(.post, "/containers/web/start")
            let page = "curl -s http://10.244.2.2:443/ || true"
            try await eventually("the page is served") {
                try await second.namespace.shell(page, in: scope) == "web-1\n"
            }
            // An image that nobody has is refused at once.
            await #expect(throws: TestError.self) {
                try await second.engine.call(.post, "/images/create?fromImage=nothing&tag=latest")
            }
            let ping = "busybox ping -c 1 -W 1 \(second.address) > /dev/null && echo yes || echo no"
            #expect(try await first.namespace.shell(ping, in: scope) == "yes\n")
            try await hosts.connect(second, false)
            #expect(try await first.namespace.shell(ping, in: scope) == "no\n")
            try await hosts.connect(second, true)
            try await eventually("the host is back") {
                try await first.namespace.shell(ping, in: scope) == "yes\n"
            }
            return scope.directory.path
        }
        try await withTestScope("left") { scope in
            let left = try scope.start(
                "/bin/sh",
                ["-c", "grep -c \(place) /proc/mounts; pgrep -fc \(place)/; ip netns | grep -c roost-test-$PPID"])
            _ = try await left.waitForExit()
            // The shell that asks is itself one that names the place.
            #expect(left.output() == "0\n1\n0\n")
        }
    }
}
