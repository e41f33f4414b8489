import ClusterBase
import ClusterModel
import KubeCore
import KubeModel
import KubeScheduling
import ResourceModel
import Testing

/// What a pod is charged, and its host ports.
@Suite struct ChargeTests {
    private func container(_ resources: String) -> JSONValue {
        ["name": "c", "image": "i", "resources": json(resources)]
    }

    private func charged(_ containers: [String], initial: [String] = []) -> PodCharge {
        var pod = pod("x")
        pod["spec", "containers"] = .array(containers.map(container))
        if !initial.isEmpty { pod["spec", "initContainers"] = .array(initial.map(container)) }
        return PodCharge(pod, ChargeRules())
    }

    @Test(arguments: [
        ("{}", 0.25, 64.0), (#"{"requests":{"cpu":"1","memory":"128Mi"}}"#, 1, 128),
        (#"{"limits":{"cpu":"1"},"requests":{"cpu":"500m"}}"#, 1, 64),
        (#"{"limits":{"cpu":"1m","memory":"1Mi"}}"#, 0.01, 32),
        (#"{"limits":{"memory":"100000000"}}"#, 0.25, 95.368),
    ])
    func containersAreFilled(resources: String, cpus: Double, memory: Double) {
        let charge = charged([resources])
        #expect(charge.cpus.value == cpus)
        #expect(charge.memory.value == memory)
    }

    @Test func containersAddUpAndInitContainersDoNot() {
        let one = #"{"limits":{"cpu":"1","memory":"100Mi"}}"#
        let first = #"{"limits":{"cpu":"3","memory":"50Mi"}}"#
        let charge = charged([one, one], initial: [first, one])
        #expect(charge.cpus.value == 3)
        #expect(charge.memory.value == 200)
    }

    @Test func filledPodHasLimitsAndRequests() {
        var bare = pod("x")
        bare["spec", "containers"] = [container(#"{"requests":{"cpu":"5m"}}"#)]
        let resources = PodCharge.filled(bare, ChargeRules()).list("spec", "containers").first?["resources"]
        #expect(
            resources
                == json(
                    #"{"requests":{"cpu":"10m","memory":"64Mi"},"limits":{"cpu":"10m","memory":"64Mi"}}"#))
    }

    private func ported(_ name: String, _ ports: String, metadata: String = "{}", spec: String = "{}") -> KubeObject {
        var pod = pod(name, spec: spec, metadata: metadata)
        pod["spec", "containers"] = [["name": "c", "image": "i", "ports": json(ports)]]
        return pod
    }

    @Test func fixedPortsAreTakenFromTheOffer() {
        var stage = Stage()
        let ports = #"[{"name":"web","containerPort":80,"hostPort":31005,"protocol":"TCP"},{"containerPort":81}]"#
        stage.add(ported("one", ports))
        stage.offer("a", "cpus:4;mem:4096;ports:[31000-31009]")
        let binding = stage.effects.bindings.first
        #expect(binding?.annotation("k8s.mesosphere.io/port_TCP_80") == "31005")
        #expect(binding?.annotation("k8s.mesosphere.io/portName_TCP_web") == "31005")
        stage.answerBindings()
        let task = stage.take().launches.first
        #expect(task?.resources.ports.description == "[31005-31005]")
        stage.add(ported("two", ports))
        stage.offer("a", "cpus:3;mem:3000;ports:[31000-31004,31006-31009]", executors: ["k8sm-executor"])
        stage.wait(.seconds(1))
        #expect(
            stage.take().complaints == [
                "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports."
            ])
    }

    @Test func onePortPerNodeAndTheLastWaits() {
        var stage = Stage()
        for index in 0..<3 { stage.add(ported("p\(index)", #"[{"containerPort":80,"hostPort":80}]"#)) }
        stage.offer("a", "cpus:4;mem:4096;ports:[80-80]")
        stage.offer("b", "cpus:4;mem:4096;ports:[80-80]", ip: "10.0.0.2")
        stage.wait(.seconds(1))
        #expect(Set(stage.effects.places.values) == ["a", "b"])
        #expect(stage.effects.complaints.count == 1)
    }

    @Test func wildcardGivesEveryPortANumber() {
        var stage = Stage()
        let label = #"{"labels":{"k8s.mesosphere.io/portMapping":"wildcard"}}"#
        let ports =
            #"[{"containerPort":80},{"containerPort":53,"protocol":"UDP","hostPort":31000},{"containerPort":81}]"#
        stage.add(ported("one", ports, metadata: label))
        stage.offer("a", "cpus:4;mem:4096;ports:[31000-31002]")
        stage.answerBindings()
        let task = stage.take().launches.first
        #expect(task?.resources.ports.description == "[31000-31002]")
        let filled = carried(task).list("spec", "containers").first?["ports"]?.array ?? []
        #expect(filled.map { $0["hostPort"]?.integer } == [31001, 31000, 31002])
    }

    @Test func wildcardNeedsEnoughPorts() {
        var settings = Stage.settings
        settings.portMapping = .wildcard
        var stage = Stage(settings)
        stage.add(ported("one", #"[{"containerPort":80},{"containerPort":81}]"#))
        stage.offer("a", "cpus:4;mem:4096;ports:[31000-31000]")
        #expect(stage.take().places.isEmpty)
    }

    @Test func portWantedTwiceIsAnError() {
        var stage = Stage()
        stage.add(ported("one", #"[{"containerPort":80,"hostPort":31000},{"containerPort":81,"hostPort":31000}]"#))
        stage.offer("a", "cpus:4;mem:4096;ports:[31000-31009]")
        stage.wait(.seconds(1))
        #expect(stage.effects.places.isEmpty)
        #expect(stage.take().complaints == ["host port 31000/TCP is wanted twice by the pod"])
    }

    @Test func hostNetworkUsesPortsThatNobodyOffers() {
        var stage = Stage()
        let spec = #"{"hostNetwork":true}"#
        let ports = #"[{"containerPort":80,"hostPort":80},{"containerPort":31001,"hostPort":31001}]"#
        stage.add(ported("one", ports, spec: spec))
        stage.offer("a", "cpus:4;mem:4096;ports:[31000-31009]")
        stage.answerBindings()
        #expect(stage.take().launches.first?.resources.ports.description == "[31001-31001]")
        stage.add(ported("two", ports, spec: spec))
        stage.offer("a", "cpus:3;mem:3000;ports:[31000-31000]", executors: ["k8sm-executor"])
        #expect(stage.take().places.isEmpty)
    }

    @Test func discoveryIsCopiedFromAnnotations() {
        var stage = Stage()
        stage.add(
            pod(
                "web",
                metadata: #"{"annotations":{"k8s.mesosphere.io/discovery-visibility":"EXTERNAL","#
                    + #""k8s.mesosphere.io/discovery-name":"n","k8s.mesosphere.io/discovery-version":"v1"}}"#))
        stage.add(pod("plain"))
        stage.offer("a")
        stage.answerBindings()
        let tasks = stage.take().launches
        // Field 12 of TaskInfo: visibility (1) EXTERNAL, name (2), version (5).
        #expect(tasks.first?.wire?.bytes == [0x62, 9, 8, 2, 0x12, 1, 0x6e, 0x2a, 2, 0x76, 0x31])
        #expect(tasks.last?.wire == nil)
    }
}
