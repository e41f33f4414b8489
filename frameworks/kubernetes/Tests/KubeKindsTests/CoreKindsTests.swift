import ClusterBase
import KubeModel
import Testing

@testable import KubeKinds

/// The rows of the core kinds: names, verbs, subresources, flags.
@Suite struct CoreRowTests {
    @Test func rowsAreAsDiscoveryShowsThem() throws {
        let rows = CoreKinds.all.map { row in
            let names = row.shortNames.joined(separator: ",")
            let parts = row.subresources.map { "\($0.name)(\($0.verbs.joined(separator: " ")))" }.joined(separator: " ")
            return "\(row.resource) \(row.kind) [\(names)] \(row.isNamespaced) \(row.verbs.names.count) \(parts)"
        }
        let proxy = "proxy(create delete get patch update)"
        let status = "status(get patch update)"
        #expect(
            rows == [
                "services Service [svc] true 7 \(proxy) \(status)",
                "endpoints Endpoints [ep] true 8 ",
                "nodes Node [no] false 8 \(proxy) \(status)",
                "namespaces Namespace [ns] false 7 finalize(update) \(status)",
                "events Event [ev] true 8 ",
                "secrets Secret [] true 8 ",
                "configmaps ConfigMap [cm] true 8 ",
                "serviceaccounts ServiceAccount [sa] true 8 ",
                "bindings Binding [] true 1 ",
                "componentstatuses ComponentStatus [cs] false 2 ",
                "leases.coordination.k8s.io Lease [] true 8 ",
            ])
    }

    @Test func flagsFollowTheReference() {
        func kinds(_ flag: (KindRow) -> Bool) -> [String] { CoreKinds.all.filter(flag).map(\.kind) }
        #expect(kinds(\.createsOnUpdate) == ["Service", "Endpoints", "Event", "Lease"])
        #expect(kinds(\.requiresResourceVersionOnUpdate) == ["Lease"])
        #expect(kinds(\.returnsObjectOnDelete) == ["Service", "Namespace", "ServiceAccount"])
        #expect(kinds { $0.categories == ["all"] } == ["Service"])
        #expect(CoreKinds.all.compactMap(\.timeToLive) == [3_600])
        #expect(CoreKinds.lease.versions.map(\.groupVersion.version) == ["v1", "v1beta1"])
    }

    @Test func namesFollowTheirGrammar() {
        #expect(CoreKinds.service.nameRule.problems("1a") != [])
        #expect(CoreKinds.service.nameRule.problems("a-1") == [])
        #expect(CoreKinds.namespace.nameRule.problems("a.b") != [])
        #expect(CoreKinds.node.nameRule.problems("kube-node-1.example") == [])
        #expect(CoreKinds.event.nameRule.problems("web-1.17A6f0c3d2e1b4f0") == [])
    }
}

/// Endpoints, namespaces, events, leases, accounts, bindings.
@Suite struct CoreObjectTests {
    private static func errors(_ kind: String, _ json: String) throws -> [String] {
        try CoreFixture(kind).create(json).errors
    }

