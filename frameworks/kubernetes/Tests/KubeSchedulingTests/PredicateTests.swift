import ClusterBase
import ClusterModel
import KubeCore
import KubeModel
import KubeScheduling
import Testing

/// Which nodes take a pod, one predicate after the other; the words are upstream's.
@Suite struct PredicateTests {
    /// Where pods go when `a` and `b` offer, and what is said of those that go nowhere.
    private func place(
        _ pods: [KubeObject], nodes: [KubeObject], objects: [(ResourceKind, KubeObject)] = [],
        resources: String = "cpus:4;mem:4096;ports:[31000-31009]"
    ) -> (places: [String: String], complaints: [String]) {
        var stage = Stage(objects: nodes.map { (.nodes, $0) } + objects)
        for pod in pods { stage.add(pod) }
        for (index, node) in nodes.enumerated() {
            stage.offer(node.name, resources, executors: ["k8sm-executor"], ip: "10.0.0.\(index)")
        }
        stage.wait(.milliseconds(1_500))
        return (stage.effects.places, stage.effects.complaints)
    }

    @Test func resources() {
        let result = place([pod("big", cpu: "5", memory: "5000Mi"), pod("ok")], nodes: [node("a"), node("b")])
        #expect(result.places.keys.sorted() == ["ok"])
        #expect(result.complaints == ["0/2 nodes are available: 2 Insufficient cpu, 2 Insufficient memory."])
    }

