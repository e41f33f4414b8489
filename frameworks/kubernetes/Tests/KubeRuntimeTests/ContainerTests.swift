import ClusterBase
import Containers
import KubeModel
import KubeNode
import KubeRuntime
import KubeletCore
import TestSupport
import Testing

struct ContainerTests {
    @Test func whatTheSpecificationSaysReachesTheEngine() async throws {
        try await withRuntime { fixture in
            let file = try fixture.scope.directory.write("from the host", to: "a:file")
            let pod = try await fixture.pod()
            let id = try await pod.run("sleep 1000") { config in
                config.limits.cpuShares = 256
                config.limits.cpuQuota = 25_000
                config.limits.memory = 64 << 20
                config.limits.oomScoreAdjustment = 999
                config.security.user = "1000:2000"
                config.security.groups = [3000]
                config.security.addedCapabilities = ["NET_ADMIN"]
                config.security.droppedCapabilities = ["CHOWN"]
                config.security.hasReadOnlyRoot = true
                config.security.hasNoNewPrivileges = true
                config.workingDirectory = "/tmp"
                config.environment = [("GREETING", "hello = world"), ("EMPTY", "")]
                config.mounts = [.init(hostPath: file, containerPath: "/data/file", isReadOnly: true)]
            }
            let host = try await fixture.client.inspect(id)["HostConfig"]
            #expect(host?["CpuShares"]?.integer == 256)
            #expect(host?["CpuQuota"]?.integer == 25_000)
            #expect(host?["CpuPeriod"]?.integer == 100_000)
            #expect(host?["Memory"]?.integer == 64 << 20)
            #expect(host?["OomScoreAdj"]?.integer == 999)
            #expect(host?["RestartPolicy"]?["Name"]?.string == "no")
            #expect(host?["LogConfig"]?["Type"]?.string == "json-file")
            #expect(host?["CapAdd"] == ["NET_ADMIN"])
            #expect(host?["CapDrop"] == ["CHOWN"])
            #expect(try await pod.ask(id, "id -u; id -g; pwd") == "1000\n2000\n/tmp\n")
            #expect(try await pod.ask(id, "id -G").split(separator: " ").contains("3000\n"))
            #expect(try await pod.ask(id, "echo \"$GREETING,${EMPTY-unset}\"") == "hello = world,\n")
            #expect(try await pod.ask(id, "cat /data/file") == "from the host")
            #expect(try await pod.ask(id, "touch /tmp/x 2>&1 || true").contains("Read-only file system"))
            #expect(try await pod.ask(id, "grep NoNewPrivs /proc/self/status").contains("1"))
        }
    }

    @Test func exitsAreToldWithCodeAndTimes() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            let id = try await pod.run("exit 7")
            let exit = try await pod.exit(id)
            #expect(exit.code == 7)
            #expect(!exit.isOutOfMemory && exit.error.isEmpty)
            let start = try #require(exit.startedAt)
            #expect(start <= exit.finishedAt)
            #expect(start.microseconds % 1_000_000 != 0 || exit.finishedAt.microseconds % 1_000_000 != 0)
            let signalled = try await pod.run("other", "sleep 1000")
            try await fixture.client.kill(signalled, signal: "SIGKILL")
            #expect(try await pod.exit(signalled).code == 137)
            #expect(try await !pod.exit(signalled).isOutOfMemory)
        }
    }

    @Test func aContainerBeyondItsMemoryIsToldSo() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            let id = try await pod.run("x=a; while true; do x=$x$x; done") { $0.limits.memory = 16 << 20 }
            #expect(try await pod.exit(id).code == 137)
            // On a busy machine the engine hears of the reason after the end.
            try await eventually("the reason is told") { try await pod.exit(id).isOutOfMemory }
        }
    }

    @Test func aProgramThatIsNotThereIsTheEnginesErrorAndTheContainersEnd() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            var config = pod.container()
            config.command = ["no-such-program"]
            let id = try await fixture.runtime.createContainer(config)
            #expect(try await pod.record().containers.map(\.state) == [.created])
            let failure = await #expect(throws: RuntimeFailure.self) { try await fixture.runtime.startContainer(id) }
            #expect(failure?.message.contains("no-such-program") == true)
            let exit = try await pod.exit(id)
            #expect(exit.code == 127)
            #expect(exit.startedAt == nil)
            #expect(exit.error.contains("executable file not found"))
        }
    }

    @Test func stoppingAsksFirstAndKillsAfterTheGracePeriod() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            let polite = try await pod.run("polite", "trap 'exit 3' TERM; echo ready; while true; do sleep 0.05; done")
            let deaf = try await pod.run("deaf", "trap '' TERM; echo ready; while true; do sleep 0.05; done")
            for id in [polite, deaf] { try await eventually("ready") { try await pod.log(id) == "ready\n" } }
            try await fixture.runtime.stopContainer(polite, grace: .seconds(30))
            #expect(try await pod.exit(polite).code == 3)
            try await fixture.runtime.stopContainer(deaf, grace: .milliseconds(200))
            #expect(try await pod.exit(deaf).code == 137)
            // What has ended or is gone can be stopped and removed again.
            try await fixture.runtime.stopContainer(deaf, grace: .zero)
            try await fixture.runtime.removeContainer(deaf)
            try await fixture.runtime.stopContainer(deaf, grace: .zero)
            try await fixture.runtime.removeContainer(deaf)
        }
    }

    @Test func aRunningContainerCanBeRemoved() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            let id = try await pod.run("sleep 1000")
            try await fixture.runtime.removeContainer(id)
            #expect(try await pod.record().containers.isEmpty)
        }
    }

    @Test func creatingTheSameAttemptAgainGivesTheSameContainer() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            let id = try await pod.run("sleep 1000")
            #expect(try await fixture.runtime.createContainer(pod.container("main", "sleep 1000")) == id)
            try await fixture.runtime.startContainer(id)
            // Another specification under the same name takes its place.
            var other = pod.container("main", "sleep 2000")
            other.specHash = "def"
            let replaced = try await fixture.runtime.createContainer(other)
            #expect(replaced != id)
            #expect(try await pod.record().containers.map(\.id) == [replaced])
        }
    }

    @Test func aMissingImageIsNotFound() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            var config = pod.container()
            config.image = "roost-test-none:1"
            let missing = config
            let failure = await #expect(throws: RuntimeFailure.self) {
                _ = try await fixture.runtime.createContainer(missing)
            }
            #expect(failure?.kind == .notFound)
            #expect(failure?.message.contains("roost-test-none:1") == true)
        }
    }

    @Test func consumptionIsMeasured() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            let id = try await pod.run("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo done; sleep 1000")
            try await eventually("some work") { try await pod.log(id) == "done\n" }
            let usage = try await fixture.runtime.usage(id)
            #expect(usage.cpuNanoseconds > 1_000_000)
            #expect(usage.memoryBytes >= usage.workingSetBytes && usage.workingSetBytes > 0)
            #expect(usage.receivedBytes == nil)
            _ = try? await pod.ask(id, "ping -c 1 -W 1 172.17.0.1")
            let network = try await fixture.runtime.usage(pod.sandbox.id)
            #expect(network.receivedBytes != nil)
            #expect(try #require(network.sentBytes) > 0)
        }
    }
}