    /// A kind, a document, and what is wrong with it.
    private static let documents: [(String, String, [String])] = [
        // Seeds' F-49, F-50, F-58.
        (
            "Endpoints",
            #"""
                {"metadata":{"name":"my-nginx","namespace":"default","resourceVersion":"224471","uid":"u-1"},\#
                "subsets":[{"addresses":[{"ip":"10.0.62.71","targetRef":{"kind":"Pod","name":"my-nginx-4s97i",\#
                "uid":"u-2"}}],"ports":[{"name":"http","port":80,"protocol":"TCP"},{"name":"https","port":443,\#
                "protocol":"TCP"}]}]}
                """#,
            []
        ),
        (
            "Endpoints",
            #"""
                {"metadata":{"name":"glusterfs-cluster"},"subsets":[{"addresses":[{"ip":"10.240.106.152"}],\#
                "ports":[{"port":1}]},{"addresses":[{"ip":"10.240.79.157"}],"ports":[{"port":1}]}]}
                """#,
            []
        ),
        (
            "Endpoints", #"{"subsets":[{"ports":[{"port":1}]}]}"#,
            ["subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`"]
        ),
        (
            "Endpoints",
            #"""
                {"subsets":[{"notReadyAddresses":[{"ip":"127.0.0.1","hostname":"A"}],"ports":[{"port":1},{\#
                "name":"b","port":70000}]}]}
                """#,
            [
                #"subsets[0].notReadyAddresses[0].hostname: Invalid value: "A": a lowercase RFC 1123 label "#
                    + "must consist of lower case alphanumeric characters or '-', and must start and end with an "
                    + "alphanumeric character (e.g. 'my-name',  or '123-abc', "
                    + "regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
                #"subsets[0].notReadyAddresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range "#
                    + "(127.0.0.0/8)",
                "subsets[0].ports[0].name: Required value",
                "subsets[0].ports[1].port: Invalid value: 70000: must be between 1 and 65535, inclusive",
            ]
        ),
        ("Namespace", #"{"metadata":{"name":"development"}}"#, []),
        (
            "Namespace", #"{"spec":{"finalizers":["mine"]}}"#,
            [
                #"spec.finalizers: Invalid value: "mine": "#
                    + "name is neither a standard finalizer name nor is it fully qualified"
            ]
        ),
        (
            "Event",
            #"""
                {"metadata":{"name":"e","namespace":"default"},"involvedObject":{"kind":"Node","name":"n",\#
                "uid":"n"}}
                """#, []
        ),
        ("Event", #"{"metadata":{"name":"e","namespace":"a"},"involvedObject":{"namespace":"a"}}"#, []),
        (
            "Event", #"{"metadata":{"name":"e","namespace":"a"},"involvedObject":{"namespace":"b"}}"#,
            [#"involvedObject.namespace: Invalid value: "b": does not match event.namespace"#]
        ),
        (
            "Event", #"{"metadata":{"name":"e","namespace":"a"},"involvedObject":{"kind":"Node"}}"#,
            [#"involvedObject.namespace: Invalid value: "": does not match event.namespace"#]
        ),
        (
            "Event",
            #"""
                {"metadata":{"namespace":"a"},"involvedObject":{"namespace":"a"},\#
                "eventTime":"2026-01-02T03:04:05.000001Z","reportingComponent":"c","reason":"r"}
                """#,
            ["reportingInstance: Required value", "action: Required value"]
        ),
        ("Lease", #"{"spec":{"holderIdentity":"a","leaseDurationSeconds":40}}"#, []),
        (
            "Lease", #"{"spec":{"leaseDurationSeconds":0,"leaseTransitions":-1}}"#,
            [
                "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
                "spec.leaseTransitions: Invalid value: -1: must be greater or equal than 0",
            ]
        ),
        ("Binding", #"{"metadata":{"name":"p"},"target":{"kind":"Minion","name":"n"}}"#, []),
        (
            "Binding", #"{"target":{"kind":"Pod"}}"#,
            [
                #"target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>""#,
                "target.name: Required value",
            ]
        ),
    ]

    @Test(arguments: documents) func rulesHold(_ kind: String, _ json: String, _ errors: [String]) throws {
        #expect(try Self.errors(kind, json) == errors)
    }

    @Test func namespacesBeginActiveAndKeepTheirFinalizer() throws {
        let namespaces = try CoreFixture("Namespace")
        let old = try namespaces.valid(#"{"metadata":{"name":"a"},"status":{"phase":"Terminating"}}"#)
        #expect(old["spec", "finalizers"] == ["kubernetes"] && old["status"] == ["phase": "Active"])
        let (new, errors) = try namespaces.update(old, #"{"metadata":{"name":"a"},"spec":{"finalizers":[]}}"#)
        #expect(errors == [] && new["spec"] == old["spec"] && new["status"] == old["status"])
        #expect(
            try namespaces.updateStatus(old, #"{"status":{"phase":"Terminating"}}"#).errors == [
                #"status.Phase: Invalid value: "Terminating": may only be 'Active' if `deletionTimestamp` is empty"#
            ])
        #expect(
            try namespaces.updateStatus(
                old, #"{"metadata":{"deletionTimestamp":"2026-01-02T03:04:05Z"},"status":{"phase":"Active"}}"#
            ).errors == [
                #"status.Phase: Invalid value: "Active": "#
                    + "may only be 'Terminating' if `deletionTimestamp` is not empty"
            ])
        #expect(CoreKinds.namespace.selectableFields["status.phase"]?(old) == "Active")
    }

    @Test func accountsKeepNamesOfSecretsOnly() throws {
        let accounts = try CoreFixture("ServiceAccount")
        let account = try accounts.valid(#"{"secrets":[{"name":"a","kind":"Secret","namespace":"x"},{"name":"b"}]}"#)
        #expect(account["secrets"] == [["name": "a"], ["name": "b"]])
        #expect(accounts.cells(account)["Secrets"] == 2)
    }

    @Test func eventsAreSelectedByTheirObject() throws {
        let event = try CoreFixture("Event").valid(
            #"""
                {"metadata":{"namespace":"a"},"involvedObject":{"kind":"Pod","namespace":"a","name":"p","uid":"u"},\#
                "reason":"R","type":"Normal","reportingComponent":"kubelet"}
                """#)
        let fields = CoreKinds.event.selectableFields.mapValues { $0(event) }
        #expect(
            fields == [
                "involvedObject.kind": "Pod", "involvedObject.namespace": "a", "involvedObject.name": "p",
                "involvedObject.uid": "u", "involvedObject.apiVersion": "", "involvedObject.resourceVersion": "",
                "involvedObject.fieldPath": "", "reason": "R", "type": "Normal", "reportingComponent": "kubelet",
                "source": "kubelet",
            ])
    }

    @Test func eventsShowWhenAndHowOften() throws {
        let events = try CoreFixture("Event")
        let event = try events.valid(
            #"""
                {"metadata":{"name":"e","namespace":"default"},"involvedObject":{"kind":"Pod","namespace":"default",\#
                "name":"web-1","fieldPath":"spec.containers{c}"},"reason":"Started","message":" Started c\n",\#
                "source":{"component":"kubelet","host":"agent1"},"firstTimestamp":"1970-01-01T00:00:10Z",\#
                "lastTimestamp":"1970-01-01T00:01:40Z","type":"Normal"}
                """#)
        let cells = events.cells(event, at: 130)
        let shown = events.row.columns.map { cells[$0.name] }
        #expect(
            shown == [
                "30s", "Normal", "Started", "pod/web-1", "spec.containers{c}", "kubelet, agent1", "Started c", "2m",
                1, "e",
            ])
        let series = try events.valid(
            #"""
                {"metadata":{"namespace":"default"},"involvedObject":{"namespace":"default"},\#
                "eventTime":"1970-01-01T00:00:10.000000Z","reportingComponent":"c","reportingInstance":"i",\#
                "action":"a","reason":"r","series":{"count":5,"lastObservedTime":"1970-01-01T00:02:00.000000Z"}}
                """#)
        let recurring = events.cells(series, at: 130)
        #expect([recurring["Last Seen"], recurring["First Seen"], recurring["Count"]] == ["10s", "2m", 5])
    }

    @Test func endpointsShowThree() throws {
        let endpoints = try CoreFixture("Endpoints")
        let many = try endpoints.valid(
            #"""
                {"subsets":[{"addresses":[{"ip":"1.1.1.1"},{"ip":"2.2.2.2"}],"ports":[{"name":"a","port":80},{\#
                "name":"b","port":443}]}]}
                """#)
        #expect(endpoints.cells(many)["Endpoints"] == "1.1.1.1:80,2.2.2.2:80,1.1.1.1:443 + 1 more...")
        #expect(endpoints.cells(try endpoints.valid("{}"))["Endpoints"] == "<none>")
        let bare = try endpoints.valid(#"{"subsets":[{"addresses":[{"ip":"1.1.1.1"}]}]}"#)
        #expect(endpoints.cells(bare)["Endpoints"] == "1.1.1.1")
    }

    @Test func componentsShowTheirHealth() throws {
        let components = try CoreFixture("ComponentStatus")
        let good = SystemObjects.componentStatus("scheduler", isHealthy: true, message: "ok")
        let bad = SystemObjects.componentStatus("etcd-0", isHealthy: false, message: "", error: "refused")
        #expect(["Status", "Message", "Error"].map { components.cells(good)[$0] } == ["Healthy", "ok", ""])
        #expect(["Status", "Message", "Error"].map { components.cells(bad)[$0] } == ["Unhealthy", "", "refused"])
        #expect(components.cells(KubeObject())["Status"] == "Unknown")
    }
}
