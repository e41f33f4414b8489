import ClusterBase
import KubeModel
import Testing

@testable import KubeKinds

/// What becomes of a pod between its creation and its end.
@Suite struct WorkloadPodLifeTests {
    private let pods: WorkloadFixture
    private let pod: KubeObject
    init() throws {
        pods = try WorkloadFixture("Pod")
        pod = try pods.valid(
            #"""
            {"metadata":{"name":"p","uid":"u1","annotations":{"a":"1"}},"spec":{"terminationGracePeriodSeconds":20,
             "restartPolicy":"Never","activeDeadlineSeconds":100,"initContainers":[{"name":"i","image":"i:1"}],
             "tolerations":[{"key":"k","operator":"Exists","effect":"NoExecute","tolerationSeconds":5}],
             "containers":[{"name":"c","image":"c:1"}]},"status":{"phase":"Running"}}
            """#)
    }

    // MARK: Defaults

    /// An image and when it is pulled.
    @Test(arguments: [
        ("nginx", "Always"), ("nginx:latest", "Always"), ("nginx:1.9", "IfNotPresent"),
        ("example.com:5000/nginx", "Always"), ("example.com:5000/nginx:2", "IfNotPresent"),
        ("nginx@sha256:0123", "IfNotPresent"), ("nginx:latest@sha256:0123", "Always"), ("Bad Name", "IfNotPresent"),
    ])
    func pullPolicyFollowsTheTag(_ image: String, _ policy: String) throws {
        let json = #"{"spec":{"containers":[{"name":"c","image":"\#(image)"}]}}"#
        #expect(try pods.hub(json).list("spec", "containers").first?["imagePullPolicy"] == .string(policy))
    }

    @Test func limitsBecomeRequestsInPodsOnly() throws {
        let spec =
            #""spec":{"containers":[{"name":"c","image":"i","resources":{"limits":{"cpu":"2","#
            + #""memory":"1024Mi"},"requests":{"cpu":"1"}}}]}"#
        let container = try pods.hub("{\(spec)}").list("spec", "containers").first
        #expect(container?["resources"]?["requests"] == ["cpu": "1", "memory": "1Gi"])
        let json = #"{"spec":{"selector":{"a":"b"},"template":{\#(spec)}}}"#
        let controller = try WorkloadFixture("ReplicationController").hub(json)
        let inTemplate = controller.list("spec", "template", "spec", "containers").first
        #expect(inTemplate?["resources"]?["requests"] == ["cpu": "1"])
    }

    @Test func hostNetworkExposesPorts() throws {
        let container = #"{"name":"c","image":"i","ports":[{"containerPort":80}]}"#
        let json = #"{"spec":{"hostNetwork":true,"containers":[\#(container)]}}"#
        #expect(try pods.hub(json).list("spec", "containers").first?["ports"]?[0]?["hostPort"] == 80)
    }

    @Test(arguments: [#""serviceAccountName":"a""#, #""serviceAccount":"a""#])
    func accountIsWrittenUnderBothNames(_ member: String) throws {
        let spec = try pods.hub(#"{"spec":{\#(member),"containers":[]}}"#)
        #expect(spec.text("spec", "serviceAccountName") == "a")
        #expect(spec.text("spec", "serviceAccount") == "a")
    }

    @Test func addressesAgree() throws {
        #expect(try pods.hub(#"{"status":{"podIP":"1.2.3.4"}}"#)["status", "podIPs"] == [["ip": "1.2.3.4"]])
        #expect(try pods.hub(#"{"status":{"podIPs":[{"ip":"1.2.3.4"}]}}"#).text("status", "podIP") == "1.2.3.4")
        let both = try pods.hub(#"{"status":{"podIP":"1.2.3.4","podIPs":[{"ip":"5.6.7.8"},{"ip":"::1"}]}}"#)
        #expect(both["status", "podIPs"] == [["ip": "1.2.3.4"]])
    }

    /// Resources of two containers, and the class.
    @Test(arguments: [
        ("{}", "{}", "BestEffort"),
        (#"{"requests":{"cpu":"1"}}"#, "{}", "Burstable"),
        (#"{"limits":{"cpu":"1","memory":"1Gi"}}"#, #"{"limits":{"cpu":"2","memory":"1Gi"}}"#, "Guaranteed"),
        (#"{"limits":{"cpu":"1","memory":"1Gi"}}"#, "{}", "Burstable"),
        (#"{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"500m"}}"#, "{}", "Burstable"),
        (#"{"limits":{"cpu":"1"}}"#, #"{"limits":{"cpu":"1"}}"#, "Burstable"),
        (#"{"limits":{"cpu":"0","memory":"0"}}"#, "{}", "BestEffort"),
    ])
    func classOfServiceFollowsResources(_ first: String, _ second: String, _ expected: String) throws {
        let json = #"""
            {"spec":{"containers":[{"name":"a","image":"i","resources":\#(first)},
             {"name":"b","image":"i","resources":\#(second)}]}}
            """#
        #expect(try pods.create(json).object.text("status", "qosClass") == expected)
    }

    // MARK: Updates

    @Test func imageDeadlineAndTolerationsMayChange() {
        let errors = pods.changeErrors(pod) { pod in
            pod.edit("spec") { spec in
                spec.editEach("containers") { $0["image"] = "c:2" }
                spec.editEach("initContainers") { $0["image"] = "i:2" }
                spec["activeDeadlineSeconds"] = 50
                spec.editEach("tolerations") { $0["tolerationSeconds"] = 9 }
                let added: JSONObject = ["key": "l", "operator": "Exists"]
                spec["tolerations"] = .array(spec.list("tolerations") + [.object(added)])
            }
            pod["metadata", "labels", "new"] = "label"
        }
        #expect(errors == [])
    }

    @Test func otherFieldsMayNotChange() {
        let errors = pods.changeErrors(pod) { pod in
            pod["spec", "restartPolicy"] = "Always"
            pod.edit("spec") { $0.editEach("containers") { $0["command"] = ["ls"] } }
        }
        #expect(
            errors == [
                "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`, "
                    + "`spec.initContainers[*].image`, `spec.activeDeadlineSeconds` or `spec.tolerations` (only "
                    + "additions to existing tolerations)\n+ containers[0].command: [\"ls\"]\n"
                    + "- restartPolicy: \"Never\"\n+ restartPolicy: \"Always\""
            ])
    }

    @Test func containersMayNotComeOrGo() {
        let errors = pods.changeErrors(pod) { $0["spec", "initContainers"] = nil }
        #expect(errors == ["spec.initContainers: Forbidden: pod updates may not add or remove containers"])
    }

    /// A new deadline, and what is said of it.
    @Test(
        arguments: [
            (101, "must be less than or equal to previous value"), (-1, "must be between 0 and 2147483647, inclusive"),
            (nil, "must not update from a positive integer to nil value"),
        ] as [(Int64?, String)])
    func deadlineMayOnlySink(_ seconds: Int64?, _ detail: String) {
        let errors = pods.changeErrors(pod) { $0["spec", "activeDeadlineSeconds"] = seconds.map { .integer($0) } }
        let shown = seconds.map(String.init) ?? "null"
        #expect(errors == ["spec.activeDeadlineSeconds: Invalid value: \(shown): \(detail)"])
    }

    @Test func tolerationsMayNotGo() {
        let errors = pods.changeErrors(pod) { $0["spec", "tolerations"] = nil }
        #expect(
            errors == [
                "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds"
            ])
    }

    @Test func annotationsForNodesMayNotChange() {
        var mirror = pod
        mirror.setAnnotation("kubernetes.io/config.mirror", "x")
        #expect(
            pods.changeErrors(pod) { $0 = mirror }
                == [
                    "metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not add mirror pod annotation"
                ])
        #expect(
            pods.changeErrors(mirror) { $0.setAnnotation("kubernetes.io/config.mirror", nil) }
                == [
                    "metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not remove or update mirror pod "
                        + "annotation"
                ])
    }

    @Test func statusStaysOnUpdate() {
        var changed = pod
        changed["status", "phase"] = "Failed"
        pods.row.prepareForUpdate(&changed, pod)
        #expect(changed == pod)
    }

    @Test func statusWritesLeaveTheRestAlone() throws {
        let (changed, errors) = try pods.updateStatus(pod) { pod in
            pod["status", "phase"] = "Failed"
            pod["spec", "nodeName"] = "n"
            pod["metadata", "labels", "new"] = "label"
            pod["metadata", "ownerReferences"] = []
        }
        #expect(errors == [])
        #expect(changed["spec"] == pod["spec"])
        #expect(changed.text("status", "phase") == "Failed")
        #expect(changed.label("new") == "label")
        #expect(changed["metadata", "ownerReferences"] == nil)
    }

    @Test func containersThatEndedForGoodStayEnded() throws {
        func state(_ text: String) throws -> JSONValue {
            [try JSONValue(parsing: #"{"name":"c","state":{\#(text)}}"#)]
        }
        var ended = pod
        ended["status", "containerStatuses"] = try state(#""terminated":{"exitCode":1}"#)
        let running = try state(#""running":{}"#)
        let expected = ["status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state"]
        #expect(try pods.updateStatus(ended) { $0["status", "containerStatuses"] = running }.errors == expected)
        for policy in ["OnFailure", "Always"] {
            ended["spec", "restartPolicy"] = .string(policy)
            #expect(try pods.updateStatus(ended) { $0["status", "containerStatuses"] = running }.errors == [])
        }
    }

    // MARK: Admission

    @Test func newPodsTolerateLostNodesForAWhile() throws {
        var admitted = pod
        admitted["spec", "tolerations"] = [["key": "node.kubernetes.io/not-ready", "operator": "Exists"]]
        try PodAdmission.admitCreate(&admitted)
        #expect(
            admitted.list("spec", "tolerations").map { $0["key"]?.string } == [
                "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable",
            ])
        #expect(admitted.list("spec", "tolerations").last?["tolerationSeconds"] == 300)
        #expect(admitted.integer("spec", "priority") == 0)
        #expect(admitted.text("spec", "preemptionPolicy") == "PreemptLowerPriority")
        #expect(pods.row.validate(admitted) == [])
        var everything = pod
        everything["spec", "tolerations"] = [["operator": "Exists"]]
        try PodAdmission.admitCreate(&everything)
        #expect(everything.list("spec", "tolerations").count == 1)
    }

    @Test func priorityIsNotForClientsToChoose() {
        var greedy = pod
        greedy["spec", "priority"] = 1000
        #expect {
            try PodAdmission.admitCreate(&greedy)
        } throws: { error in
            let error = error as? APIError
            return error?.code == 403
                && error?.message == "pods \"p\" is forbidden: the integer value of priority (1000) must not be "
                    + "provided in pod spec; priority admission controller computed 0 from the given PriorityClass name"
        }
    }

    @Test func updatesGetWhatCreationAdded() throws {
        var stored = pod
        try PodAdmission.admitCreate(&stored)
        var sent = pod
        PodAdmission.admitUpdate(&sent, old: stored)
        #expect(sent == stored)
    }

    // MARK: Binding, eviction, end

    private static let noon = UnixTime(seconds: 1_767_268_800)

    private func binding(_ json: String) throws -> KubeObject {
        try #require(KubeObject(try JSONValue(parsing: json)))
    }

    @Test func bindingAssignsTheNode() throws {
        let binding = try binding(
            #"{"metadata":{"name":"p","annotations":{"b":"2"}},"target":{"kind":"Node","name":"n1"}}"#)
        let bound = try PodBinding.bind(pod: pod, binding: binding, at: Self.noon)
        #expect(bound.text("spec", "nodeName") == "n1")
        #expect(bound.annotations.map(\.key) == ["a", "b"])
        #expect(
            bound["status", "conditions"] == [
                [
                    "type": "PodScheduled", "status": "True", "lastProbeTime": .null,
                    "lastTransitionTime": "2026-01-01T12:00:00Z",
                ]
            ])
    }

    /// A binding, a change of the pod, and code and message of the refusal.
    @Test(arguments: [
        (
            #"{"metadata":{"name":"q"},"target":{"name":"n"}}"#, "", 400,
            "name in URL does not match name in Binding object"
        ),
        (
            #"{"metadata":{"name":"p"},"target":{"name":"n"}}"#, "nodeName", 409,
            #"Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "old""#
        ),
        (
            #"{"metadata":{"name":"p"},"target":{"name":"n"}}"#, "deletion", 409,
            #"Operation cannot be fulfilled on pods/binding "p": pod p is being deleted, cannot be assigned to a host"#
        ),
        (
            #"{"metadata":{"name":"p","uid":"u2"},"target":{"name":"n"}}"#, "", 409,
            #"Operation cannot be fulfilled on pods/binding "p": Precondition failed: UID in precondition: u2, "#
                + "UID in object meta: u1"
        ),
        (
            #"{"metadata":{"name":"p"},"target":{"kind":"Pod"}}"#, "", 422,
            #"Binding "p" is invalid: [target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>", "#
                + "target.name: Required value]"
        ),
    ])
    func bindingIsRefused(_ json: String, _ change: String, _ code: Int, _ message: String) throws {
        var pod = pod
        if change == "nodeName" { pod["spec", "nodeName"] = "old" }
        if change == "deletion" { pod.deletionTimestamp = "2026-01-01T00:00:00Z" }
        let binding = try binding(json)
        #expect {
            try PodBinding.bind(pod: pod, binding: binding, at: Self.noon)
        } throws: { error in
            (error as? APIError)?.code == code && (error as? APIError)?.message == message
        }
    }

    @Test func evictionCarriesTheOptionsOfDeletion() throws {
        let eviction = try binding(#"{"metadata":{"name":"p"},"deleteOptions":{"gracePeriodSeconds":3}}"#)
        #expect(try PodEviction.deleteOptions(of: eviction, for: pod).integer("gracePeriodSeconds") == 3)
        #expect(throws: APIError.self) {
            try PodEviction.deleteOptions(of: try binding(#"{"metadata":{"name":"q"}}"#), for: pod)
        }
        var running = pod
        #expect(!PodEviction.respectsBudgets(running))
        running["status", "phase"] = "Running"
        #expect(PodEviction.respectsBudgets(running))
    }

    @Test func graceIsForPodsThatRun() {
        var running = pod
        running["spec", "nodeName"] = "n"
        running["status", "phase"] = "Running"
        let grace = pods.row.gracePeriod
        #expect(grace(running, nil) == 20)
        #expect(grace(running, 7) == 7)
        #expect(grace(running, 0) == 0)
        #expect(grace(running, -1) == 20)
        running["status", "phase"] = "Succeeded"
        #expect(grace(running, 7) == 0)
        #expect(grace(pod, 7) == 0)
    }

    @Test func fieldsCanBeSelected() throws {
        let object = try pods.hub(
            #"""
            {"metadata":{"name":"p"},"spec":{"nodeName":"n","serviceAccountName":"a","containers":[]},
             "status":{"phase":"Running","podIP":"10.0.0.1","nominatedNodeName":"m"}}
            """#)
        let fields = pods.row.selectableFields.mapValues { $0(object) }
        #expect(
            fields == [
                "spec.nodeName": "n", "spec.host": "n", "spec.restartPolicy": "Always",
                "spec.schedulerName": "default-scheduler", "spec.serviceAccountName": "a", "status.phase": "Running",
                "status.podIP": "10.0.0.1", "status.podIPs": "10.0.0.1", "status.nominatedNodeName": "m",
            ])
    }
}
