import ClusterBase
import KubeModel
import Testing

@testable import KubeKinds

/// Nodes: defaults, rules, what an update may change, and the table.
@Suite struct CoreNodeTests {
    private let nodes: CoreFixture
    init() throws { nodes = try CoreFixture("Node") }

    private static let agent = #"""
        {"metadata":{"name":"agent1","labels":{"kubernetes.io/hostname":"agent1"}},"spec":{"providerID":"mesos://1"},\#
        "status":{"capacity":{"cpu":"4","memory":"8Gi","pods":"110"},\#
        "conditions":[{"type":"Ready","status":"True"}],\#
        "addresses":[{"type":"InternalIP","address":"10.0.0.5"},{"type":"Hostname","address":"agent1"}],\#
        "nodeInfo":{"kernelVersion":"6.1","osImage":"Debian","containerRuntimeVersion":"docker://24",\#
        "kubeletVersion":"v1.20.2"}}}
        """#

    @Test func aNodeKeepsTheStatusItIsCreatedWith() throws {
        let node = try nodes.valid(Self.agent)
        #expect(node["status", "allocatable"] == ["cpu": "4", "memory": "8Gi", "pods": "110"])
        #expect(node.list("status", "addresses").count == 2)
    }

    @Test func bothFieldsForPodAddressesAgree() throws {
        #expect(try nodes.valid(#"{"spec":{"podCIDR":"10.1.0.0/24"}}"#)["spec", "podCIDRs"] == ["10.1.0.0/24"])
        #expect(try nodes.valid(#"{"spec":{"podCIDRs":["10.1.0.0/24"]}}"#).text("spec", "podCIDR") == "10.1.0.0/24")
    }

    /// A node and what is wrong with it.
    private static let faults: [(String, [String])] = [
        (
            #"""
                {"spec":{"taints":[{"key":"a","effect":"NoSchedule"},{"key":"a","value":"b","effect":"NoSchedule"},{\#
                "key":"a","effect":"No"},{"key":"c"}]}}
                """#,
            [
                #"metadata.taints[1]: Duplicate value: "#
                    + #"core.Taint{Key:"a", Value:"b", Effect:"NoSchedule", TimeAdded:(*v1.Time)(nil)}: "#
                    + "taints must be unique by key and effect pair",
                #"metadata.taints[2].effect: Unsupported value: "No": "#
                    + #"supported values: "NoSchedule", "PreferNoSchedule", "NoExecute""#,
                "metadata.taints[3].effect: Required value",
            ]
        ),
        (
            #"{"status":{"capacity":{"cpu":"-1","pods":"1500m","example.com/gpu":"0.5"},"allocatable":{"cpu":"1"}}}"#,
            [
                #"status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0"#,
                #"status.capacity.example.com/gpu: Invalid value: "500m": must be an integer"#,
                #"status.capacity.pods: Invalid value: "1500m": must be an integer"#,
            ]
        ),
        (
            #"{"spec":{"podCIDR":"10.0.0.0/33"}}"#,
            [#"spec.podCIDRs[0]: Invalid value: []string{"10.0.0.0/33"}: must be valid CIDR"#]
        ),
        (
            #"{"spec":{"podCIDRs":["10.0.0.0/24","10.0.1.0/24"]}}"#,
            [
                #"spec.podCIDRs: Invalid value: []string{"10.0.0.0/24", "10.0.1.0/24"}: "#
                    + "may specify no more than one CIDR for each IP family"
            ]
        ),
    ]

    @Test(arguments: faults) func faultsAreNamed(_ json: String, _ errors: [String]) throws {
        #expect(try nodes.create(json).errors == errors)
    }

    @Test func anUpdateMarksAndTaintsButMovesNothing() throws {
        let old = try nodes.valid(Self.agent)
        var sent = old
        sent["spec", "unschedulable"] = true
        sent["spec", "taints"] = [["key": "a", "effect": "NoSchedule"]]
        sent["metadata", "labels", "env"] = "test"
        sent["spec", "podCIDR"] = "10.1.0.0/24"
        sent["status", "phase"] = "Running"
        let (new, errors) = try nodes.update(old, to: sent)
        #expect(errors == [])
        #expect(new["status"] == old["status"])
        #expect(CoreKinds.node.selectableFields["spec.unschedulable"]?(new) == "true")
        sent["spec", "providerID"] = "mesos://2"
        sent["spec", "externalID"] = "x"
        #expect(
            try nodes.update(new, to: sent).errors == [
                #"spec.providerID: Forbidden: node updates may not change providerID except from "" to valid"#,
                "[]: Forbidden: node updates may only change labels, taints, or capacity "
                    + "(or configSource, if the DynamicKubeletConfig feature gate is enabled)",
            ])
        sent = new
        sent["spec", "podCIDR"] = "10.2.0.0/24"
        #expect(
            try nodes.update(new, to: sent).errors == [
                #"spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid"#
            ])
    }

    @Test func statusIsWrittenByItself() throws {
        let old = try nodes.valid(Self.agent)
        let (new, errors) = try nodes.updateStatus(
            old,
            #"""
                {"spec":{"unschedulable":true},"status":{"phase":"Running","addresses":[{"type":"Hostname",\#
                "address":"a"},{"type":"Hostname","address":"a"}]}}
                """#)
        #expect(errors == [#"status.addresses[1]: Duplicate value: core.NodeAddress{Type:"Hostname", Address:"a"}"#])
        #expect(new["spec"] == old["spec"] && new.text("status", "phase") == "Running")
    }

    @Test func tableShows() throws {
        let node = try nodes.valid(Self.agent)
        let cells = nodes.cells(node)
        #expect(
            nodes.row.columns.filter { $0.name != "Age" }.map { cells[$0.name] } == [
                "agent1", "Ready", "<none>", "v1.20.2", "10.0.0.5", "<none>", "Debian", "6.1", "docker://24",
            ])
        var other = KubeObject(["metadata": ["name": "b"]])
        let blank = ["Status", "OS-Image", "Internal-IP"].map { nodes.cells(other)[$0] }
        #expect(blank == ["Unknown", "<unknown>", "<none>"])
        other["status", "conditions"] = [["type": "Ready", "status": "Unknown"]]
        other["spec", "unschedulable"] = true
        other["metadata", "labels"] = [
            "node-role.kubernetes.io/worker": "", "kubernetes.io/role": "edge", "node-role.kubernetes.io/": "x",
        ]
        #expect(["Status", "Roles"].map { nodes.cells(other)[$0] } == ["NotReady,SchedulingDisabled", "edge,worker"])
    }
}
