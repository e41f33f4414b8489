internal import ClusterBase
internal import ClusterModel
internal import ClusterPorts
internal import Foundation
internal import TestSupport
internal import Testing

@testable internal import Containers

@Suite struct ProcessContainerizerTests {
    @Test func reportsExitStatusAndOutput() async throws {
        try await withContainers { fixture in
            let containerizer = try fixture.processes()
            let spec = try fixture.spec("echo to the user; echo a complaint >&2; exit 7")
            let termination = try await fixture.run(spec, in: containerizer)
            #expect(termination == ContainerTermination(exit: .exited(7)))
            #expect(output(spec) == "to the user\n")
            #expect(output(spec, "stderr") == "a complaint\n")
            #expect(try await containerizer.wait(spec.id) == termination)
            await containerizer.forget(spec.id)
            #expect(!FileManager.default.fileExists(atPath: spec.runtimeDirectory))
            await #expect(throws: ClusterError.self) { try await containerizer.wait(spec.id) }
        }
    }

    @Test func reportsTheSignal() async throws {
        try await withContainers { fixture in
            let spec = try fixture.spec("kill -USR1 $$")
            #expect(try await fixture.run(spec, in: try fixture.processes()).exit == .signalled(SIGUSR1))
        }
    }

    @Test func givesExactlyTheEnvironmentAndSandbox() async throws {
        try await withContainers { fixture in
            var spec = try fixture.spec(CommandInfo(value: "env", isShell: false, arguments: ["env"]))
            spec.environment = [.init("A", "first"), .init("B", "two words"), .init("A", "last")]
            #expect(try await fixture.run(spec, in: try fixture.processes()).exit == .exited(0))
            let expected = [
                "A=last", "B=two words", "MESOS_SANDBOX=\(spec.sandbox)", "PATH=\(Environment.defaultPath)",
            ]
            #expect(output(spec).split(separator: "\n").map(String.init).sorted() == expected)
            let place = try fixture.spec("pwd; ls /proc/self/fd | wc -l")
            _ = try await fixture.run(place, in: try fixture.processes())
            // ls itself holds the directory it lists: 0, 1, 2 and that one.
            #expect(output(place).split(separator: "\n").map { $0.filter { $0 != " " } } == [place.sandbox, "4"])
        }
    }

    @Test func argumentsAreTheWholeVector() async throws {
        try await withContainers { fixture in
            let command = CommandInfo(
                value: "/bin/sh", isShell: false, arguments: ["other", "-c", "echo $0 $1", "x", "y z"])
            let spec = try fixture.spec(command)
            _ = try await fixture.run(spec, in: try fixture.processes())
            #expect(output(spec) == "x y z\n")
        }
    }

    @Test func aProgramThatIsNotThereFailsTheLaunch() async throws {
        try await withContainers { fixture in
            let containerizer = try fixture.processes()
            let spec = try fixture.spec(CommandInfo(value: "no-such-program", isShell: false))
            let error = try await #require(throws: ClusterError.self) { try await containerizer.launch(spec) }
            #expect(error.description.contains("cannot execute 'no-such-program': No such file or directory"))
            #expect(!FileManager.default.fileExists(atPath: spec.runtimeDirectory + "/control"))
            let nothing = try fixture.spec(CommandInfo(value: nil))
            let missing = try await #require(throws: ClusterError.self) { try await containerizer.launch(nothing) }
            #expect(missing.field == "command.value")
        }
    }

    @Test func anImageOrAnUnknownUserIsRefused() async throws {
        try await withContainers { fixture in
            let containerizer = try fixture.processes()
            let image = try fixture.spec("true", container: ContainerInfo(kind: .mesos(image: "python:3")))
            let error = try await #require(throws: ClusterError.self) { try await containerizer.launch(image) }
            #expect(error.field == "container.mesos.image")
            var user = try fixture.spec("true")
            user.user = "nobody-by-this-name"
            let other = try await #require(throws: ClusterError.self) { try await containerizer.launch(user) }
            #expect(other.field == "command.user")
        }
    }

