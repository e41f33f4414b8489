import ClusterBase
import KubeCore
import KubeModel
import KubeletCore
import Testing

/// Conditions and the writes they cause (spec `kubernetes/04` §4.2).
struct ConditionTests {
    private func says(_ bench: NodeBench, _ type: String) -> String {
        let condition = bench.condition(type)
        return [condition.text("status"), condition.text("reason"), condition.text("message")]
            .filter { !$0.isEmpty }.joined(separator: " ")
    }

    @Test func conditionsFollowThePod() {
        var bench = NodeBench(pod(["a", "b"], restart: "Never"))
        bench.sync.observe(nil)
        let unready = "False ContainersNotReady containers with unready status: [a b]"
        #expect(says(bench, "PodScheduled") == "True")
        #expect(says(bench, "Initialized") == "True")
        #expect(says(bench, "ContainersReady") == unready)
        #expect(says(bench, "Ready") == unready)
        bench.settle()
        #expect(says(bench, "ContainersReady") == "True")
        #expect(says(bench, "Ready") == "True")
        bench.end("b", 0)
        #expect(says(bench, "Ready") == "False ContainersNotReady containers with unready status: [b]")
        bench.end("a", 0)
        #expect(says(bench, "Initialized") == "True PodCompleted")
        #expect(says(bench, "Ready") == "False PodCompleted")
        #expect(says(bench, "ContainersReady") == "False PodCompleted")
    }

    @Test func readinessGatesCount() {
        let gate = "example.com/gate"
        var bench = NodeBench(pod { $0["spec", "readinessGates"] = [["conditionType": .string(gate)]] })
        bench.settle()
        #expect(says(bench, "ContainersReady") == "True")
        let missing = "corresponding condition of pod readiness gate \"\(gate)\" does not exist."
        #expect(says(bench, "Ready") == "False ReadinessGatesNotReady " + missing)
        bench.edit { $0["status", "conditions"] = [["type": .string(gate), "status": "False"]] }
        let closed = "the status of pod readiness gate \"\(gate)\" is not \"True\", but False"
        #expect(says(bench, "Ready") == "False ReadinessGatesNotReady " + closed)
        bench.edit { $0["status", "conditions"] = [["type": .string(gate), "status": "True"]] }
        #expect(says(bench, "Ready") == "True")
        #expect(says(bench, gate) == "True")
    }

    @Test func timesOfTransitionMoveOnlyWithTheStatus() {
        var bench = NodeBench(
            pod {
                $0["status", "conditions"] = [
                    ["type": "PodScheduled", "status": "True", "lastTransitionTime": "1970-01-01T00:15:00Z"]
                ]
            })
        bench.settle()
        _ = bench.sync.statusPatch(now: bench.now)
        bench.pass(60)
        #expect(bench.condition("PodScheduled").text("lastTransitionTime") == "1970-01-01T00:15:00Z")
        #expect(bench.condition("Ready").text("lastTransitionTime") == "1970-01-01T00:16:40Z")
        bench.end("c", 1)
        bench.end("c", 1)
        _ = bench.sync.statusPatch(now: bench.now)
        #expect(bench.condition("Ready").text("lastTransitionTime") == "1970-01-01T00:17:40Z")
    }

    @Test func onlyChangesAreWritten() {
        var bench = NodeBench(pod())
        bench.settle()
        let first = bench.sync.statusPatch(now: bench.now)
        #expect(first?["metadata"] == ["uid": "u-1"])
        #expect(first?["status"]?["phase"] == "Running")
        bench.edit { _ in }
        #expect(bench.sync.statusPatch(now: bench.now) == nil)
        // As a server may send it back.
        bench.edit { pod in
            pod["status", "nominatedNodeName"] = ""
            pod["status", "conditions"] = .array(
                pod.list("status", "conditions").map { condition in
                    var object = KubeObject(condition) ?? KubeObject()
                    object["lastProbeTime"] = .null
                    return object.value
                })
        }
        #expect(bench.sync.statusPatch(now: bench.now) == nil)
        bench.pass(3_600)
        #expect(bench.sync.statusPatch(now: bench.now) == nil)
    }

    @Test func aPatchHoldsTheNodesConditionsThatChangedAndClearsTheirOldWords() {
        var bench = NodeBench(pod())
        bench.sync.observe(nil)
        bench.edit { pod in
            pod["status", "conditions"] = .array(
                pod.list("status", "conditions") + [["type": "other", "status": "Unknown"]])
        }
        bench.settle()
        let patch = bench.sync.statusPatch(now: bench.now)
        let conditions = (patch?["status"]?["conditions"]?.array ?? []).compactMap { KubeObject($0) }
        #expect(conditions.map { $0.text("type") } == ["Ready", "ContainersReady"])
        #expect(conditions.allSatisfy { $0["reason"] == .null && $0["message"] == .null })
        #expect(bench.condition("other").text("status") == "Unknown")
    }

    @Test func anAddressThatChangesReplacesTheOld() {
        var bench = NodeBench(pod())
        bench.settle()
        bench.edit { _ in }
        bench.changeSandbox("s1") { $0.isReady = false }
        bench.settle()
        let patch = bench.sync.statusPatch(now: bench.now)
        #expect(patch?["status"]?["podIP"] == "172.17.0.3")
        #expect(
            patch?["status"]?["podIPs"] == [["ip": "172.17.0.3"], ["$patch": "delete", "ip": "172.17.0.1"]])
    }

    @Test func anEvictedPodIsNotReady() {
        var bench = NodeBench(pod())
        bench.settle()
        _ = bench.sync.stop(.evicted(reason: "Evicted", message: "low", grace: .zero))
        bench.settle()
        #expect(says(bench, "Ready") == "False UnknownContainerStatuses")
    }
}
