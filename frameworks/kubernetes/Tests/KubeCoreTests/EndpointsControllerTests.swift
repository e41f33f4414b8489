import ClusterBase
import KubeCore
import KubeModel
import Testing

@Suite struct EndpointsControllerTests {
    private static let key = ObjectKey(namespace: "default", "web")
    private static let service = object(
        #"""
        {"apiVersion":"v1","kind":"Service",
         "metadata":{"name":"web","namespace":"default","uid":"s1","labels":{"tier":"front"},
                     "creationTimestamp":"1970-01-01T00:00:10Z"},
         "spec":{"clusterIP":"10.10.10.7","selector":{"app":"web"},
                 "ports":[{"port":80,"targetPort":8080,"protocol":"TCP"}]}}
        """#)

    private static func pod(
        _ name: String, ip: String, ready: Bool = true, spec: String = "{}", phase: String = "Running"
    ) -> KubeObject {
        var pod = object(
            #"{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default","labels":{"app":"web","x":"y"}}}"#)
        (pod.name, pod.uid, pod.resourceVersion) = (name, "uid-" + name, "5")
        pod["spec"] = json(spec)
        pod["spec", "nodeName"] = "n1"
        var status: JSONObject = ["phase": .string(phase)]
        if !ip.isEmpty { status["podIP"] = .string(ip) }
        status["conditions"] = [
            [
                "type": "Ready", "status": ready ? "True" : "False",
                "lastTransitionTime": "1970-01-01T00:00:20Z",
            ]
        ]
        pod["status"] = .object(status)
        return pod
    }

    private static func address(_ name: String, _ ip: String, version: String = "5") -> JSONValue {
        [
            "ip": .string(ip), "nodeName": "n1",
            "targetRef": [
                "kind": "Pod", "namespace": "default", "name": .string(name), "uid": .string("uid-" + name),
                "resourceVersion": .string(version),
            ],
        ]
    }

    /// What a fresh controller writes for the service with some pods.
    private func written(_ service: KubeObject = service, _ pods: [KubeObject]) -> KubeObject? {
        var controller = EndpointsController()
        _ = controller.know([(.services, service)] + pods.map { (.pods, $0) })
        let plan = controller.plan(service.key)
        guard case .create(.endpoints, let endpoints)? = plan.intents.first else { return nil }
        return endpoints
    }

    private func subsets(_ service: KubeObject = service, _ pods: KubeObject...) -> JSONValue? {
        written(service, pods)?["subsets"]
    }

    @Test func readyAndUnreadyPodsAreKeptApart() {
        let pods = [
            Self.pod("b", ip: "10.0.0.2"), Self.pod("a", ip: "10.0.0.1"),
            Self.pod("c", ip: "10.0.0.3", ready: false),
        ]
        let endpoints = written(Self.service, pods)
        #expect(
            endpoints?.value == [
                "apiVersion": "v1", "kind": "Endpoints",
                "metadata": [
                    "name": "web", "namespace": "default", "labels": ["tier": "front"],
                    "annotations": [
                        "endpoints.kubernetes.io/last-change-trigger-time": "1970-01-01T00:00:10Z"
                    ],
                ],
                "subsets": [
                    [
                        "addresses": [Self.address("a", "10.0.0.1"), Self.address("b", "10.0.0.2")],
                        "notReadyAddresses": [Self.address("c", "10.0.0.3")],
                        "ports": [["port": 8080, "protocol": "TCP"]],
                    ]
                ],
            ])
    }

    @Test func serviceWithoutPodsHasEmptyEndpoints() {
        #expect(written(Self.service, [])?["subsets"] == nil)
        #expect(written(Self.service, [])?.labels.first?.value == "front")
    }

    @Test func podsWithoutAddressAndPodsThatGoAreLeftOut() {
        var going = Self.pod("b", ip: "10.0.0.2")
        going.deletionTimestamp = "1970-01-01T00:00:30Z"
        #expect(subsets(Self.service, Self.pod("a", ip: ""), going) == nil)
    }

    @Test(arguments: [
        ("Never", "Failed", false), ("Never", "Succeeded", false), ("Never", "Pending", true),
        ("OnFailure", "Succeeded", false), ("OnFailure", "Failed", true), ("Always", "Failed", true),
        ("Always", "Succeeded", true),
    ])
    func podsThatEndedAreLeftOutUnlessTheyStartAgain(policy: String, phase: String, isListed: Bool) {
        let pod = Self.pod(
            "a", ip: "10.0.0.1", ready: false, spec: #"{"restartPolicy":"\#(policy)"}"#, phase: phase)
        #expect((subsets(Self.service, pod) != nil) == isListed)
    }

    @Test func namedPortsAreLookedUpInEachPod() {
        var service = Self.service
        service["spec", "ports"] = json(
            #"[{"name":"ui","port":80,"targetPort":"http","protocol":"TCP"}]"#)
        func spec(_ port: Int, _ transport: String = "TCP") -> String {
            #"""
            {"containers":[{"name":"c","ports":[{"name":"http","containerPort":\#(port),"protocol":"\#(transport)"}]}]}
            """#
        }
        let subsets = subsets(
            service, Self.pod("a", ip: "10.0.0.1", spec: spec(8_001)), Self.pod("b", ip: "10.0.0.2", spec: spec(8_002)),
            Self.pod("c", ip: "10.0.0.3", spec: spec(8_001)), Self.pod("none", ip: "10.0.0.4"),
            Self.pod("udp", ip: "10.0.0.5", spec: spec(8_001, "UDP")))
        #expect(
            subsets == [
                [
                    "addresses": [Self.address("a", "10.0.0.1"), Self.address("c", "10.0.0.3")],
                    "ports": [["name": "ui", "port": 8_001, "protocol": "TCP"]],
                ],
                [
                    "addresses": [Self.address("b", "10.0.0.2")],
                    "ports": [["name": "ui", "port": 8_002, "protocol": "TCP"]],
                ],
            ])
    }

    @Test func portsOfTheSameAddressesShareASubset() {
        var service = Self.service
        service["spec", "ports"] = json(
            #"""
            [{"name":"https","port":443,"targetPort":8443,"protocol":"TCP"},
             {"name":"dns","port":53,"targetPort":53,"protocol":"UDP"},
             {"name":"http","port":80,"targetPort":8080,"protocol":"TCP","appProtocol":"h2c"}]
            """#)
        #expect(
            subsets(service, Self.pod("a", ip: "10.0.0.1"))
                == [
                    [
                        "addresses": [Self.address("a", "10.0.0.1")],
                        "ports": [
                            ["name": "dns", "port": 53, "protocol": "UDP"],
                            ["name": "http", "port": 8_080, "protocol": "TCP", "appProtocol": "h2c"],
                            ["name": "https", "port": 8_443, "protocol": "TCP"],
                        ],
                    ]
                ])
    }

    @Test func missingTargetPortIsThePort() {
        var service = Self.service
        service["spec", "ports"] = json(#"[{"port":443}]"#)
        #expect(
            subsets(service, Self.pod("a", ip: "10.0.0.1"))?[0]?["ports"] == [["port": 443, "protocol": "TCP"]])
    }

    @Test(arguments: [true, false]) func servicesMayPublishPodsThatAreNotReady(byField: Bool) {
        var service = Self.service
        if byField {
            service["spec", "publishNotReadyAddresses"] = true
        } else {
            service["metadata", "annotations"] = [
                "service.alpha.kubernetes.io/tolerate-unready-endpoints": "true"
            ]
        }
        var going = Self.pod("b", ip: "10.0.0.2")
        going.deletionTimestamp = "1970-01-01T00:00:30Z"
        let subset = subsets(service, Self.pod("a", ip: "10.0.0.1", ready: false), going)?[0]
        #expect(subset?["addresses"] == [Self.address("a", "10.0.0.1"), Self.address("b", "10.0.0.2")])
        #expect(subset?["notReadyAddresses"] == nil)
    }

    @Test func headlessServicesAreMarked() {
        var service = Self.service
        service["spec", "clusterIP"] = "None"
        #expect(
            written(service, [])?["metadata", "labels"]
                == ["tier": "front", "service.kubernetes.io/headless": ""])
    }

    @Test func headlessServicesNeedNoPorts() {
        var service = Self.service
        service["spec", "clusterIP"] = "None"
        service["spec", "ports"] = nil
        #expect(
            subsets(service, Self.pod("a", ip: "10.0.0.1")) == [["addresses": [Self.address("a", "10.0.0.1")]]])
    }

    @Test func hostnameNeedsTheServicesSubdomain() {
        let named = Self.pod("a", ip: "10.0.0.1", spec: #"{"hostname":"one","subdomain":"web"}"#)
        let stranger = Self.pod("b", ip: "10.0.0.2", spec: #"{"hostname":"two","subdomain":"db"}"#)
        let addresses = subsets(Self.service, named, stranger)?[0]?["addresses"]
        #expect(addresses?[0]?["hostname"] == "one")
        #expect(addresses?[1]?["hostname"] == nil)
    }

    @Test func addressesAreOfTheServicesFamily() {
        var service = Self.service
        service["spec", "clusterIP"] = "fd00::7"
        var pod = Self.pod("a", ip: "10.0.0.1")
        pod["status", "podIPs"] = json(#"[{"ip":"10.0.0.1"},{"ip":"fd00::1"}]"#)
        #expect(subsets(service, pod)?[0]?["addresses"]?[0]?["ip"] == "fd00::1")
        #expect(subsets(service, Self.pod("b", ip: "10.0.0.2")) == nil)
    }

    @Test func servicesWithoutSelectorAreLeftAlone() {
        var service = Self.service
        service["spec", "selector"] = nil
        var controller = EndpointsController()
        let own = object(#"{"metadata":{"name":"web","namespace":"default","uid":"e1"},"subsets":[]}"#)
        _ = controller.know([(.services, service), (.pods, Self.pod("a", ip: "10.0.0.1")), (.endpoints, own)])
        #expect(controller.plan(Self.key) == .nothing)
    }

    @Test func nothingIsWrittenWhenNothingChanges() throws {
        var controller = EndpointsController()
        var pod = Self.pod("a", ip: "10.0.0.1")
        _ = controller.know([(.services, Self.service), (.pods, pod)])
        guard case .create(_, var stored)? = controller.plan(Self.key).intents.first else {
            Issue.record("expected endpoints to be created")
            return
        }
        (stored.uid, stored.resourceVersion) = ("e1", "20")
        #expect(controller.observe(.added(stored), of: .endpoints) == [Trigger(Self.key)])
        #expect(controller.plan(Self.key) == .nothing)

        // A pod's heartbeat is no news, and its revision alone is not worth a write.
        let before = pod
        pod.resourceVersion = "6"
        pod["status", "message"] = "hello"
        #expect(controller.observe(.changed(pod, from: before), of: .pods).isEmpty)
        #expect(controller.plan(Self.key) == .nothing)
    }

    @Test func changesOfPodsAreWrittenOnTheStoredObject() {
        var controller = EndpointsController()
        let pod = Self.pod("a", ip: "10.0.0.1")
        _ = controller.know([(.services, Self.service), (.pods, pod)])
        guard case .create(_, var stored)? = controller.plan(Self.key).intents.first else {
            Issue.record("expected endpoints to be created")
            return
        }
        (stored.uid, stored.resourceVersion) = ("e1", "20")
        _ = controller.observe(.added(stored), of: .endpoints)
        var unready = pod
        unready.resourceVersion = "6"
        unready["status", "conditions"] = json(
            #"[{"type":"Ready","status":"False","lastTransitionTime":"1970-01-01T00:00:40Z"}]"#)
        #expect(controller.observe(.changed(unready, from: pod), of: .pods) == [Trigger(Self.key)])
        guard case .update(.endpoints, let changed, subresource: "")? = controller.plan(Self.key).intents.first else {
            Issue.record("expected endpoints to be updated")
            return
        }
        #expect(changed.resourceVersion == "20")
        #expect(changed["subsets"]?[0]?["addresses"] == nil)
        #expect(changed["subsets"]?[0]?["notReadyAddresses"] == [Self.address("a", "10.0.0.1", version: "6")])
        #expect(
            changed.annotation("endpoints.kubernetes.io/last-change-trigger-time") == "1970-01-01T00:00:40Z")
    }

    @Test func podsThatChangeLabelsTouchBothServices() {
        var other = Self.service
        (other.name, other.uid) = ("db", "s2")
        other["spec", "selector"] = ["app": "db"]
        var controller = EndpointsController()
        let pod = Self.pod("a", ip: "10.0.0.1")
        _ = controller.know([(.services, Self.service), (.services, other), (.pods, pod)])
        var moved = pod
        moved.resourceVersion = "6"
        moved["metadata", "labels"] = ["app": "db"]
        #expect(
            controller.observe(.changed(moved, from: pod), of: .pods) == [
                Trigger(ObjectKey(namespace: "default", "db")), Trigger(Self.key),
            ])
        #expect(controller.observe(.deleted(moved), of: .pods) == [Trigger(ObjectKey(namespace: "default", "db"))])
    }

    @Test func endpointsGoWithTheirService() {
        var controller = EndpointsController()
        let own = object(#"{"metadata":{"name":"web","namespace":"default","uid":"e1"}}"#)
        _ = controller.know([(.services, Self.service), (.endpoints, own)])
        #expect(controller.observe(.deleted(Self.service), of: .services) == [Trigger(Self.key)])
        let plan = controller.plan(Self.key)
        #expect(plan.intents == [.delete(.endpoints, Self.key, DeletionRequest(uid: "e1"))])
        #expect(controller.resume(Self.key, plan, [.done]) == .nothing)
        #expect(controller.plan(Self.key) == .nothing)
    }

    /// News of services and of endpoints come by different watches, in any order.
    @Test(arguments: [true, false]) func endpointsMadeWhileTheirServiceGoesGoToo(newsComesFirst: Bool) {
        var controller = EndpointsController()
        _ = controller.know([(.services, Self.service)])
        let plan = controller.plan(Self.key)
        let made = object(#"{"metadata":{"name":"web","namespace":"default","uid":"e1","resourceVersion":"7"}}"#)
        let deletion: [Intent] = [.delete(.endpoints, Self.key, DeletionRequest(uid: "e1"))]
        if newsComesFirst { #expect(!controller.observe(.deleted(Self.service), of: .services).isEmpty) }
        var next = controller.resume(Self.key, plan, [.object(made)])
        if !newsComesFirst {
            #expect(next == .nothing)
            #expect(controller.observe(.deleted(Self.service), of: .services) == [Trigger(Self.key)])
            next = controller.plan(Self.key)
        }
        #expect(next.intents == deletion)
        #expect(controller.resume(Self.key, next, [.done]) == .nothing)
        #expect(controller.plan(Self.key) == .nothing)
    }

    /// Somebody may make endpoints first and the service behind them later.
    @Test func endpointsWithoutServiceStayUnlessTheyAreLeftOver() {
        let own = object(#"{"metadata":{"name":"web","namespace":"default","uid":"e1"}}"#)
        var controller = EndpointsController()
        #expect(controller.know([]).isEmpty)
        #expect(controller.observe(.added(own), of: .endpoints).isEmpty)
        #expect(controller.plan(Self.key) == .nothing)

        var second = EndpointsController()
        #expect(second.know([(.endpoints, own)]).isEmpty)
        #expect(second.plan(Self.key) == .nothing)

        let marks: [(String, JSONValue)] = [
            (
                "metadata",
                [
                    "name": "web", "namespace": "default", "uid": "e1",
                    "annotations": [
                        "endpoints.kubernetes.io/last-change-trigger-time": "1970-01-01T00:00:10Z"
                    ],
                ]
            ), ("subsets", [["notReadyAddresses": [Self.address("a", "10.0.0.1")]]]),
        ]
        for (member, value) in marks {
            var left = own
            left[member] = value
            var third = EndpointsController()
            #expect(third.know([(.endpoints, left)]) == [Trigger(Self.key)])
            #expect(third.plan(Self.key).intents == [.delete(.endpoints, Self.key, DeletionRequest(uid: "e1"))])
        }
    }

    @Test func failuresAreToldAndTriedAgain() {
        var controller = EndpointsController()
        _ = controller.know([(.services, Self.service)])
        let plan = controller.plan(Self.key)
        let failed = controller.resume(Self.key, plan, [.failed(.internalError("disk"))])
        #expect(failed.next == .retry)
        #expect(failed.events.map(\.reason) == ["FailedToCreateEndpoint"])
        #expect(
            failed.events.first?.message
                == "Failed to create endpoint for service default/web: Internal error occurred: disk")
        let resource = ResourceKind.endpoints.resource
        #expect(controller.resume(Self.key, plan, [.failed(.modified(resource, "web"))]) == Plan(then: .retry))
        var terminating = APIError.forbidden(resource, "web", "unable to create new content in namespace default")
        terminating.causes = [APIError.Cause(reason: "NamespaceTerminating", message: "")]
        #expect(controller.resume(Self.key, plan, [.failed(terminating)]) == .nothing)
    }
}
