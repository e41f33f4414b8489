import ClusterBase
import ClusterModel
import KubeCore
import KubeModel
import KubeScheduling
import Testing

/// Which of the nodes that take a pod gets it.
@Suite struct PriorityTests {
    private func stage(_ nodes: [KubeObject], objects: [(ResourceKind, KubeObject)] = []) -> Stage {
        Stage(objects: nodes.map { (.nodes, $0) } + objects)
    }

    private func controller(_ name: String, app: String) -> KubeObject {
        var object = KubeObject(["kind": "ReplicationController", "apiVersion": "v1"])
        (object.name, object.namespace) = (name, "default")
        object["spec", "selector"] = ["app": .string(app)]
        return object
    }

    @Test func leastRequested() {
        var stage = stage([node("a"), node("b")])
        stage.offer("a", "cpus:1;mem:1024", executors: ["k8sm-executor"])
        stage.offer("b", "cpus:3;mem:3072", executors: ["k8sm-executor"], ip: "10.0.0.2")
        stage.add(pod("web"))
        #expect(stage.take().places == ["web": "b"])
    }

    @Test func balance() {
        var settings = Stage.settings
        settings.weights.leastRequested = 0
        var stage = Stage(settings, objects: [(.nodes, node("a")), (.nodes, node("b"))])
        stage.offer("a", "cpus:4;mem:1024", executors: ["k8sm-executor"])
        stage.offer("b", "cpus:2;mem:2048", executors: ["k8sm-executor"], ip: "10.0.0.2")
        stage.add(pod("web", cpu: "100m"))
        #expect(stage.take().places == ["web": "b"])
    }

    @Test func podsOfAControllerAreSpread() {
        var stage = stage(
            (0..<4).map { node("n\($0)") }, objects: [(.replicationControllers, controller("rc", app: "web"))])
        for index in 0..<4 { stage.offer("n\(index)", executors: ["k8sm-executor"], ip: "10.0.0.\(index)") }
        for index in 0..<8 {
            stage.add(pod("w\(index)", cpu: "100m", metadata: #"{"labels":{"app":"web"}}"#))
        }
        let counts = Dictionary(grouping: stage.take().places.values) { $0 }.mapValues(\.count)
        #expect(counts == ["n0": 2, "n1": 2, "n2": 2, "n3": 2])
    }

    @Test func podsOfAServiceAvoidTheNodeThatHasOne() {
        var service = KubeObject(["kind": "Service"])
        (service.name, service.namespace) = ("svc", "default")
        service["spec", "selector"] = ["app": "web"]
        var running = pod("old", cpu: "100m", spec: #"{"nodeName":"a"}"#, metadata: #"{"labels":{"app":"web"}}"#)
        running.setAnnotation("k8s.mesosphere.io/taskId", "t")
        running.setAnnotation("k8s.mesosphere.io/slaveId", "a")
        for (name, expected) in [("web", "b"), ("other", "a")] {
            var stage = stage([node("a", cpu: "8"), node("b")], objects: [(.services, service), (.pods, running)])
            stage.offer("a", "cpus:8;mem:4096", executors: ["k8sm-executor"])
            stage.offer("b", "cpus:3;mem:3072", executors: ["k8sm-executor"], ip: "10.0.0.2")
            stage.add(pod("new", cpu: "100m", metadata: #"{"labels":{"app":"\#(name)"}}"#))
            #expect(stage.take().places == ["new": expected])
        }
    }

    @Test func zonesCountTwice() {
        func zoned(_ name: String, _ zone: String) -> KubeObject {
            node(name, labels: ["topology.kubernetes.io/zone": zone])
        }
        var stage = stage(
            [zoned("a1", "a"), zoned("a2", "a"), zoned("b1", "b")],
            objects: [(.replicationControllers, controller("rc", app: "web"))])
        for (index, name) in ["a1", "a2", "b1"].enumerated() {
            stage.offer(name, executors: ["k8sm-executor"], ip: "10.0.0.\(index)")
        }
        for index in 0..<4 { stage.add(pod("w\(index)", cpu: "100m", metadata: #"{"labels":{"app":"web"}}"#)) }
        let places = stage.take().places.values
        #expect(places.filter { $0 == "b1" }.count == 2)
    }

    @Test func preferredNodeAffinity() {
        let wish = #"{"weight":10,"preference":{"matchExpressions":[{"key":"ssd","operator":"Exists"}]}}"#
        let spec = #"{"affinity":{"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[\#(wish)]}}}"#
        var stage = stage([node("a"), node("b", labels: ["ssd": "1"])])
        for (index, name) in ["a", "b"].enumerated() {
            stage.offer(name, executors: ["k8sm-executor"], ip: "10.0.0.\(index)")
        }
        for index in 0..<3 { stage.add(pod("w\(index)", cpu: "10m", spec: spec)) }
        #expect(Set(stage.take().places.values) == ["b"])
    }

    @Test func softTaintsAreAvoided() {
        let soft = node("a", spec: #"{"taints":[{"key":"old","effect":"PreferNoSchedule"}]}"#)
        var stage = stage([soft, node("b")])
        for (index, name) in ["a", "b"].enumerated() {
            stage.offer(name, executors: ["k8sm-executor"], ip: "10.0.0.\(index)")
        }
        for index in 0..<3 { stage.add(pod("w\(index)", cpu: "10m")) }
        #expect(Set(stage.take().places.values) == ["b"])
    }

    @Test func equalNodesAreTakenInTurn() {
        var stage = Stage(Stage.settings, objects: (0..<3).map { (.nodes, node("n\($0)")) })
        for index in 0..<3 { stage.offer("n\(index)", executors: ["k8sm-executor"], ip: "10.0.0.\(index)") }
        for index in 0..<9 { stage.add(pod("w\(index)", cpu: "100m")) }
        let counts = Dictionary(grouping: stage.take().places.values) { $0 }.mapValues(\.count)
        #expect(counts == ["n0": 3, "n1": 3, "n2": 3])
    }

    @Test func importantPodsComeFirst() {
        var stage = Stage()
        stage.add(pod("first", cpu: "3"))
        stage.add(pod("vital", cpu: "3", spec: #"{"priority":1000}"#))
        stage.offer("a")
        #expect(stage.take().places == ["vital": "a"])
    }
}
