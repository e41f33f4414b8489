internal import ClusterBase
internal import KubeModel

/// Pods, and the controllers that make them, in the first versions (spec `kubernetes/08` §8.2, §8.3).
enum LegacyPods {
    /// `Pod` of `v1beta1` and `v1beta2`.
    static func flatPod(_ version: String) -> [ShapeRule] {
        [
            echo,
            .move("desiredState.manifest", "spec"),
            .move("desiredState.host", "spec.nodeName"),
            .move("nodeSelector", "spec.nodeSelector"),
            .move("serviceAccount", "spec.serviceAccountName"),
            ShapeRule(toHub: { $0["desiredState"] = nil }, fromHub: { $0["spec", "serviceAccount"] = nil }),
            .within("spec", LegacyContainers.manifest(version)),
            .move("currentState", "status"),
            .within("status", flatStatus),
        ]
    }

    /// `ReplicationController` of `v1beta1` and `v1beta2`.
    static func flatController(_ version: String) -> [ShapeRule] {
        [
            .alias("desiredState.replicasInSet", "desiredState.replicas"),
            .alias("desiredState.taskTemplate", "desiredState.podTemplate"),
            .move("desiredState.podTemplate.desiredState.manifest", "spec.template.spec"),
            .move("desiredState.podTemplate.desiredState.host", "spec.template.spec.nodeName"),
            .move("desiredState.podTemplate.nodeSelector", "spec.template.spec.nodeSelector"),
            .move("desiredState.podTemplate.serviceAccount", "spec.template.spec.serviceAccountName"),
            .move("desiredState.podTemplate.labels", "spec.template.metadata.labels"),
            .move("desiredState.podTemplate.annotations", "spec.template.metadata.annotations"),
            .move("desiredState.replicas", "spec.replicas"),
            .move("desiredState.minReadySeconds", "spec.minReadySeconds"),
            .move("desiredState.replicaSelector", "spec.selector"),
            ShapeRule(
                toHub: { $0["desiredState"] = nil },
                fromHub: { controller in
                    let metadata = controller["spec", "template", "metadata"]
                    controller["spec", "template", "metadata"] = metadata.map(plainLabels)
                    controller.editTemplate { $0["serviceAccount"] = nil }
                }),
            .within("spec.template.spec", LegacyContainers.manifest(version)),
            .move("currentState", "status"),
        ]
    }

    /// `Pod` of `v1beta3`.
    static let pod: [ShapeRule] = [
        .within("spec", spec),
        .within("status", [.move("Condition", "conditions")] + containerStates(of: "containerStatuses")),
    ]

    /// `ReplicationController` of `v1beta3`.
    static let controller: [ShapeRule] = [.within("spec.template.spec", spec)]

    private static let spec: [ShapeRule] = [
        .move("host", "nodeName"),
        .each("containers", LegacyContainers.privileges), .each("initContainers", LegacyContainers.privileges),
    ]

    private static func plainLabels(_ metadata: JSONValue) -> JSONValue {
        var kept = JSONObject()
        for key in ["labels", "annotations"] { kept[key] = metadata[key] }
        return .object(kept)
    }
}

// MARK: - Status

extension LegacyPods {
    /// The state repeats where the pod is and what it was asked to run.
    private static let echo = ShapeRule(fromHub: { pod in
        guard pod["currentState"] != nil else { return }
        pod["currentState", "manifest"] = pod["desiredState", "manifest"]
        pod["currentState", "host"] = pod["desiredState", "host"]
    })

    private static let flatStatus: [ShapeRule] =
        [
            .move("status", "phase"),
            .words(
                "phase",
                [
                    "Waiting": "Pending", "Running": "Running", "Succeeded": "Succeeded", "Terminated": "Failed",
                    "Unknown": "Unknown",
                ]),
            .move("Condition", "conditions"),
            .each("conditions", condition),
            ShapeRule(toHub: listStates, fromHub: mapStates),
        ] + containerStates(of: "containerStatuses")

    /// A condition whose type is its `kind` and whose status is `Full` or `None`.
    static let condition: [ShapeRule] = [
        .move("kind", "type"),
        .words("status", ["Full": "True", "None": "False", "Unknown": "Unknown"]),
    ]

    private static func containerStates(of list: String) -> [ShapeRule] {
        [.each(list, ["state", "lastState"].map { .within($0, [.move("termination", "terminated")]) })]
    }

    /// `info`: statuses by the name of their container.
    private static func listStates(_ status: inout KubeObject) {
        guard let info = status["info"]?.object else { return }
        status["info"] = nil
        let states = info.sorted { $0.key < $1.key }.map { name, state in
            var named: JSONObject = ["name": .string(name)]
            for (key, value) in state.object ?? JSONObject() { named[key] = value }
            return JSONValue.object(named)
        }
        if status["containerStatuses"] == nil { status["containerStatuses"] = .array(states) }
    }

    private static func mapStates(_ status: inout KubeObject) {
        guard let states = status["containerStatuses"]?.array else { return }
        status["containerStatuses"] = nil
        var info = JSONObject()
        for case .object(var state) in states {
            guard let name = state["name"]?.string else { continue }
            state["name"] = nil
            info[name] = .object(state)
        }
        status["info"] = .object(info)
    }
}

extension KubeObject {
    /// Changes the pod spec of a controller's template.
    fileprivate mutating func editTemplate(_ change: (inout KubeObject) -> Void) {
        guard self["spec", "template", "spec"] != nil else { return }
        edit("spec") { spec in spec.edit("template") { template in template.edit("spec", change) } }
    }
}
