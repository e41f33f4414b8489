import ClusterBase
import KubeModel
import KubeletCore
import Testing

/// Phases by the states of containers (spec `kubernetes/04` §4.1), row by row.
struct PhaseTests {
    /// A container's newest run.
    enum Run: Sendable {
        case none
        case running
        case ended(Int32)
        /// It ended and its next start failed.
        case waiting(Int32)
    }

    /// A row.
    struct Row: Sendable {
        var initial: Run?
        var runs: [Run]
        var policy: String
        var phase: String

        init(_ initial: Run?, _ runs: [Run], _ policy: String, _ phase: String) {
            (self.initial, self.runs, self.policy, self.phase) = (initial, runs, policy, phase)
        }
    }

    static let rows: [Row] = [
        Row(.ended(1), [.none], "Never", "Failed"),
        Row(.ended(1), [.none], "Always", "Pending"),
        Row(Run.none, [.none], "Always", "Pending"),
        Row(.running, [.none], "Always", "Pending"),
        Row(.ended(0), [.none], "Always", "Pending"),
        Row(.ended(0), [.running], "Always", "Running"),
        Row(nil, [.none], "Always", "Pending"),
        Row(nil, [.running, .none], "Never", "Pending"),
        Row(nil, [.running], "Always", "Running"),
        Row(nil, [.running, .ended(1)], "Never", "Running"),
        Row(nil, [.running, .ended(0)], "OnFailure", "Running"),
        Row(nil, [.running, .waiting(1)], "Always", "Running"),
        Row(nil, [.ended(0)], "Always", "Running"),
        Row(nil, [.waiting(0)], "Always", "Running"),
        Row(nil, [.ended(0), .ended(0)], "OnFailure", "Succeeded"),
        Row(nil, [.ended(0), .ended(0)], "Never", "Succeeded"),
        Row(nil, [.ended(1), .ended(0)], "Never", "Failed"),
        Row(nil, [.ended(1), .ended(1)], "Never", "Failed"),
        Row(nil, [.ended(1), .ended(0)], "OnFailure", "Running"),
        Row(nil, [.waiting(1), .ended(0)], "OnFailure", "Running"),
    ]

    @Test(arguments: rows) func phase(_ row: Row) {
        let names = row.runs.indices.map { "c\($0)" }
        let spec = pod(names, initial: row.initial == nil ? [] : ["i"], restart: row.policy)
        var sync = PodSync(PodView(spec), now: UnixTime(seconds: 1_000))
        let all = zip(["i"] + names, [row.initial ?? .none] + row.runs)
        let containers = all.compactMap { name, run in container(name, run, in: sync.view) }
        let sandbox = RuntimeSandbox(id: "s", attempt: 0, isReady: true, createdAt: UnixTime(seconds: 900))
        sync.observe(
            RuntimePod(key: sync.view.key, uid: "u-1", sandboxes: [sandbox], containers: containers))
        for (name, run) in zip(names, row.runs) {
            guard case .waiting = run, let view = sync.view.container(name) else { continue }
            let start = ContainerStart(view, attempt: 1, sandboxID: "s", podAddress: "")
            sync.report(.startFailed(start, StartFailure(.create, "x")), now: UnixTime(seconds: 1_000))
        }
        #expect(sync.phase.rawValue == row.phase)
        #expect(sync.status(now: UnixTime(seconds: 1_000)).text("phase") == row.phase)
    }

    private func container(_ name: String, _ run: Run, in view: PodView) -> RuntimeContainer? {
        let began = UnixTime(seconds: 950)
        let state: RuntimeContainer.State
        switch run {
        case .none: return nil
        case .running: state = .running(since: began)
        case .ended(let code), .waiting(let code):
            state = .exited(RuntimeExit(code: code, startedAt: began, finishedAt: UnixTime(seconds: 990)))
        }
        return RuntimeContainer(
            id: "id-\(name)", name: name, attempt: 0, image: "busybox", sandboxID: "s", createdAt: began, state: state)
    }

    @Test(arguments: ["Failed", "Succeeded"]) func aPhaseThatIsForGoodStays(_ phase: String) {
        var bench = NodeBench(pod { $0["status", "phase"] = .string(phase) })
        bench.pass(60)
        #expect(bench.phase == phase)
        #expect(bench.startCount == 0)
    }
}
