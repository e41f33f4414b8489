internal import ClusterBase
internal import ClusterModel
internal import KubeCore
internal import KubeModel
internal import ResourceModel

/// Makes the task of a pod.
struct TaskBuilder {
    let settings: SchedulingSettings

    /// The task; its data is the pod as it is bound, with the limits it is charged and its host ports.
    func task(
        _ pod: KubeObject, _ assignment: Assignment, node: String, annotations: JSONValue, resources: Resources,
        executor: ExecutorInfo
    ) -> TaskInfo {
        var copy = PodPorts.filling(PodCharge.filled(pod, settings.charge), assignment.ports)
        copy.apiVersion = "v1"
        copy.kind = "Pod"
        copy["spec", "nodeName"] = .string(node)
        for (key, value) in annotations.object ?? JSONObject() { copy.setAnnotation(key, value.string) }
        copy["metadata", "managedFields"] = nil
        copy["status"] = nil
        return TaskInfo(
            name: PoolNames.taskName(pod: pod.name, namespace: pod.namespace), id: assignment.task,
            agentID: assignment.agent, resources: resources, executor: executor, data: copy.value.bytes,
            labels: [
                Label(key: "namespace", value: pod.namespace), Label(key: "name", value: pod.name),
                Label(key: "uid", value: pod.uid),
            ],
            wire: discovery(pod, assignment.ports))
    }

    /// `TaskInfo.discovery`, which the model does not hold, as the encoding that the task starts from.
    ///
    /// Field numbers: `DiscoveryInfo` and `TaskInfo` of the v1 messages.
    private func discovery(_ pod: KubeObject, _ ports: [PodPort]) -> WireImage? {
        func annotation(_ name: String) -> String? { pod.annotation(PoolNames.discoveryPrefix + name) }
        let names = ["visibility", "name", "environment", "location", "version"]
        guard settings.generatesDiscovery || names.contains(where: { annotation($0) != nil }) else { return nil }
        var message = WireBytes()
        let visibilities = ["FRAMEWORK": 0, "CLUSTER": 1, "EXTERNAL": 2]
        message.number(1, visibilities[annotation("visibility")?.uppercased() ?? ""] ?? 1)
        message.text(2, annotation("name") ?? PoolNames.taskName(pod: pod.name, namespace: pod.namespace))
        for (field, name) in [(3, "environment"), (4, "location"), (5, "version")] {
            if let value = annotation(name) { message.text(field, value) }
        }
        var list = WireBytes()
        for port in ports where port.hostPort != 0 {
            var entry = WireBytes()
            entry.number(1, Int(port.hostPort))
            if !port.name.isEmpty { entry.text(2, port.name) }
            entry.text(3, port.transport.lowercased())
            list.field(1, entry.bytes)
        }
        if !list.bytes.isEmpty { message.field(6, list.bytes) }
        var task = WireBytes()
        task.field(12, message.bytes)
        return WireImage(task.bytes)
    }
}

/// The few forms of protobuf fields that discovery information needs.
private struct WireBytes {
    var bytes: [UInt8] = []

    mutating func number(_ field: Int, _ value: Int) {
        varint(UInt64(field << 3))
        varint(UInt64(value))
    }

    mutating func text(_ field: Int, _ value: String) { self.field(field, Array(value.utf8)) }

    mutating func field(_ field: Int, _ content: [UInt8]) {
        varint(UInt64(field << 3 | 2))
        varint(UInt64(content.count))
        bytes += content
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest > 0x7f {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
