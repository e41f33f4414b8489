import ClusterBase
import Foundation
import TestSupport
import Testing

/// The seeds' scenarios on a pool of one host, by an unmodified `kubectl` 1.20.
///
/// All share the pool; each has a namespace of its own, unless its printed words name the default one.
@Suite(.podPool, .inTurns, .enabled(if: TestHosts.isAvailable), .timeLimit(.minutes(10))) enum PodScenarios {}

/// Runs a suite with one pool for all of its tests.
struct PodPoolTrait: SuiteTrait, TestScoping {
    @TaskLocal static var pool: PodPool?

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTestScope("pods") { scope in
            let pool = try await PodPool.start(in: scope)
            try await Self.$pool.withValue(pool) { try await function() }
        }
    }
}

/// Runs a few tests of a suite at a time: the engine of the one host works on one start of a pod after the other.
struct TurnTrait: SuiteTrait, TestTrait, TestScoping {
    private static let turns = Turns(6)

    let isRecursive = true

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws { try await Self.turns.take { try await function() } }
}

/// Lets a number of tests run at a time.
private actor Turns {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    nonisolated func take(_ body: () async throws -> Void) async throws {
        await enter()
        do { try await body() } catch {
            await leave()
            throw error
        }
        await leave()
    }

    private func enter() async {
        if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
    }

    private func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

extension Trait where Self == PodPoolTrait {
    /// A pool of one host.
    static var podPool: Self { PodPoolTrait() }
}

extension Trait where Self == TurnTrait {
    /// A few at a time.
    static var inTurns: Self { TurnTrait() }
}

/// A namespace of the cluster, and `kubectl` in it.
struct Project {
    let pool: PodPool
    let namespace: String

    /// The pool of the running suite, with a namespace made for the test.
    static func make(_ namespace: String) async throws -> Project {
        let pool = try #require(PodPoolTrait.pool as PodPool?)
        let project = Project(pool: pool, namespace: namespace)
        if namespace != "default" { try await project("create", "namespace", namespace) }
        return project
    }

    /// What `kubectl` says to arguments.
    func run(_ arguments: [String], within timeout: Duration = .seconds(90)) async throws -> KubernetesServer.Output {
        try await pool.server.kubectl(["-n", namespace] + arguments, within: timeout)
    }

    /// The same; a failure is one of the test.
    @discardableResult
    func callAsFunction(
        _ arguments: String..., within timeout: Duration = .seconds(90), at location: SourceLocation = #_sourceLocation
    ) async throws -> KubernetesServer.Output {
        let output = try await run(arguments, within: timeout)
        if !output.status.isSuccess {
            let state = try await run(["describe", "pods"])
            let said = "\(output.errors)\(output.text)\n\(state.text.suffix(4_000))"
            Issue.record("kubectl \(arguments.joined(separator: " ")): \(said)", sourceLocation: location)
            throw TestError("kubectl failed")
        }
        return output
    }

    /// What `kubectl` says when it refuses.
    func refusal(_ arguments: String..., at location: SourceLocation = #_sourceLocation) async throws -> String {
        let output = try await run(arguments)
        #expect(!output.status.isSuccess, "\(output.text)", sourceLocation: location)
        return output.errors
    }

    /// Creates what a fixture holds.
    @discardableResult
    func create(_ fixture: String) async throws -> KubernetesServer.Output {
        try await self("create", "-f", try Roost.fixture(fixture))
    }

    /// Creates what a manifest holds.
    @discardableResult
    func create(manifest: String) async throws -> KubernetesServer.Output {
        let name = "manifest-\(UInt32.random(in: 0 ... .max)).yaml"
        return try await self("create", "-f", try pool.scope.directory.write(manifest, to: name))
    }

    /// The words of the one row about an object, after those of the heading.
    func row(_ kind: String, _ name: String) async throws -> [String] {
        let lines = try await self("get", kind, name).lines
        #expect(lines.count == 2, "\(lines)")
        return (lines.last ?? "").words
    }

    /// A value by template.
    func value(_ object: String, _ path: String) async throws -> String {
        try await self("get", object, "-o", "jsonpath={\(path)}").text
    }

    /// Waits until pods are ready.
    func ready(_ arguments: String...) async throws { try await ready(arguments) }

    /// Waits until pods are ready.
    func ready(_ arguments: [String]) async throws {
        let output = try await run(["wait", "--for=condition=Ready", "--timeout=60s"] + arguments)
        guard output.status.isSuccess else {
            let state = try await run(["describe"] + arguments)
            throw TestError("\(arguments) not ready: \(output.errors)\n\(state.text.suffix(6_000))")
        }
    }

    /// Waits until what is printed of an object is as it should be, following it; returns what was printed.
    @discardableResult
    func until(
        _ arguments: String..., within timeout: Duration = .seconds(60), _ isWanted: @escaping (String) -> Bool
    ) async throws -> String {
        let watch = try pool.server.startKubectl(["-n", namespace, "get", "-w"] + arguments)
        defer { watch.stop() }
        do {
            return try await eventually("\(arguments)", within: timeout, every: .milliseconds(20)) {
                watch.output().split(separator: "\n").map(String.init).last(where: isWanted)
            }
        } catch {
            let state = try await run(["describe", "pods"])
            throw TestError("\(error): \(watch.tails)\n\(state.text.suffix(6_000))")
        }
    }

    /// Deletes things at once.
    func delete(_ arguments: String...) async throws {
        let output = try await run(["delete", "--grace-period=0", "--force", "--wait=false"] + arguments)
        #expect(output.status.isSuccess, "\(output.errors)")
    }

    /// Runs a shell script on the host.
    func onHost(_ script: String, host: Int = 0) async throws -> String {
        try await pool.hosts.hosts[host].namespace.shell(script, in: pool.scope)
    }
}

extension String {
    /// The words between blanks.
    var words: [String] { split(whereSeparator: \.isWhitespace).map(String.init) }
}
