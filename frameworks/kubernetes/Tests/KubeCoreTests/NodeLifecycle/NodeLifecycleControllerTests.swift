import ClusterBase
import KubeCore
import KubeModel
import Testing

@Suite struct NodeLifecycleControllerTests {
    private static let lease = ObjectKey(namespace: "kube-node-lease", "n1")

    private static func node(
        _ name: String = "n1", ready: String? = "True", beat: Int64 = 990, taints: JSONValue? = nil
    ) -> KubeObject {
        var node = KubeObject(["apiVersion": "v1", "kind": "Node"])
        (node.name, node.uid, node.resourceVersion) = (name, "uid-" + name, "5")
        node.creationTimestamp = "1970-01-01T00:15:00Z"
        if let ready {
            let time = JSONValue.string(KubeTime.text(UnixTime(seconds: beat)))
            node["status", "conditions"] = [
                [
                    "type": "Ready", "status": .string(ready), "lastHeartbeatTime": time, "lastTransitionTime": time,
                    "reason": "KubeletReady", "message": "",
                ]
            ]
        }
        node["spec", "taints"] = taints
        return node
    }

    /// A change; its revision follows.
    private static func news(_ node: KubeObject, from old: KubeObject) -> ObjectDelta {
        var node = node
        node.resourceVersion = "6"
        return .changed(node, from: old)
    }

    private static func pod(_ name: String, node: String = "n1", tolerations: JSONValue? = nil) -> KubeObject {
        var pod = Replicas.pod(name, owner: nil, node: node)
        pod["spec", "tolerations"] = tolerations
        return pod
    }

    private static func evicting(_ key: String, since seconds: Int64) -> JSONValue {
        [
            ["key": .string(key), "effect": "NoSchedule", "timeAdded": "1970-01-01T00:00:00Z"],
            [
                "key": .string(key), "effect": "NoExecute",
                "timeAdded": .string(KubeTime.text(UnixTime(seconds: seconds))),
            ],
        ]
    }
    private static let unreachable = "node.kubernetes.io/unreachable"

    private func controller(_ nodes: [KubeObject], _ pods: [KubeObject] = []) -> NodeLifecycleController {
        var controller = NodeLifecycleController()
        _ = controller.know(nodes.map { (.nodes, $0) } + pods.map { (.pods, $0) })
        return controller
    }

    /// The conditions a plan writes, as `Type Status Reason`.
    private func conditions(_ plan: Plan<String>) -> [String] {
        guard case .patch(.nodes, _, let patch, "status")? = plan.intents.first else { return [] }
        return (patch["status"]?["conditions"]?.array ?? []).map { condition in
            ["type", "status", "reason"].map { condition[$0]?.string ?? "" }.joined(separator: " ")
        }
    }

    /// The taints a plan writes, as `key:effect`.
    private func taints(_ plan: Plan<String>) -> [String]? {
        guard case .patch(.nodes, _, let patch, "")? = plan.intents.first else { return nil }
        return (patch["spec"]?["taints"]?.array ?? []).map {
            ($0["key"]?.string ?? "") + ":" + ($0["effect"]?.string ?? "")
        }
    }

    @Test func readyNodeIsRegisteredAndWatched() {
        var controller = controller([Self.node()])
        let plan = controller.plan("n1")
        #expect(plan.events.map(\.reason) == ["RegisteredNode"])
        #expect(plan.events.map(\.message) == ["Node n1 event: Registered Node n1 in Controller"])
        #expect(plan.next == .again(after: .seconds(40)))
        #expect(controller.plan("n1", at: 1_010).next == .again(after: .seconds(30)))
    }

