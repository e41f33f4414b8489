import ClusterBase
import KubeModel
import KubeletCore
import Testing

/// Classes of service, admission and eviction (spec `kubernetes/04` §4.1, §4.9, §4.11).
struct ResourceTests {
    private func view(
        _ resources: [JSONValue], name: String = "p", _ edit: (inout KubeObject) -> Void = { _ in }
    ) -> PodView {
        PodView(
            pod(resources.indices.map { "c\($0)" }) { pod in
                (pod.name, pod.uid) = (name, name)
                for (index, value) in resources.enumerated() { pod.editContainer(index) { $0["resources"] = value } }
                edit(&pod)
            })
    }

    static let full: JSONValue = ["limits": ["cpu": "1", "memory": "1Gi"]]

    @Test(
        arguments: [
            ([[:]], QoSClass.bestEffort), ([full], .guaranteed), ([full, full], .guaranteed),
            ([full, [:]], .burstable),
            ([["requests": ["cpu": "100m"]]], .burstable), ([["limits": ["memory": "1Gi"]]], .burstable),
            ([["limits": ["cpu": "0"], "requests": ["memory": "0"]]], .bestEffort),
            ([["limits": ["cpu": "1", "memory": "1Gi"], "requests": ["cpu": "500m"]]], .burstable),
            (
                [["limits": ["cpu": "1", "memory": "1Gi"], "requests": ["cpu": "1000m", "memory": "1Gi"]]], .guaranteed
            ),
        ] as [([JSONValue], QoSClass)])
    func classes(_ resources: [JSONValue], _ expected: QoSClass) { #expect(view(resources).qosClass == expected) }

    @Test func initContainersCountForTheClass() {
        let pod = view([Self.full]) { $0["spec", "initContainers"] = [["name": "i", "image": "x"]] }
        #expect(pod.qosClass == .burstable)
    }

    // MARK: - Admission

    private let admission = PodAdmission(nodeName: "node-1", nodeLabels: [("env", "test")], capacity: 2)

    private func port(_ number: Int64, _ address: String = "", _ transport: String = "TCP") -> PodView {
        view([[:]], name: "q") {
            $0.editContainer {
                $0["ports"] = [
                    [
                        "containerPort": 80, "hostPort": .integer(number), "hostIP": .string(address),
                        "protocol": .string(transport),
                    ]
                ]
            }
        }
    }

    @Test func labelsAndNamesOfTheNodeMustFit() {
        func reason(_ edit: (inout KubeObject) -> Void) -> PodStop? {
            admission.rejection(of: view([[:]], edit), others: [])
        }
        #expect(reason { $0["spec", "nodeSelector"] = ["env": "test"] } == nil)
        #expect(
            reason { $0["spec", "nodeSelector"] = ["env": "live"] }
                == .rejected(reason: "NodeAffinity", message: "Predicate NodeAffinity failed"))
        #expect(
            reason { $0["spec", "nodeName"] = "node-2" }
                == .rejected(reason: "NodeName", message: "Predicate NodeName failed"))
    }

    @Test func aNodeThatDoesNotKnowItsLabelsJudgesNoSelector() {
        let node = PodAdmission(nodeName: "node-1", nodeLabels: nil)
        let pod = view([[:]]) { $0["spec", "nodeSelector"] = ["env": "live"] }
        #expect(node.rejection(of: pod, others: []) == nil)
    }

    @Test func portsOfTheHostAreGivenOnce() {
        let conflict = PodStop.rejected(reason: "NodePorts", message: "Predicate NodePorts failed")
        let rows: [(PodView, PodView, Bool)] = [
            (port(80), port(80), true), (port(80), port(81), false), (port(80), port(80, "", "UDP"), false),
            (port(80, "10.0.0.1"), port(80, "10.0.0.2"), false), (port(80, "10.0.0.1"), port(80), true),
            (port(80, "10.0.0.1"), port(80, "10.0.0.1"), true), (port(80, "0.0.0.0"), port(80, "10.0.0.1"), true),
        ]
        for (there, new, isConflict) in rows {
            let new = PodView(
                {
                    var object = new.object; object.uid = "new"; return object
                }())
            #expect(admission.rejection(of: new, others: [there]) == (isConflict ? conflict : nil))
        }
    }

    @Test func aNodeHoldsSoManyPodsAndEndedOnesDoNotCount() {
        let others = ["a", "b"].map { view([[:]], name: $0) }
        #expect(
            admission.rejection(of: view([[:]]), others: others)
                == .rejected(
                    reason: "OutOfpods",
                    message: "Node didn't have enough resource: pods, requested: 1, used: 2, capacity: 2"))
        let ended = view([[:]], name: "b") { $0["status", "phase"] = "Succeeded" }
        #expect(admission.rejection(of: view([[:]]), others: [others[0], ended]) == nil)
    }

    // MARK: - Eviction

    @Test func podsOverTheirRequestsGoFirstThenByPriorityThenByExcess() {
        func candidate(_ name: String, request: String, used: Int64, priority: Int64 = 0) -> EvictionOrder.Candidate {
            EvictionOrder.Candidate(
                view([["requests": ["memory": .string(request)]]], name: name) {
                    $0["spec", "priority"] = .integer(priority)
                }, used: used)
        }
        let candidates = [
            candidate("within", request: "100", used: 90), candidate("over", request: "100", used: 110),
            candidate("more", request: "100", used: 200), candidate("important", request: "10", used: 500, priority: 5),
            candidate("critical", request: "10", used: 900, priority: 2_000_000_000),
        ]
        #expect(EvictionOrder.sorted(candidates).map(\.pod.key.name) == ["more", "over", "important", "within"])
        #expect(
            EvictionOrder.verdict(resource: "memory", grace: .zero)
                == .evicted(reason: "Evicted", message: "The node was low on resource: memory. ", grace: .zero))
    }

    @Test func portsAreFoundByName() {
        let container = ContainerView(
            KubeObject(["name": "c", "ports": [["name": "web", "containerPort": 8080]]]), isInit: false)
        #expect(container.port(.string("web")) == 8080)
        #expect(container.port(.integer(90)) == 90)
        #expect(container.port(.string("91")) == 91)
        #expect(container.port(.string("nope")) == nil)
        #expect(container.port(.integer(0)) == nil)
        #expect(container.port(.integer(70_000)) == nil)
    }
}
