import ClusterBase
import KubeModel
import KubeletCore
import Testing

/// The table of seeds S-21: what becomes of a running pod, by restart policy.
struct PodStateMachineTests {
    /// A cell of the table.
    struct Cell: Sendable, CustomTestStringConvertible {
        var policy: String
        var phase: String
        var restarts: Int64

        var testDescription: String { "\(policy) → \(phase)" }
    }

    /// A pod of containers that run since a minute.
    private func running(_ policy: String, _ containers: [String] = ["c"]) -> NodeBench {
        var bench = NodeBench(pod(containers, restart: policy))
        bench.settle()
        #expect(bench.phase == "Running")
        bench.pass(60)
        bench.events = []
        return bench
    }

    private func expect(_ bench: NodeBench, _ cell: Cell, _ container: String = "c", event: String) {
        #expect(bench.phase == cell.phase)
        #expect(bench.restarts(container) == cell.restarts)
        #expect(bench.events.contains(event), "\(bench.events)")
        #expect((bench.running(container) != nil) == (cell.restarts > 0))
    }

    @Test(arguments: [
        Cell(policy: "Always", phase: "Running", restarts: 1),
        Cell(policy: "OnFailure", phase: "Succeeded", restarts: 0),
        Cell(policy: "Never", phase: "Succeeded", restarts: 0),
    ])
    func oneContainerEndsWell(_ cell: Cell) {
        var bench = running(cell.policy)
        bench.end("c", 0)
        expect(bench, cell, event: "Completed Container c completed")
    }

    @Test(arguments: [
        Cell(policy: "Always", phase: "Running", restarts: 1),
        Cell(policy: "OnFailure", phase: "Running", restarts: 1),
        Cell(policy: "Never", phase: "Failed", restarts: 0),
    ])
    func oneContainerFails(_ cell: Cell) {
        var bench = running(cell.policy)
        bench.end("c", 3)
        expect(bench, cell, event: "Failed Container c failed with exit code 3")
    }

    @Test(arguments: [
        Cell(policy: "Always", phase: "Running", restarts: 1),
        Cell(policy: "OnFailure", phase: "Running", restarts: 1),
        Cell(policy: "Never", phase: "Running", restarts: 0),
    ])
    func oneOfTwoContainersFails(_ cell: Cell) {
        var bench = running(cell.policy, ["c", "d"])
        let other = bench.running("d")?.id
        bench.end("c", 1)
        expect(bench, cell, event: "Failed Container c failed with exit code 1")
        #expect(bench.running("d")?.id == other)
        #expect(bench.restarts("d") == 0)
    }

    @Test(arguments: [
        Cell(policy: "Always", phase: "Running", restarts: 1),
        Cell(policy: "OnFailure", phase: "Running", restarts: 1),
        Cell(policy: "Never", phase: "Failed", restarts: 0),
    ])
    func bothContainersFail(_ cell: Cell) {
        var bench = running(cell.policy, ["c", "d"])
        bench.end("c", 1)
        bench.end("d", 2)
        expect(bench, cell, event: "Failed Container c failed with exit code 1")
        expect(bench, cell, "d", event: "Failed Container d failed with exit code 2")
    }

    @Test(arguments: [
        Cell(policy: "Always", phase: "Running", restarts: 1),
        Cell(policy: "OnFailure", phase: "Running", restarts: 1),
        Cell(policy: "Never", phase: "Failed", restarts: 0),
    ])
    func aContainerRunsOutOfMemory(_ cell: Cell) {
        var bench = running(cell.policy)
        bench.end("c", 137, isOutOfMemory: true)
        expect(bench, cell, event: "OOMKilled Container c ran out of memory and was killed (exit code 137)")
        let state = cell.restarts > 0 ? "lastState" : "state"
        #expect(bench.container("c").text(state, "terminated", "reason") == "OOMKilled")
        #expect(bench.container("c").integer(state, "terminated", "exitCode") == 137)
    }

    @Test(arguments: ["Always", "OnFailure", "Never"])
    func aDiskDies(_ policy: String) {
        var bench = running(policy)
        let interrupts = bench.sync.stop(
            .evicted(reason: "Evicted", message: "The node was low on resource: nodefs. ", grace: .zero))
        #expect(interrupts)
        bench.settle()
        #expect(bench.running("c") == nil)
        #expect(bench.plan.stage == .ended)
        #expect(bench.phase == "Failed")
        #expect(bench.status.text("reason") == "Evicted")
        #expect(bench.status.text("message") == "The node was low on resource: nodefs. ")
        #expect(bench.events.contains("Evicted The node was low on resource: nodefs. "))
        #expect(bench.events.contains("Killing Stopping container c"))
        bench.pass(600)
        #expect(bench.startCount == 1)
    }

    @Test(arguments: ["Always", "OnFailure", "Never"])
    func aPodThatWasFailedWhileItsNodeWasCutOffIsEnded(_ policy: String) {
        var bench = running(policy)
        bench.edit { $0["status", "phase"] = "Failed" }
        bench.pass(600)
        #expect(bench.running("c") == nil)
        #expect(bench.phase == "Failed")
        #expect(bench.startCount == 1)
    }

    @Test(arguments: ["OnFailure", "Never"])
    func twoGoodEndsAreSuccessAndOneBadEndIsFailure(_ policy: String) {
        var good = running(policy, ["c", "d"])
        good.end("c", 0)
        #expect(good.phase == "Running")
        good.end("d", 0)
        #expect(good.phase == "Succeeded")
        var bad = running("Never", ["c", "d"])
        bad.end("c", 0)
        bad.end("d", 1)
        #expect(bad.phase == "Failed")
    }

    @Test func aPodIsPendingWhileAnImageIsPulledAndRunsWhenAllContainersExist() {
        var bench = NodeBench(pod(["c", "d"]) { $0.editContainer(1) { $0["image"] = "missing" } })
        bench.settle()
        #expect(bench.phase == "Pending")
        #expect(bench.running("c") != nil)
        bench.pullError = nil
        bench.pass(60)
        #expect(bench.phase == "Running")
    }

    @Test func anEndedPodKeepsItsContainersUntilItsObjectGoes() {
        var bench = running("Never")
        bench.end("c", 0)
        #expect(bench.plan.stage == .ended)
        #expect(bench.runtime.containers.count == 1)
        #expect(bench.runtime.sandboxes.allSatisfy { !$0.isReady })
        #expect(bench.actions.last == .unmountVolumes)
        bench.edit { $0.beginDeletion() }
        bench.settle()
        #expect(bench.plan.stage == .terminated)
        #expect(bench.runtime.containers.count == 1)
        bench.sync.report(.objectGone, now: bench.now)
        bench.settle()
        #expect(bench.plan.stage == .gone)
        #expect(bench.runtime.containers.isEmpty)
        #expect(bench.runtime.sandboxes.isEmpty)
    }
}
