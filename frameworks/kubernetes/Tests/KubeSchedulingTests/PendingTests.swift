import ClusterBase
import ClusterModel
import KubeCore
import KubeModel
import KubeScheduling
import Testing

/// What is said of pods that find no node, and when they are looked at again.
@Suite struct PendingTests {
    @Test func conditionAndEventSayWhyWithNumbers() throws {
        var stage = Stage(objects: [(.nodes, node("a")), (.nodes, node("b", cpu: "1")), (.nodes, node("c"))])
        stage.add(pod("web", cpu: "3", memory: "8Gi"))
        stage.offer("a")
        stage.wait(.milliseconds(1_100))
        let effects = stage.take()
        let message = "0/3 nodes are available: 1 Insufficient cpu, 3 Insufficient memory."
        #expect(effects.complaints == [message])
        #expect(effects.notes.map(\.severity) == [.warning])
        let patch = try #require(
            effects.writes.compactMap { intent -> JSONValue? in
                guard case .patch(.pods, _, let tree, "status") = intent else { return nil }
                return tree
            }.first)
        let condition = try #require(patch["status"]?["conditions"]?.array?.first)
        #expect(condition["type"] == "PodScheduled")
        #expect(condition["status"] == "False")
        #expect(condition["reason"] == "Unschedulable")
        #expect(condition["message"] == .string(message))
        #expect(condition["lastTransitionTime"] == "1970-01-12T13:46:41Z")
        #expect(patch["metadata"]?["resourceVersion"] == "5")
    }

    @Test func conditionIsWrittenAgainOnlyWhenItSaysSomethingElse() {
        var stage = Stage(objects: [(.nodes, node("a"))])
        stage.add(pod("web", cpu: "30"))
        stage.wait(.seconds(20))
        let effects = stage.take()
        #expect(effects.complaints.count > 2)
        #expect(effects.writes.count == 1)
        var small = node("a", cpu: "4", memory: "32Mi")
        small.resourceVersion = "9"
        stage.give(.object(.changed(small, from: node("a")), .nodes))
        stage.wait(.seconds(60))
        #expect(stage.take().writes.count == 1)
    }

    @Test func backOffDoublesToAMinute() {
        var stage = Stage(objects: [(.nodes, node("a"))])
        stage.add(pod("web", cpu: "30"))
        var times: [Int64] = []
        for second in 1...200 {
            stage.wait(.seconds(1))
            if !stage.take().complaints.isEmpty { times.append(Int64(second)) }
        }
        #expect(times == [1, 3, 7, 15, 31, 63, 123, 183])
    }

    @Test func nothingIsSaidBeforeOffersHadTimeToCome() {
        var stage = Stage(objects: [(.nodes, node("a"))])
        stage.add(pod("web"))
        stage.wait(.milliseconds(900))
        stage.offer("a")
        let effects = stage.take()
        #expect(effects.places == ["web": "a"])
        #expect(effects.complaints.isEmpty)
    }

    @Test func withoutNodesThatIsTheReason() {
        var stage = Stage()
        stage.add(pod("web"))
        stage.wait(.seconds(1))
        #expect(stage.take().complaints == ["no nodes available to schedule pods"])
    }

    @Test func nodeThatOffersNothingIsJudgedByItsSizeAndItsPods() {
        var running = pod("old", cpu: "3", spec: #"{"nodeName":"a"}"#)
        running.setAnnotation("k8s.mesosphere.io/taskId", "t")
        running.setAnnotation("k8s.mesosphere.io/slaveId", "a")
        var stage = Stage(objects: [(.nodes, node("a")), (.pods, running)])
        stage.add(pod("two", cpu: "2"))
        stage.add(pod("small"))
        stage.wait(.seconds(1))
        #expect(
            Set(stage.take().complaints) == [
                "0/1 nodes are available: 1 Insufficient cpu.",
                "0/1 nodes are available: 1 node(s) offered no resources.",
            ])
    }

    @Test func offerWakesThePodsItFits() {
        var stage = Stage(objects: [(.nodes, node("a"))])
        stage.add(pod("web", cpu: "2"))
        stage.add(pod("huge", cpu: "20"))
        stage.wait(.seconds(40))
        _ = stage.take()
        stage.offer("a")
        let effects = stage.take()
        #expect(effects.places == ["web": "a"])
        #expect(effects.complaints.isEmpty)
    }

    @Test func labelOfANodeThatWasRefusedRevives() {
        var stage = Stage(objects: [(.nodes, node("a"))])
        stage.add(pod("web", spec: #"{"nodeSelector":{"env":"test"}}"#))
        stage.offer("a")
        stage.wait(.seconds(40))
        #expect(stage.take().declines.count == 1)
        let labelled = node("a", labels: ["env": "test"])
        stage.give(.object(.changed(labelled, from: node("a")), .nodes))
        #expect(stage.take().revivals == 1)
        stage.offer("a")
        #expect(stage.take().places == ["web": "a"])
    }

    @Test func taintThatGoesWakes() {
        let tainted = node("a", spec: #"{"taints":[{"key":"x","effect":"NoSchedule"}]}"#)
        var stage = Stage(objects: [(.nodes, tainted)])
        stage.offer("a", executors: ["k8sm-executor"])
        stage.add(pod("web"))
        #expect(stage.take().places.isEmpty)
        stage.give(.object(.changed(node("a"), from: tainted), .nodes))
        #expect(stage.take().places == ["web": "a"])
    }

    @Test func endOfAPodWakes() {
        var stage = Stage(objects: [(.nodes, node("a"))])
        let disk = #"{"volumes":[{"name":"v","gcePersistentDisk":{"pdName":"d"}}]}"#
        let task = stage.run(pod("old", spec: disk), executors: ["k8sm-executor"])
        stage.update(task, .running)
        stage.add(pod("new", spec: disk))
        stage.offer("a", executors: ["k8sm-executor"])
        #expect(stage.take().places.isEmpty)
        stage.update(task, .finished)
        #expect(stage.take().places == ["new": "a"])
    }

    @Test func manyEqualPodsAreLookedAtOnce() {
        var stage = Stage(objects: (0..<50).map { (.nodes, node("n\($0)")) })
        for index in 0..<500 { stage.add(pod("p\(index)", cpu: "50")) }
        stage.wait(.milliseconds(1_100))
        #expect(stage.take().complaints.count == 500)
    }

    @Test func explanationNamesEachNode() {
        var stage = Stage(objects: [(.nodes, node("a")), (.nodes, node("b", labels: ["x": "1"]))])
        stage.add(pod("web", cpu: "30"))
        stage.wait(.seconds(2))
        let explanation = stage.scheduler.explain(ObjectKey(namespace: "default", "web"))
        #expect(explanation?.state == "waiting")
        #expect(explanation?.message == "0/2 nodes are available: 2 Insufficient cpu.")
        #expect(explanation?.verdicts.map(\.node) == ["a", "b"])
        #expect(explanation?.verdicts.map(\.reasons) == [["Insufficient cpu"], ["Insufficient cpu"]])
        let report = stage.scheduler.queueReports
        #expect(report.map(\.pod.name) == ["web"])
        #expect(report.first?.attempts == 1)
    }
}
