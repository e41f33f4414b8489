import ClusterBase
import KubeClient
import KubeModel
import KubeNode
import Synchronization
import TestSupport
import Testing

/// The node's own objects in the API.
@Suite struct NodeObjectTests {
    private let key = ObjectKey(TestNode.name)

    private func ready(_ node: TestNode) async throws -> KubeObject {
        try await eventually("the node is ready") {
            guard let object = try await node.find(.nodes, key), object.condition("Ready") == "True" else { return nil }
            return object
        }
    }

    @Test func theNodeTellsWhatItIs() async throws {
        try await TestNode.with({
            $0.labels = [
                "k8s.mesosphere.io/attribute-rack": "r1", "k8s.mesosphere.io/attribute-no label": "x",
                "k8s.mesosphere.io/attribute-long": String(repeating: "x", count: 64),
            ]
            $0.annotations = ["k8s.mesosphere.io/slaveId": "S1"]
        }) { node in
            let object = try await ready(node)
            #expect(object.label("kubernetes.io/hostname") == "n1")
            #expect(object.label("kubernetes.io/os") == "linux")
            #expect(object.label("k8s.mesosphere.io/attribute-rack") == "r1")
            #expect(object.labels.contains { $0.key.hasPrefix("k8s.mesosphere.io/attribute-no") } == false)
            #expect(object.label("k8s.mesosphere.io/attribute-long") == nil)
            #expect(object.annotation("k8s.mesosphere.io/slaveId") == "S1")
            #expect(object.text("spec", "podCIDR") == "10.244.1.0/24")
            #expect(object.text("status", "capacity", "cpu") == "4")
            #expect(object.text("status", "allocatable", "memory") == "8Gi")
            #expect(object.text("status", "capacity", "pods") == "110")
            #expect(object.integer("status", "daemonEndpoints", "kubeletEndpoint", "Port") == 10_250)
            #expect(
                object["status", "addresses"] == [
                    ["type": "InternalIP", "address": "127.0.0.1"], ["type": "Hostname", "address": "n1"],
                ])
            let info = try #require(object["status", "nodeInfo"]?.object)
            #expect(
                info.keys.sorted() == [
                    "architecture", "bootID", "containerRuntimeVersion", "kernelVersion", "kubeProxyVersion",
                    "kubeletVersion", "machineID", "operatingSystem", "osImage", "systemUUID",
                ])
            #expect(info["containerRuntimeVersion"] == "docker://20.10.24")
            let reasons = object.list("status", "conditions").compactMap { $0["reason"]?.string }
            #expect(
                reasons == [
                    "KubeletHasSufficientMemory", "KubeletHasNoDiskPressure", "KubeletHasSufficientPID", "KubeletReady",
                ])
            #expect(object["status", "images"]?.array?.isEmpty == false)
            for reason in ["Starting", "NodeReady", "NodeHasSufficientMemory"] {
                let event = try await node.waitForEvent("n1", reason)
                #expect(event.text("involvedObject", "uid") == "n1")
            }
        }
    }

    @Test func theLeaseIsRenewed() async throws {
        try await TestNode.with { node in
            let lease = ObjectKey(namespace: "kube-node-lease", "n1")
            let first = try await eventually("a lease") { try await node.find(.leases, lease) }
            #expect(first.text("spec", "holderIdentity") == "n1")
            #expect(first.integer("spec", "leaseDurationSeconds") == 40)
            #expect(first.ownerReferences.first?.name == "n1")
            try await eventually("a renewal") {
                try await node.find(.leases, lease)?.text("spec", "renewTime") != first.text("spec", "renewTime")
            }
        }
    }

    @Test func aDeletedNodeComesBack() async throws {
        try await TestNode.with { node in
            let first = try await ready(node)
            try await node.client.delete(.nodes, key)
            try await eventually("another node") {
                guard let object = try await node.find(.nodes, key) else { return false }
                return object.uid != first.uid
            }
        }
    }

    @Test func theNodeIsTakenOverAfterARestart() async throws {
        try await TestNode.with { node in
            let first = try await ready(node)
            await node.stop()
            _ = try await node.client.patch(
                .nodes, key, .merge, ["metadata": ["labels": ["kubernetes.io/os": "other", "mine": "yes"]]])
            try await node.start()
            try await eventually("the label is right again") {
                try await node.find(.nodes, key)?.label("kubernetes.io/os") == "linux"
            }
            let again = try await ready(node)
            #expect(again.uid == first.uid)
            #expect(again.label("mine") == "yes")
        }
    }

    @Test func cordonIsTold() async throws {
        try await TestNode.with { node in
            _ = try await ready(node)
            _ = try await node.client.patch(.nodes, key, .merge, ["spec": ["unschedulable": true]])
            _ = try await node.waitForEvent("n1", "NodeNotSchedulable")
        }
    }

    @Test func leavingDeletesNodeAndRemains() async throws {
        try await TestNode.with { node in
            _ = try await ready(node)
            await node.runtime.add("job", .exit(0))
            try await node.run("job", restartPolicy: "Never", containers: [["name": "c", "image": "job"]])
            _ = try await node.waitFor(.finished, "job")
            try await node.kubelet.leave()
            #expect(try await node.find(.nodes, key) == nil)
            #expect(try await node.find(.leases, ObjectKey(namespace: "kube-node-lease", "n1")) == nil)
            #expect(await node.runtime.isEmpty)
        }
    }

    /// S-21: a disk dies.
    @Test func aDeadDiskEvictsEveryPod() async throws {
        let sample = Mutex(NodeSample())
        let meter: @Sendable () -> NodeSample = { sample.withLock { $0 } }
        try await TestNode.with({ $0.meter = meter }) { node in
            for name in ["a", "b"] {
                try await node.run(name, containers: [["name": .string(name), "image": "busybox"]])
                _ = try await node.waitFor(.running, name)
            }
            sample.withLock { $0.isDiskDead = true }
            for name in ["a", "b"] {
                let pod = try await node.waitForPhase(name, "Failed")
                #expect(pod.text("status", "reason") == "Evicted")
                #expect(pod.text("status", "message").hasPrefix("The node was low on resource: ephemeral-storage."))
                _ = try await node.waitFor(.failed, name)
                _ = try await node.waitForEvent(name, "Evicted")
            }
            #expect(await node.runtime.runningNames.isEmpty)
            try await eventually("disk pressure") {
                try await node.find(.nodes, key)?.condition("DiskPressure") == "True"
            }
        }
    }

    @Test func memoryPressureTakesTheLeastImportantPodFirst() async throws {
        let sample = Mutex(NodeSample())
        let meter: @Sendable () -> NodeSample = { sample.withLock { $0 } }
        try await TestNode.with({ $0.meter = meter }) { node in
            try await node.run("plain")
            try await node.run(
                "sure",
                containers: [
                    [
                        "name": "s", "image": "busybox",
                        "resources": ["limits": ["cpu": "100m", "memory": "64Mi"]],
                    ]
                ])
            _ = try await node.waitFor(.running, "plain")
            _ = try await node.waitFor(.running, "sure")
            sample.withLock { $0.memoryAvailable = 1 << 20 }
            let outcome = try await node.waitFor(.failed, "plain")
            sample.withLock { $0.memoryAvailable = .max }
            #expect(outcome.message.hasPrefix("Evicted: The node was low on resource: memory."))
            #expect(node.states("sure") == [.starting, .running])
        }
    }

    @Test func unusedImagesGoWhenTheDiskFillsUp() async throws {
        try await TestNode.with(
            speed: 25,
            {
                $0.meter = { NodeSample(diskFreePercent: 12, diskBytes: 100_000) }
            }
        ) { node in
            await node.runtime.add("unused")
            try await node.run("web")
            _ = try await node.waitFor(.running, "web")
            try await eventually("the image is removed", within: .seconds(60)) {
                await node.runtime.log.contains("remove image sha256:unused")
            }
            #expect(await node.runtime.log.contains("remove image sha256:busybox") == false)
        }
    }
}
