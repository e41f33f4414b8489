internal import ClusterBase
internal import ClusterModel
internal import ClusterPorts
internal import Foundation
internal import HTTPTransport
internal import TestSupport
internal import Testing

@testable internal import Containers

/// Real containers in a real engine.
@Suite(.enabled(if: DockerEngine.isAvailable)) struct DockerContainerizerTests {
    private func info(
        _ engine: DockerEngine, network: DockerInfo.Network = .none, ports: [DockerInfo.PortMapping] = [],
        parameters: [Parameter] = [], volumes: [Volume] = []
    ) -> ContainerInfo {
        let docker = DockerInfo(image: engine.image, network: network, portMappings: ports, parameters: parameters)
        return ContainerInfo(kind: .docker(docker), volumes: volumes)
    }

    @Test func runsToItsEndWithOutputEnvironmentAndVolumes() async throws {
        let engine = try await DockerEngine.shared()
        try await withContainers { fixture in
            let containerizer = try await fixture.docker()
            let volume = Volume(containerPath: "/in", hostPath: fixture.directory.path, isReadOnly: true)
            let script = "echo $GREETING $EXTRA; cat /in/file; echo kept > $MESOS_SANDBOX/result; echo bad >&2; exit 5"
            let container = info(engine, parameters: [Parameter(key: "env", value: "EXTRA=there")], volumes: [volume])
            var spec = try fixture.spec(script, container: container)
            spec.environment = [.init("GREETING", "hello")]
            try fixture.directory.write("from the host\n", to: "file")
            let termination = try await fixture.run(spec, in: containerizer)
            #expect(termination.exit == .exited(5))
            #expect(termination.message == "Container exited with status 5")
            #expect(output(spec) == "hello there\nfrom the host\n")
            #expect(output(spec, "stderr") == "bad\n")
            #expect(output(spec, "result") == "kept\n")
            await containerizer.forget(spec.id)
            #expect(try await engine.containers(label: "roost.test=\(fixture.name)").isEmpty)
        }
    }

    /// As agents ask for persistent volumes; a sub-role's directory has a blank in its name.
    @Test func volumesBelowTheSandboxKeepWhatIsWritten() async throws {
        let engine = try await DockerEngine.shared()
        try await withContainers { fixture in
            let containerizer = try await fixture.docker()
            let directory = fixture.directory.path("volumes/roles/eng web/v1")
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            for isReadOnly in [false, true] {
                let volume = Volume(containerPath: "data", hostPath: directory, isReadOnly: isReadOnly)
                let script = "cat $MESOS_SANDBOX/data/file; echo kept > $MESOS_SANDBOX/data/file"
                let spec = try fixture.spec(script, container: info(engine, volumes: [volume]))
                let termination = try await fixture.run(spec, in: containerizer)
                #expect(termination.exit == .exited(isReadOnly ? 1 : 0))
                #expect(output(spec) == (isReadOnly ? "kept\n" : ""))
                await containerizer.forget(spec.id)
            }
        }
    }

    @Test func aMappedPortServesAndATakenOneIsRefused() async throws {
        let engine = try await DockerEngine.shared()
        try await withContainers { fixture in
            let containerizer = try await fixture.docker()
            let port = try FreePort.next()
            let ports = [DockerInfo.PortMapping(hostPort: port, containerPort: 80)]
            let command = CommandInfo(value: "httpd", isShell: false, arguments: ["-f", "-p", "80", "-h", "/www"])
            let spec = try fixture.spec(command, container: info(engine, network: .bridge, ports: ports))
            let started = try await containerizer.launch(spec)
            #expect(started.addresses.count == 1)
            #expect(try #require(started.pid) > 0)
            let inspected = try JSONValue(parsing: try #require(started.inspectJSON))
            #expect(inspected[0]?["Name"]?.string == "/mesos-\(spec.id)")
            let page = try await eventually("the page is served") {
                try? await fixture.http.send(ClientRequest(.get, "http://127.0.0.1:\(port)/index.html")).text
            }
            #expect(page == "roost\n")

            let second = try fixture.spec(command, container: info(engine, network: .bridge, ports: ports))
            let error = try await #require(throws: ClusterError.self) { try await containerizer.launch(second) }
            #expect(error.description.contains("port is already allocated"))
            #expect(try await engine.containers(label: "roost.container=\(second.id)").isEmpty)
        }
    }

    @Test func aMissingImageAndAMissingEngineAreExplained() async throws {
        _ = try await DockerEngine.shared()
        try await withContainers { fixture in
            let missing = ContainerInfo(kind: .docker(DockerInfo(image: "127.0.0.1:1/no/such:image")))
            let spec = try fixture.spec("true", container: missing)
            let error = try await #require(throws: ClusterError.self) { try await fixture.docker().launch(spec) }
            #expect(error.description.contains("127.0.0.1:1/no/such:image"))
            let absent = try await fixture.docker { $0.socket = fixture.directory.path("nothing.sock") }
            let other = try await #require(throws: ClusterError.self) { try await absent.launch(spec) }
            #expect(other.code == .unavailable)
            #expect(other.description.contains("no Docker engine answers at \(fixture.directory.path("nothing.sock"))"))
            #expect(try await absent.recover([]).isEmpty)
        }
    }

    @Test func stopAsksThenKills() async throws {
        let engine = try await DockerEngine.shared()
        try await withContainers { fixture in
            let containerizer = try await fixture.docker()
            let polite = try fixture.spec(
                "trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.05; done", container: info(engine))
            _ = try await containerizer.launch(polite)
            try await eventually("the trap is set") { output(polite) == "up\n" }
            await containerizer.stop(polite.id, grace: .seconds(60))
            #expect(try await containerizer.wait(polite.id).exit == .exited(3))
            #expect(output(polite) == "up\nbye\n")
            let stubborn = try fixture.spec(
                "trap '' TERM; echo up; while :; do sleep 0.05; done", container: info(engine))
            _ = try await containerizer.launch(stubborn)
            try await eventually("the trap is set") { output(stubborn) == "up\n" }
            await containerizer.stop(stubborn.id, grace: .seconds(600))
            await containerizer.stop(stubborn.id, grace: .milliseconds(100))
            #expect(try await containerizer.wait(stubborn.id).exit == .exited(137))
        }
    }

    @Test func checksRunInsideAndUsageIsKnown() async throws {
        let engine = try await DockerEngine.shared()
        try await withContainers { fixture in
            let containerizer = try await fixture.docker()
            let limits = ContainerLimits(cpus: 0.5, memoryBytes: 64 << 20)
            let spec = try fixture.spec("echo x > /marker; sleep 1000", container: info(engine), limits: limits)
            _ = try await containerizer.launch(spec)
            let check = CommandInfo(value: "test -s /marker && test $OWN = y", environment: [.init("OWN", "y")])
            try await eventually("the check passes") {
                try await containerizer.execute(spec.id, command: check, timeout: .seconds(20)) == 0
            }
            let failing = CommandInfo(value: "exit 9")
            #expect(try await containerizer.execute(spec.id, command: failing, timeout: .seconds(20)) == 9)
            let slow = CommandInfo(value: "sleep 1000")
            let error = try await #require(throws: ClusterError.self) {
                try await containerizer.execute(spec.id, command: slow, timeout: .milliseconds(300))
            }
            #expect(error.code == .timeout)
            #expect(try await containerizer.usage(spec.id).memoryBytes > 0)
            try await containerizer.update(spec.id, limits: ContainerLimits(cpus: 1, memoryBytes: 128 << 20))
            let host = try await DockerEngineClient(socket: engine.socket, http: fixture.http)
                .inspect("mesos-\(spec.id)")["HostConfig"]
            #expect(host?["CpuShares"] == 1024)
            #expect(host?["Memory"] == .integer(128 << 20))
            await containerizer.destroy(spec.id)
            #expect(try await containerizer.wait(spec.id).exit == .exited(137))
        }
    }

    @Test func exhaustedMemoryIsTheReason() async throws {
        let engine = try await DockerEngine.shared()
        try await withContainers { fixture in
            let limits = ContainerLimits(cpus: 1, memoryBytes: 32 << 20)
            let spec = try fixture.spec("x=a; while :; do x=$x$x; done", container: info(engine), limits: limits)
            let termination = try await fixture.run(spec, in: try await fixture.docker())
            #expect(termination.limitation == .memory)
            #expect(termination.message.hasPrefix("Memory limit exceeded: Requested: 32MB"))
        }
    }

    @Test func anotherDaemonAdoptsContainersWithoutLosingOutput() async throws {
        let engine = try await DockerEngine.shared()
        try await withContainers { fixture in
            let first = try await fixture.docker()
            let script =
                "n=0; while test ! -e /mnt/mesos/sandbox/stop; do n=$((n+1)); echo line $n; sleep 0.01; done; exit 4"
            let running = try fixture.spec(script, container: info(engine))
            let ended = try fixture.spec("echo done; exit 6", container: info(engine))
            let orphan = try fixture.spec("sleep 1000", container: info(engine))
            let started = try await first.launch(running)
            _ = try await first.launch(orphan)
            #expect(try await fixture.run(ended, in: first).exit == .exited(6))
            try await eventually("some output is there") { output(running).contains("line 20\n") }
            await first.close()

            let second = try await fixture.docker()
            let found = try await second.recover([fixture.recoverable(running), fixture.recoverable(ended)])
            #expect(
                found[ended.id]
                    == .ended(ContainerTermination(exit: .exited(6), message: "Container exited with status 6")))
            guard case .running(let again)? = found[running.id] else { throw TestError("not running: \(found)") }
            #expect(again.pid == started.pid)
            #expect(try await engine.containers(label: "roost.container=\(orphan.id)").isEmpty)
            let before = output(running).count
            try await eventually("more output is there") { output(running).count > before + 100 }
            try Data().write(to: URL(fileURLWithPath: running.sandbox + "/stop"))
            #expect(try await second.wait(running.id).exit == .exited(4))
            let lines = output(running).split(separator: "\n").map(String.init)
            #expect(lines == (1...lines.count).map { "line \($0)" })
            #expect(output(ended) == "done\n")
        }
    }

    @Test func aContainerRemovedByHandEndsUnknown() async throws {
        let engine = try await DockerEngine.shared()
        try await withContainers { fixture in
            let containerizer = try await fixture.docker()
            let spec = try fixture.spec("sleep 1000", container: info(engine))
            _ = try await containerizer.launch(spec)
            try await engine.call(.post, "/containers/mesos-\(spec.id)/kill")
            #expect(try await containerizer.wait(spec.id).exit == .exited(137))
            try await engine.call(.delete, "/containers/mesos-\(spec.id)?force=1")
            let later = try await fixture.docker()
            #expect(try await later.recover([fixture.recoverable(spec)]).isEmpty)
        }
    }

    @Test func twentyAtOnceAreTheEnginesPace() async throws {
        let engine = try await DockerEngine.shared()
        try await withContainers { fixture in
            let containerizer = try await fixture.docker()
            let specs = try (0..<20).map { _ in try fixture.spec("sleep 1000", container: info(engine)) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for spec in specs { group.addTask { _ = try await containerizer.launch(spec) } }
                try await group.waitForAll()
            }
            #expect(try await engine.containers(label: "roost.test=\(fixture.name)").count == 20)
        }
    }

    @Test func theCompositeChoosesByKind() async throws {
        let engine = try await DockerEngine.shared()
        try await withContainers { fixture in
            let both = CompositeContainerizer(processes: try fixture.processes(), docker: try await fixture.docker())
            let plain = try fixture.spec("exit 1")
            let docker = try fixture.spec(
                "test -x /bin/busybox && test ! -e /usr/bin && exit 2", container: info(engine))
            #expect(try await fixture.run(plain, in: both).exit == .exited(1))
            #expect(try await fixture.run(docker, in: both).exit == .exited(2))
            await both.forget(docker.id)
            let without = CompositeContainerizer(processes: try fixture.processes(), docker: nil)
            let error = try await #require(throws: ClusterError.self) { try await without.launch(docker) }
            #expect(error.field == "container.type")
        }
    }
}