    @Test(.enabled(if: getuid() == 0)) func runsAsTheUser() async throws {
        try await withContainers { fixture in
            var spec = try fixture.spec("id -u; id -G; echo x >&2")
            spec.user = "nobody"
            let nobody = try UserAccount.find("nobody")
            #expect(try await fixture.run(spec, in: try fixture.processes()).exit == .exited(0))
            #expect(output(spec).split(separator: "\n").first == "\(nobody.user)")
            #expect(
                output(spec).split(separator: "\n").last == nobody.groups.map { "\($0)" }.joined(separator: " ")[...])
        }
    }

    @Test func stopAsksThenKillsAndASecondStopChangesTheGrace() async throws {
        try await withContainers { fixture in
            let containerizer = try fixture.processes()
            let polite = try fixture.spec("trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.05; done")
            _ = try await containerizer.launch(polite)
            try await eventually("the trap is set") { output(polite) == "up\n" }
            await containerizer.stop(polite.id, grace: .seconds(60))
            #expect(try await containerizer.wait(polite.id).exit == .exited(3))
            #expect(output(polite).hasSuffix("bye\n"))

            let stubborn = try fixture.spec("trap '' TERM; echo up; while :; do sleep 0.05; done")
            _ = try await containerizer.launch(stubborn)
            try await eventually("the trap is set") { output(stubborn) == "up\n" }
            let start = ContinuousClock.now
            await containerizer.stop(stubborn.id, grace: .seconds(600))
            await containerizer.stop(stubborn.id, grace: .milliseconds(100))
            #expect(try await containerizer.wait(stubborn.id).exit == .signalled(SIGKILL))
            #expect(start.duration(to: .now) < .seconds(60))
        }
    }

    @Test func nothingOfTheTreeSurvivesTheFirstProcess() async throws {
        try await withContainers { fixture in
            let containerizer = try fixture.processes()
            // A daemon in the classical way: new session, parent gone; it would run for long.
            let script =
                "setsid sh -c 'sleep 1000 & echo $! > daemon; sleep 1000' & until test -s daemon; do sleep 0.01; done"
            let spec = try fixture.spec(script)
            #expect(try await fixture.run(spec, in: containerizer).exit == .exited(0))
            let daemon = try #require(
                PosixFile.read(spec.sandbox + "/daemon")?.split(whereSeparator: \.isWhitespace).first.flatMap {
                    Int32($0)
                })
            #expect(!isAlive(daemon))
        }
    }

    @Test func destroyKillsAllOfIt() async throws {
        try await withContainers { fixture in
            let containerizer = try fixture.processes()
            let spec = try fixture.spec("setsid sleep 1000 & echo $! > child; sleep 1000")
            let started = try await containerizer.launch(spec)
            let child = try await eventually("the child runs") {
                PosixFile.read(spec.sandbox + "/child")?.split(whereSeparator: \.isWhitespace).first.flatMap {
                    Int32($0)
                }
            }
            #expect(isAlive(child))
            await containerizer.destroy(spec.id)
            #expect(try await containerizer.wait(spec.id).exit == .signalled(SIGKILL))
            #expect(!isAlive(child))
            #expect(!isAlive(try #require(started.pid)))
        }
    }

    @Test func checksRunInTheContainersSurroundings() async throws {
        try await withContainers { fixture in
            let containerizer = try fixture.processes()
            var spec = try fixture.spec("echo here > marker; sleep 1000")
            spec.environment = [.init("TASK", "value")]
            _ = try await containerizer.launch(spec)
            try await eventually("the marker is there") { PosixFile.exists(spec.sandbox + "/marker") }
            let check = CommandInfo(
                value: "test -s marker && test \"$TASK$OWN\" = valuex", environment: [.init("OWN", "x")])
            #expect(try await containerizer.execute(spec.id, command: check, timeout: .seconds(20)) == 0)
            #expect(
                try await containerizer.execute(spec.id, command: CommandInfo(value: "exit 5"), timeout: .seconds(20))
                    == 5)
            let signalled = CommandInfo(value: "kill -9 $$")
            #expect(
                try await containerizer.execute(spec.id, command: signalled, timeout: .seconds(20)) == 128 + SIGKILL)
            let slow = CommandInfo(value: "sleep 1000 & echo $! > slow; wait")
            let error = try await #require(throws: ClusterError.self) {
                try await containerizer.execute(spec.id, command: slow, timeout: .milliseconds(300))
            }
            #expect(error.code == .timeout)
            let left = try #require(
                PosixFile.read(spec.sandbox + "/slow")?.split(separator: "\n").first.flatMap { Int32($0) })
            #expect(!isAlive(left))
            #expect(try await containerizer.usage(spec.id).memoryBytes > 0)
        }
    }

    @Test func aHundredAtOnce() async throws {
        try await withContainers { fixture in
            let containerizer = try fixture.processes()
            let specs = try (0..<100).map { try fixture.spec("echo $N; exit 0", id: "many-\($0)") }
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for spec in specs {
                    group.addTask {
                        _ = try await containerizer.launch(spec)
                        return try await containerizer.wait(spec.id).exit == .exited(0)
                    }
                }
                for try await fine in group { #expect(fine) }
            }
            let own = getpid()
            let children = PosixFile.names(in: "/proc").compactMap { Int32($0) }.filter {
                ProcessTree.entry(of: $0)?.parent == own
            }
            let supervisors = children.filter { PosixFile.read("/proc/\($0)/comm") == "roost-task\n" }
            #expect(supervisors.isEmpty)
        }
    }

    @Test func aSupervisorTakesLittleMemoryAndIsNoChildOfOurs() async throws {
        try await withContainers { fixture in
            let containerizer = try fixture.processes()
            var spec = try fixture.spec("sleep 1000")
            spec.pidFile = spec.sandbox + "/forked.pid"
            let pid = try #require(try await containerizer.launch(spec).pid)
            #expect(PosixFile.read(spec.sandbox + "/forked.pid") == "\(pid)")
            let supervisor = try #require(ProcessTree.entry(of: pid)?.parent)
            #expect(PosixFile.read("/proc/\(supervisor)/comm") == "roost-task\n")
            let kilobytes = PosixFile.read("/proc/\(supervisor)/smaps_rollup")?.split(separator: "\n")
                .first { $0.hasPrefix("Rss:") }?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
            #expect(try #require(kilobytes) < 300)
            #expect(ProcessTree.entry(of: supervisor)?.parent != getpid())
            #expect(ProcessTree.entry(of: supervisor)?.session != getsid(0))
        }
    }
}