    @Test func silentNodeBecomesUnknown() {
        var controller = controller([Self.node()])
        _ = controller.plan("n1")
        let plan = controller.plan("n1", at: 1_040)
        #expect(
            conditions(plan) == [
                "Ready Unknown NodeStatusUnknown", "MemoryPressure Unknown NodeStatusNeverUpdated",
                "DiskPressure Unknown NodeStatusNeverUpdated", "PIDPressure Unknown NodeStatusNeverUpdated",
            ])
        guard case .patch(_, _, let patch, _)? = plan.intents.first else { return }
        #expect(patch["metadata"]?["resourceVersion"] == "5")
        #expect(patch["status"]?["conditions"]?[0]?["message"] == "Kubelet stopped posting node status.")
        #expect(patch["status"]?["conditions"]?[1]?["message"] == "Kubelet never posted node status.")
        #expect(patch["status"]?["conditions"]?[0]?["lastTransitionTime"] == "1970-01-01T00:17:20Z")
        #expect(patch["status"]?["conditions"]?[0]?["lastHeartbeatTime"] == "1970-01-01T00:16:30Z")
    }

    @Test func nodeThatNeverSpokeHasLonger() {
        var controller = controller([Self.node(ready: nil), Self.node("n2")], [Self.pod("a")])
        // It was made at 900.
        #expect(controller.plan("n1", at: 950).next == .again(after: .seconds(10)))
        let plan = controller.plan("n1", at: 960)
        #expect(conditions(plan).first == "Ready Unknown NodeStatusNeverUpdated")
        // What was written is not taken for a sign of life.
        guard case .patch(_, _, let patch, _)? = plan.intents.first else { return }
        var written = Self.node(ready: nil)
        written["status", "conditions"] = patch["status"]?["conditions"]
        _ = controller.observe(Self.news(written, from: Self.node(ready: nil)), of: .nodes)
        let next = controller.plan("n1", at: 961)
        #expect(
            taints(next) == [
                "node.kubernetes.io/unreachable:NoSchedule", "node.kubernetes.io/unreachable:NoExecute",
            ])
        // Its pods never had a ready node, so that there is nothing to tell them.
        #expect(next.intents.count == 1)
    }

    @Test func heartbeatsAndLeasesKeepANodeAlive() {
        var controller = controller([Self.node()])
        _ = controller.plan("n1")
        _ = controller.observe(Self.news(Self.node(beat: 1_030), from: Self.node()), of: .nodes)
        #expect(controller.plan("n1", at: 1_030).next == .again(after: .seconds(40)))
        var lease = KubeObject()
        (lease.name, lease.namespace, lease.uid) = (Self.lease.name, Self.lease.namespace, "l")
        lease["spec", "renewTime"] = "1970-01-01T00:17:40.000000Z"
        #expect(controller.observe(.added(lease), of: .leases) == [Trigger("n1")])
        #expect(controller.plan("n1", at: 1_060).next == .again(after: .seconds(40)))
        // Leases elsewhere are somebody else's.
        lease.namespace = "kube-system"
        lease["spec", "renewTime"] = "1970-01-01T00:18:00.000000Z"
        #expect(controller.observe(.added(lease), of: .leases).isEmpty)
        #expect(!conditions(controller.plan("n1", at: 1_100)).isEmpty)
    }

    @Test func nodeThatIsNotReadyTellsItsPodsAndIsTainted() {
        let pods = [Self.pod("a"), Replicas.pod("unready", owner: nil, ready: nil), Self.pod("b", node: "n2")]
        var controller = controller([Self.node(), Self.node("n2")], pods)
        _ = controller.plan("n1")
        let sick = Self.node(ready: "False", beat: 1_000)
        _ = controller.observe(Self.news(sick, from: Self.node()), of: .nodes)
        let plan = controller.plan("n1")
        #expect(plan.events.map(\.message) == ["Node n1 status is now: NodeNotReady"])
        #expect(
            taints(plan) == ["node.kubernetes.io/not-ready:NoSchedule", "node.kubernetes.io/not-ready:NoExecute"])
        #expect(
            Array(plan.intents.dropFirst()) == [
                .patch(
                    .pods, pods[0].key,
                    [
                        "metadata": ["uid": "uid-a", "resourceVersion": "7"],
                        "status": [
                            "conditions": [
                                [
                                    "type": "Ready", "status": "False",
                                    "lastTransitionTime": "1970-01-01T00:16:40Z",
                                ]
                            ]
                        ],
                    ], subresource: "status")
            ])
        let next = controller.resume("n1", plan, [.object(sick), .object(pods[0])])
        #expect(next.events.map(\.message) == ["Node is not ready"])
        #expect(next.events.map(\.severity) == [.warning])
    }

    @Test func refusedWritesAreTriedAgain() {
        var controller = controller([Self.node(), Self.node("n2")], [Self.pod("a")])
        _ = controller.plan("n1")
        _ = controller.observe(Self.news(Self.node(ready: "False"), from: Self.node()), of: .nodes)
        let plan = controller.plan("n1")
        let conflict = APIError.modified(GroupResource("pods"), "a")
        let last = controller.resume("n1", plan, [.object(Self.node(ready: "False")), .failed(conflict)])
        #expect(last.next == .retry)
        #expect(controller.plan("n1").intents.contains { if case .patch(.pods, _, _, _) = $0 { true } else { false } })
    }

    @Test func nodeThatIsWellAgainLosesItsTaints() {
        let own = Self.evicting("node.kubernetes.io/not-ready", since: 900).array ?? []
        let foreign: JSONValue = ["key": "dedicated", "value": "x", "effect": "NoSchedule"]
        var controller = controller([Self.node(taints: .array([foreign] + own))])
        #expect(taints(controller.plan("n1")) == ["dedicated:NoSchedule"])
    }

    @Test func conditionsAndCordonsMeanTaints() {
        var node = Self.node()
        node["spec", "unschedulable"] = true
        node["status", "conditions"] = [
            ["type": "Ready", "status": "True"], ["type": "DiskPressure", "status": "True"],
            ["type": "MemoryPressure", "status": "False"],
        ]
        var controller = controller([node])
        let plan = controller.plan("n1")
        #expect(
            taints(plan) == [
                "node.kubernetes.io/disk-pressure:NoSchedule", "node.kubernetes.io/unschedulable:NoSchedule",
            ])
        guard case .patch(_, _, let patch, _)? = plan.intents.first else { return }
        var tainted = node
        tainted["spec", "taints"] = patch["spec"]?["taints"]
        _ = controller.observe(Self.news(tainted, from: node), of: .nodes)
        #expect(controller.plan("n1", at: 1_005).intents.isEmpty)
    }

    @Test func lostNodesAreGivenUpOneAfterTheOther() {
        let names = ["n1", "n2", "n3"]
        var controller = controller(names.map { Self.node($0) } + (4...9).map { Self.node("n\($0)") })
        for name in names {
            _ = controller.plan(name)
            _ = controller.observe(Self.news(Self.node(name, ready: "Unknown"), from: Self.node(name)), of: .nodes)
        }
        func isGivenUp(_ name: String, at seconds: Int64) -> Bool {
            taints(controller.plan(name, at: seconds))?.contains(Self.unreachable + ":NoExecute") ?? false
        }
        #expect(isGivenUp("n1", at: 1_000))
        #expect(!isGivenUp("n2", at: 1_000))
        #expect(!isGivenUp("n3", at: 1_009))
        #expect(isGivenUp("n3", at: 1_010))
        #expect(!isGivenUp("n2", at: 1_011))
        #expect(isGivenUp("n2", at: 1_020))
    }

    @Test(arguments: [(9, 4, true), (9, 5, false), (3, 2, true)])
    func smallZoneOfWhichMuchIsLostIsLeftAlone(count: Int, lost: Int, isGivenUp: Bool) {
        var controller = controller(
            (1...count).map { Self.node("n\($0)", ready: $0 <= lost ? "Unknown" : "True") })
        let taints = taints(controller.plan("n1")) ?? []
        #expect(taints.contains(Self.unreachable + ":NoExecute") == isGivenUp)
    }

    @Test func nothingIsGivenUpWhenEveryNodeIsLost() {
        let lost = Self.node(ready: "Unknown", taints: Self.evicting(Self.unreachable, since: 900))
        var controller = controller([lost, Self.node("n2")], [Self.pod("a")])
        #expect(taints(controller.plan("n1")) == nil)
        // The last ready node is lost too: all others need a look, and are held no more.
        let news = controller.observe(Self.news(Self.node("n2", ready: "Unknown"), from: Self.node("n2")), of: .nodes)
        #expect(Set(news.map(\.key)) == ["n1", "n2"])
        #expect(taints(controller.plan("n1")) == [Self.unreachable + ":NoSchedule"])
    }

    @Test(
        arguments: [
            ("[]", 300), (#"[{"operator":"Exists"}]"#, nil),
            (
                #"[{"key":"node.kubernetes.io/unreachable","operator":"Exists","#
                    + #""effect":"NoExecute","tolerationSeconds":30}]"#,
                30
            ),
            (#"[{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoSchedule"}]"#, 300),
            (#"[{"key":"node.kubernetes.io/not-ready","operator":"Exists","tolerationSeconds":30}]"#, 300),
            (#"[{"key":"node.kubernetes.io/unreachable","operator":"Exists","tolerationSeconds":0}]"#, 0),
        ] as [(String, Int64?)])
    func podsOfALostNodeFailWhenTheirTimeHasCome(tolerations: String, seconds: Int64?) {
        let lost = Self.node(ready: "Unknown", taints: Self.evicting(Self.unreachable, since: 1_000))
        var pod = Self.pod("a", tolerations: json(tolerations))
        pod["status", "conditions"] = nil
        func failures(at time: Int64) -> [JSONValue] {
            var controller = controller([lost, Self.node("n2")], [pod])
            return Self.failures(controller.plan("n1", at: time))
        }
        guard let seconds else {
            #expect(failures(at: 100_000).isEmpty)
            return
        }
        #expect(failures(at: 999 + seconds).isEmpty)
        #expect(
            failures(at: 1_000 + seconds) == [
                [
                    "metadata": ["uid": "uid-a", "resourceVersion": .string(pod.resourceVersion)],
                    "status": [
                        "phase": "Failed", "reason": "NodeLost",
                        "message": "Node n1 which was running pod a is unresponsive", "conditions": [],
                    ],
                ]
            ])
    }

    /// The patches that say of pods that they failed.
    private static func failures(_ plan: Plan<String>) -> [JSONValue] {
        plan.intents.compactMap { intent in
            guard case .patch(.pods, _, let patch, "status") = intent, patch["status"]?["phase"] == "Failed" else {
                return nil
            }
            return patch
        }
    }

    @Test func podsThatEndedOnALostNodeAreLeftAlone() {
        let lost = Self.node(ready: "Unknown", taints: Self.evicting(Self.unreachable, since: 1_000))
        var pod = Self.pod("a")
        pod["status", "phase"] = "Succeeded"
        var controller = controller([lost, Self.node("n2")], [pod])
        #expect(Self.failures(controller.plan("n1", at: 100_000)).isEmpty)
    }

    @Test func timeoutTakesTheDefaultTolerationsPlace() {
        var settings = NodeLifecycleSettings()
        settings.podEvictionTimeout = .seconds(10)
        var controller = NodeLifecycleController(settings)
        let tolerations = json(
            #"[{"key":"node.kubernetes.io/unreachable","operator":"Exists","#
                + #""effect":"NoExecute","tolerationSeconds":300}]"#
        )
        var pod = Self.pod("a", tolerations: tolerations)
        pod["status", "conditions"] = nil
        let lost = Self.node(ready: "Unknown", taints: Self.evicting(Self.unreachable, since: 1_000))
        _ = controller.know([(.nodes, lost), (.nodes, Self.node("n2")), (.pods, pod)])
        // Conditions that are missing are written first; then the node is waited with.
        let plan = controller.plan("n1", at: 1_004)
        #expect(plan.next == .again(after: .seconds(6)))
        let last = controller.plan("n1", at: 1_010)
        #expect(Self.failures(last).count == 1)
        #expect(last.events.map(\.reason).contains("NodeLost"))
    }

    @Test func taintsOfPeopleDriveAwayAtOnce() {
        let taints: JSONValue = [["key": "maintenance", "value": "now", "effect": "NoExecute"]]
        let tolerant = Self.pod(
            "b", tolerations: json(#"[{"key":"maintenance","operator":"Equal","value":"now","effect":"NoExecute"}]"#))
        var controller = controller([Self.node(taints: taints)], [Self.pod("a"), tolerant])
        let plan = controller.plan("n1")
        #expect(plan.intents == [.delete(.pods, Self.pod("a").key, DeletionRequest(uid: "uid-a"))])
        // A pod that comes later is looked at.
        #expect(controller.observe(.added(Self.pod("c")), of: .pods) == [Trigger("n1")])
    }

    @Test func nodeThatGoesIsTold() {
        var controller = controller([Self.node()])
        _ = controller.plan("n1")
        _ = controller.observe(.deleted(Self.node()), of: .nodes)
        let plan = controller.plan("n1")
        #expect(plan.events.map(\.message) == ["Node n1 event: Removing Node n1 from Controller"])
        #expect(controller.plan("n1") == .nothing)
        #expect(controller.allKeys.isEmpty)
    }
}
