internal import ClusterBase
internal import ClusterModel
internal import ClusterPorts
internal import Foundation
internal import TestSupport
internal import Testing

@testable internal import Containers

@Suite struct ProcessRecoveryTests {
    private static let key = "ROOST_TEST_LAUNCH_AND_DIE"

    /// Not a test: what the process that is killed runs (see the next one).
    @Test(.enabled(if: ProcessInfo.processInfo.environment[key] != nil)) func launchAndWaitToBeKilled() async throws {
        guard let directory = ProcessInfo.processInfo.environment[Self.key] else { return }
        try await withContainers { fixture in
            let containerizer = try fixture.processes()
            var spec = try fixture.spec(
                "echo one; trap 'echo two; exit 4' TERM; while :; do sleep 0.05; done", id: "survivor")
            (spec.sandbox, spec.runtimeDirectory) = (directory + "/sandbox", directory + "/run-survivor")
            spec.environment = [.init("KEPT", "yes")]
            let started = try await containerizer.launch(spec)
            try PosixFile.replace(directory + "/pid", with: "\(started.pid ?? 0)")
            try await Task.sleep(for: .seconds(60))
        }
    }

    @Test func aTaskSurvivesTheKillOfItsDaemonAndIsAdopted() async throws {
        try await withContainers { fixture in
            let sandbox = try fixture.directory.makeDirectory("sandbox")
            let daemon = try ChildProcess(
                try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
                ["--testing-library", "swift-testing", "--filter", "launchAndWaitToBeKilled"],
                environment: [Self.key: fixture.directory.path])
            let pid = try await eventually("the daemon has launched") {
                guard daemon.isRunning else { throw TestError("the daemon ended: \(daemon.tails)") }
                return PosixFile.read(fixture.directory.path("pid")).flatMap { Int32($0) }
            }
            daemon.stop()
            #expect(isAlive(pid))

            let containerizer = try fixture.processes()
            let known = RecoverableContainer(
                id: "survivor", isDocker: false, pid: pid, runtimeDirectory: fixture.directory.path("run-survivor"),
                sandbox: sandbox)
            #expect(try await containerizer.recover([known]) == ["survivor": .running(ContainerStarted(pid: pid))])
            let check = CommandInfo(value: "test $KEPT = yes")
            #expect(try await containerizer.execute("survivor", command: check, timeout: .seconds(20)) == 0)
            await containerizer.stop("survivor", grace: .seconds(60))
            #expect(try await containerizer.wait("survivor").exit == .exited(4))
            #expect(PosixFile.read(sandbox + "/stdout") == "one\ntwo\n")
        }
    }

    @Test func anEndWhileNobodyWatchedIsRemembered() async throws {
        try await withContainers { fixture in
            let spec = try fixture.spec("exit 9")
            _ = try await fixture.run(spec, in: try fixture.processes())
            let later = try fixture.processes()
            let stranger = try fixture.recoverable(fixture.spec("never launched"))
            let found = try await later.recover([fixture.recoverable(spec), stranger])
            #expect(found == [spec.id: .ended(ContainerTermination(exit: .exited(9)))])
            #expect(try await later.wait(spec.id).exit == .exited(9))
        }
    }

    @Test func aKilledSupervisorTakesItsTaskAlongAndTheEndIsUnknown() async throws {
        try await withContainers { fixture in
            let containerizer = try fixture.processes()
            let spec = try fixture.spec("sleep 1000 & echo $! > child; wait")
            let pid = try #require(try await containerizer.launch(spec).pid)
            let child = try await eventually("the child runs") {
                PosixFile.read(spec.sandbox + "/child")?.split(separator: "\n").first.flatMap { Int32($0) }
            }
            kill(try #require(ProcessTree.entry(of: pid)?.parent), SIGKILL)
            let termination = try await containerizer.wait(spec.id)
            #expect(termination.exit == .unknown)
            #expect(!termination.message.isEmpty)
            try await eventually("the task is gone") { !isAlive(pid) && !isAlive(child) }
            let later = try fixture.processes()
            #expect(try await later.recover([fixture.recoverable(spec, pid: pid)])[spec.id] == .ended(termination))
        }
    }
}