    @Test func nodeSelector() {
        let nodes = [node("a"), node("b", labels: ["env": "test"])]
        let result = place(
            [
                pod("there", spec: #"{"nodeSelector":{"env":"test"}}"#),
                pod("nowhere", spec: #"{"nodeSelector":{"env":"prod"}}"#),
            ], nodes: nodes)
        #expect(result.places == ["there": "b"])
        #expect(result.complaints == ["0/2 nodes are available: 2 node(s) didn't match node selector."])
    }

    @Test func attributesAreLabels() {
        var stage = Stage()
        stage.add(pod("web", spec: #"{"nodeSelector":{"k8s.mesosphere.io/attribute-rack":"r2"}}"#))
        stage.offer("a", attributes: "rack:r1")
        stage.offer("b", attributes: "rack:r2", ip: "10.0.0.2")
        #expect(stage.take().places == ["web": "b"])
        stage.add(pod("num", spec: #"{"nodeSelector":{"k8s.mesosphere.io/attribute-level":"4"}}"#))
        stage.offer("c", attributes: "level:4", ip: "10.0.0.3")
        #expect(stage.take().places == ["num": "c"])
    }

    @Test(arguments: [
        (#"{"key":"n","operator":"In","values":["5","6"]}"#, "a"),
        (#"{"key":"n","operator":"NotIn","values":["5"]}"#, "b"),
        (#"{"key":"n","operator":"Exists"}"#, "a"), (#"{"key":"n","operator":"DoesNotExist"}"#, "b"),
        (#"{"key":"n","operator":"Gt","values":["4"]}"#, "a"), (#"{"key":"n","operator":"Lt","values":["4"]}"#, ""),
        (#"{"key":"n","operator":"Odd","values":["4"]}"#, ""),
    ])
    func requiredNodeAffinity(expression: String, expected: String) {
        let required = #"{"nodeSelectorTerms":[{"matchExpressions":[\#(expression)]}]}"#
        let spec = #"{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":\#(required)}}}"#
        let result = place([pod("web", spec: spec)], nodes: [node("a", labels: ["n": "5"]), node("b")])
        #expect(result.places["web"] ?? "" == expected)
    }

    @Test func termsAreAlternativesAndNoTermsMatchNothing() {
        func spec(_ terms: String) -> String {
            #"{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":"#
                + #"{"nodeSelectorTerms":\#(terms)}}}}"#
        }
        let nodes = [node("a", labels: ["x": "1"]), node("b")]
        let field = #"{"matchFields":[{"key":"metadata.name","operator":"In","values":["b"]}]}"#
        let other = #"{"matchExpressions":[{"key":"y","operator":"Exists"}]}"#
        let result = place(
            [
                pod("or", spec: spec("[\(other),\(field)]")), pod("none", spec: spec("[]")),
                pod("empty", spec: spec("[{}]")),
            ],
            nodes: nodes)
        #expect(result.places == ["or": "b"])
    }

    @Test func affinityOfTheAnnotation() {
        let affinity =
            #"{\"nodeAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":{\"nodeSelectorTerms\":"#
            + #"[{\"matchExpressions\":[{\"key\":\"x\",\"operator\":\"Exists\"}]}]}}}"#
        let web = pod(
            "web", metadata: #"{"annotations":{"scheduler.alpha.kubernetes.io/affinity":"\#(affinity)"}}"#)
        #expect(place([web], nodes: [node("a"), node("b", labels: ["x": "1"])]).places == ["web": "b"])
    }

    @Test func taints() {
        let tainted = node("a", spec: #"{"taints":[{"key":"gpu","value":"yes","effect":"NoSchedule"}]}"#)
        let equal = #"{"tolerations":[{"key":"gpu","operator":"Equal","value":"yes","effect":"NoSchedule"}]}"#
        let other = #"{"tolerations":[{"key":"gpu","operator":"Equal","value":"no"}]}"#
        let any = #"{"tolerations":[{"operator":"Exists"}]}"#
        let result = place(
            [pod("equal", spec: equal), pod("other", spec: other), pod("any", spec: any), pod("plain")],
            nodes: [tainted])
        #expect(result.places.keys.sorted() == ["any", "equal"])
        #expect(
            Set(result.complaints) == [
                "0/1 nodes are available: 1 node(s) had taint {gpu: yes}, that the pod didn't tolerate."
            ])
    }

    @Test func silenceOfANodeWithoutAnExecutorIsNoReason() {
        // The first pod starts the executor, which makes the node ready again.
        let taints = #"{"taints":[{"key":"node.kubernetes.io/unreachable","effect":"NoSchedule"}]}"#
        var stage = Stage(objects: [(.nodes, node("a", spec: taints, ready: "Unknown"))])
        stage.add(pod("web"))
        stage.offer("a", executors: ["k8sm-executor"])
        #expect(stage.take().places.isEmpty)
        stage.offer("a")
        #expect(stage.take().places == ["web": "a"])
    }

    @Test func unschedulableNodes() {
        let cordoned = node(
            "a",
            spec: #"{"unschedulable":true,"taints":[{"key":"node.kubernetes.io/unschedulable","effect":"NoSchedule"}]}"#
        )
        let bearing = #"{"tolerations":[{"key":"node.kubernetes.io/unschedulable","operator":"Exists"}]}"#
        let result = place([pod("plain"), pod("bears", spec: bearing)], nodes: [cordoned])
        #expect(result.places == ["bears": "a"])
        #expect(result.complaints == ["0/1 nodes are available: 1 node(s) were unschedulable."])
    }

    @Test func tooManyPods() {
        var full = node("a")
        full["status", "allocatable", "pods"] = "2"
        let result = place([pod("one"), pod("two"), pod("three")], nodes: [full])
        #expect(result.places.count == 2)
        #expect(result.complaints == ["0/1 nodes are available: 1 Too many pods."])
    }

    @Test func disks() {
        func with(_ name: String, _ volume: String) -> KubeObject {
            pod(name, cpu: "100m", spec: #"{"volumes":[\#(volume)]}"#)
        }
        let gce = #"{"name":"v","gcePersistentDisk":{"pdName":"d"}}"#
        let gceRead = #"{"name":"v","gcePersistentDisk":{"pdName":"r","readOnly":true}}"#
        let aws = #"{"name":"v","awsElasticBlockStore":{"volumeID":"e","readOnly":true}}"#
        let rbd = #"{"name":"v","rbd":{"monitors":["m1","m2"],"image":"i"}}"#
        let rbdElsewhere = #"{"name":"v","rbd":{"monitors":["m3"],"image":"i"}}"#
        let iscsi = #"{"name":"v","iscsi":{"iqn":"q","targetPortal":"t"}}"#
        let result = place(
            [
                with("gce", gce), with("gce-again", gce), with("read", gceRead), with("read-again", gceRead),
                with("aws", aws), with("aws-again", aws), with("rbd", rbd), with("rbd-again", rbd),
                with("rbd-other", rbdElsewhere), with("iscsi", iscsi), with("iscsi-again", iscsi),
            ], nodes: [node("a")])
        #expect(
            result.places.keys.sorted() == ["aws", "gce", "iscsi", "rbd", "rbd-other", "read", "read-again"])
        #expect(Set(result.complaints) == ["0/1 nodes are available: 1 node(s) had no available disk."])
    }

    @Test func diskCounts() {
        var settings = Stage.settings
        settings.maximumAWSDisks = 1
        var stage = Stage(settings, objects: [(.nodes, node("a"))])
        for id in ["x", "y"] {
            stage.add(
                pod("p-\(id)", spec: #"{"volumes":[{"name":"v","awsElasticBlockStore":{"volumeID":"\#(id)"}}]}"#))
        }
        stage.offer("a", executors: ["k8sm-executor"])
        stage.wait(.milliseconds(1_500))
        #expect(stage.effects.places == ["p-x": "a"])
        #expect(stage.effects.complaints == ["0/1 nodes are available: 1 node(s) exceed max volume count."])
    }

    @Test func volumeZones() {
        var volume = KubeObject(["kind": "PersistentVolume"])
        volume.name = "pv"
        volume["metadata", "labels"] = ["topology.kubernetes.io/zone": "z2"]
        func claim(_ name: String, _ volume: String) -> KubeObject {
            var claim = KubeObject(["kind": "PersistentVolumeClaim"])
            (claim.name, claim.namespace) = (name, "default")
            if !volume.isEmpty { claim["spec", "volumeName"] = .string(volume) }
            return claim
        }
        func using(_ name: String, _ claim: String) -> KubeObject {
            pod(name, spec: #"{"volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"\#(claim)"}}]}"#)
        }
        let result = place(
            [using("zoned", "c1"), using("unbound", "c2"), using("missing", "c3")],
            nodes: [
                node("a", labels: ["topology.kubernetes.io/zone": "z1"]),
                node("b", labels: ["topology.kubernetes.io/zone": "z2"]),
            ],
            objects: [
                (.persistentVolumes, volume), (.persistentVolumeClaims, claim("c1", "pv")),
                (.persistentVolumeClaims, claim("c2", "")),
            ])
        #expect(result.places == ["zoned": "b"])
        #expect(
            result.complaints.sorted() == [
                "0/2 nodes are available: 2 persistentvolumeclaim \"c3\" not found.",
                "0/2 nodes are available: 2 pod has unbound immediate PersistentVolumeClaims.",
            ])
    }

    @Test func claimThatIsBoundLaterWakesItsPod() {
        var stage = Stage(objects: [(.nodes, node("a"))])
        stage.add(pod("web", spec: #"{"volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"c"}}]}"#))
        stage.offer("a")
        #expect(stage.take().places.isEmpty)
        var claim = KubeObject()
        (claim.name, claim.namespace) = ("c", "default")
        claim["spec", "volumeName"] = "pv"
        stage.add(.persistentVolumeClaims, claim)
        #expect(stage.take().places == ["web": "a"])
    }
}
