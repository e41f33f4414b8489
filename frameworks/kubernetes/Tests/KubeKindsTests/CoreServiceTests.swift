import ClusterBase
import KubeModel
import Testing

@testable import KubeKinds

/// Services: seeds' fixtures F-45 to F-52, defaults, messages, and what an update may do.
@Suite struct CoreServiceTests {
    private let services: CoreFixture
    init() throws { services = try CoreFixture("Service") }

    private static let port = #"{"name":"http","port":80,"targetPort":80,"protocol":"TCP"}"#
    /// The services of the seeds, by fixture.
    private static let seeds = [
        #"""
        {"metadata":{"name":"my-nginx"},"spec":{"selector":{"app":"nginx"},"ports":[{"port":80,"targetPort":80,\#
        "protocol":"TCP"}]}}
        """#,
        #"""
        {"metadata":{"name":"fixed"},"spec":{"selector":{"app":"nginx"},"clusterIP":"10.254.249.161",\#
        "ports":[\#(port)]}}
        """#,
        #"{"metadata":{"name":"headless"},"spec":{"selector":{"app":"nginx"},"clusterIP":"None","ports":[\#(port)]}}"#,
        #"""
        {"metadata":{"name":"sticky"},"spec":{"selector":{"app":"nginx"},"sessionAffinity":"ClientIP",\#
        "ports":[\#(port)]}}
        """#,
        #"""
        {"metadata":{"name":"my-nginx"},"spec":{"selector":{"app":"nginx"},"ports":[\#(port),{"name":"https",\#
        "port":443,"targetPort":443,"protocol":"TCP"}]}}
        """#,
        #"{"metadata":{"name":"mysql"},"spec":{"ports":[{"port":3036,"targetPort":3036,"protocol":"TCP"}]}}"#,
        #"{"metadata":{"name":"my-nginx"},"spec":{"type":"NodePort","selector":{"app":"nginx"},"ports":[\#(port)]}}"#,
        #"""
        {"metadata":{"name":"my-nginx"},"spec":{"type":"LoadBalancer","selector":{"app":"nginx"},\#
        "ports":[\#(port)]}}
        """#,
    ]

    @Test(arguments: seeds) func fixturesAreAccepted(_ json: String) throws {
        #expect(try services.create(json).errors == [])
    }

    @Test func defaultsAreFilled() throws {
        let plain = try services.valid(
            #"{"spec":{"ports":[{"name":"a","port":80},{"name":"b","port":53,"protocol":"UDP"}]}}"#)
        #expect(plain.text("spec", "type") == "ClusterIP")
        #expect(plain.text("spec", "sessionAffinity") == "None")
        #expect(plain["spec", "externalTrafficPolicy"] == nil)
        #expect(plain["status"] == ["loadBalancer": [:]])
        #expect(plain.list("spec", "ports").map { $0["targetPort"] } == [80, 53])
        #expect(plain.list("spec", "ports").map { $0["protocol"] } == ["TCP", "UDP"])
        let sticky = try services.valid(Self.seeds[3])
        #expect(sticky.integer("spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds") == 10_800)
        #expect(try services.valid(Self.seeds[6]).text("spec", "externalTrafficPolicy") == "Cluster")
        #expect(try services.valid(Self.seeds[2])["spec", "clusterIPs"] == ["None"])
    }

    @Test func fieldsOfTwoFamiliesAreDropped() throws {
        let service = try services.valid(
            #"""
            {"spec":{"ports":[{"port":1}],"ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack",\#
            "topologyKeys":["*"]}}
            """#)
        for field in ["ipFamilies", "ipFamilyPolicy", "topologyKeys"] { #expect(service["spec", field] == nil) }
    }

    /// A spec and the errors it meets.
    private static let faults: [(String, [String])] = [
        ("{}", ["spec.ports: Required value"]),
        (
            #"{"ports":[{"port":0}]}"#,
            [
                "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
                "spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive",
            ]
        ),
        (
            #"{"ports":[{"port":80},{"port":81,"name":"a"}]}"#, ["spec.ports[0].name: Required value"]
        ),
        (
            #"{"ports":[{"port":80,"name":"a"},{"port":81,"name":"a"}]}"#,
            [#"spec.ports[1].name: Duplicate value: "a""#]
        ),
        (
            #"{"ports":[{"port":80,"name":"a"},{"port":80,"name":"b"}]}"#,
            [
                #"spec.ports[1]: Duplicate value: core.ServicePort{Name:"", Protocol:"TCP", "#
                    + #"AppProtocol:(*string)(nil), Port:80, "#
                    + #"TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}"#
            ]
        ),
        (
            #"{"ports":[{"port":80,"protocol":"ICMP"}]}"#,
            [#"spec.ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP""#]
        ),
        (
            #"{"type":"Other","ports":[{"port":80}]}"#,
            [
                #"spec.type: Unsupported value: "Other": supported values: "#
                    + #""ClusterIP", "ExternalName", "LoadBalancer", "NodePort""#
            ]
        ),
        (
            #"{"sessionAffinity":"Cookie","ports":[{"port":80}]}"#,
            [#"spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None""#]
        ),
        (
            #"""
            {"sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":86401}},\#
            "ports":[{"port":80}]}
            """#,
            [
                "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: "
                    + "must be greater than 0 and less than 86400"
            ]
        ),
        (
            #"{"clusterIP":"10.0.0.300","ports":[{"port":80}]}"#,
            [
                #"spec.clusterIPs[0]: Invalid value: "10.0.0.300": "#
                    + "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
            ]
        ),
        (
            #"{"clusterIPs":["10.10.10.3"],"ports":[{"port":80}]}"#,
            [
                #"spec.clusterIPs: Invalid value: []string{"10.10.10.3"}: "#
                    + "must be empty when `clusterIP` is not specified"
            ]
        ),
        (
            #"{"clusterIP":"10.10.10.2","clusterIPs":["10.10.10.3"],"ports":[{"port":80}]}"#,
            [#"spec.clusterIPs: Invalid value: []string{"10.10.10.3"}: first value must match `clusterIP`"#]
        ),
        (
            #"{"type":"NodePort","clusterIP":"None","ports":[{"port":80}]}"#,
            [#"spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for NodePort services"#]
        ),
        (
            #"{"type":"LoadBalancer","clusterIP":"None","ports":[{"port":10250}]}"#,
            [
                "spec.ports[0]: Invalid value: 10250: may not expose port 10250 externally since it is used by kubelet",
                #"spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for LoadBalancer services"#,
            ]
        ),
        (
            #"{"type":"LoadBalancer","ports":[{"name":"a","port":53},{"name":"b","port":53,"protocol":"UDP"}]}"#,
            [
                "spec.ports: Invalid value: []core.ServicePort{"
                    + #"core.ServicePort{Name:"a", Protocol:"TCP", AppProtocol:(*string)(nil), Port:53, "#
                    + #"TargetPort:intstr.IntOrString{Type:0, IntVal:53, StrVal:""}, NodePort:0}, "#
                    + #"core.ServicePort{Name:"b", Protocol:"UDP", AppProtocol:(*string)(nil), Port:53, "#
                    + #"TargetPort:intstr.IntOrString{Type:0, IntVal:53, StrVal:""}, NodePort:0}}: "#
                    + "cannot create an external load balancer with mix protocols"
            ]
        ),
        (#"{"type":"ExternalName"}"#, ["spec.externalName: Required value"]),
        (
            #"{"type":"ExternalName","externalName":"a.example","clusterIP":"10.10.10.2"}"#,
            ["spec.clusterIPs: Forbidden: may not be set for ExternalName services"]
        ),
        (
            #"{"ports":[{"port":80,"nodePort":30080}]}"#,
            ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"]
        ),
        (
            #"""
            {"type":"NodePort","ports":[{"name":"a","port":80,"nodePort":30080},{"name":"b","port":81,\#
            "nodePort":30080}]}
            """#,
            ["spec.ports[1].nodePort: Duplicate value: 30080"]
        ),
        (
            #"{"externalIPs":["x","127.0.0.1","169.254.1.1","0.0.0.0"],"ports":[{"port":80}]}"#,
            [
                #"spec.externalIPs[0]: Invalid value: "x": "#
                    + "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
                #"spec.externalIPs[1]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8)"#,
                #"""
                spec.externalIPs[2]: Invalid value: "169.254.1.1": may not be in the link-local range \#
                (169.254.0.0/16)
                """#,
                #"spec.externalIPs[3]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)"#,
            ]
        ),
        (
            #"{"loadBalancerSourceRanges":["10.0.0.0/8","foo"],"ports":[{"port":80}]}"#,
            [
                "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
                #"spec.LoadBalancerSourceRanges: Invalid value: "[10.0.0.0/8 foo]": "#
                    + "must be a list of IP ranges. For example, 10.240.0.0/24,10.250.0.0/24 ",
            ]
        ),
        (
            #"{"externalTrafficPolicy":"Local","ports":[{"port":80}]}"#,
            [
                #"spec.externalTrafficPolicy: Invalid value: "Local": "#
                    + "ExternalTrafficPolicy can only be set on NodePort and LoadBalancer service"
            ]
        ),
        (
            #"{"type":"NodePort","healthCheckNodePort":30100,"ports":[{"port":80}]}"#,
            [
                "spec.healthCheckNodePort: Invalid value: 30100: "
                    + "HealthCheckNodePort can only be set on LoadBalancer service with ExternalTrafficPolicy=Local"
            ]
        ),
    ]

    @Test(arguments: faults) func faultsAreNamed(_ spec: String, _ errors: [String]) throws {
        #expect(try services.create(#"{"metadata":{"name":"a"},"spec":\#(spec)}"#).errors == errors)
    }

    private static let stored = #"""
        {"metadata":{"name":"a"},"spec":{"type":"NodePort","clusterIP":"10.10.10.9","ports":[\#
        {"name":"http","port":80,"nodePort":30080},{"name":"dns","port":53,"nodePort":30053}]}}
        """#

    @Test func allottedFieldsAreKeptWhenLeftOut() throws {
        let old = try services.valid(Self.stored)
        let (new, errors) = try services.update(
            old, #"{"spec":{"type":"NodePort","ports":[{"name":"dns","port":54},{"name":"new","port":1}]}}"#)
        #expect(errors == [])
        #expect(new.text("spec", "clusterIP") == "10.10.10.9")
        #expect(new["spec", "clusterIPs"] == ["10.10.10.9"])
        #expect(new.list("spec", "ports").map { $0["nodePort"] } == [30_053, nil])
    }

    @Test func aClusterIPDoesNotChange() throws {
        let old = try services.valid(Self.stored)
        var sent = old
        sent["spec", "clusterIP"] = "10.10.10.10"
        #expect(
            try services.update(old, to: sent).errors == [
                #"spec.clusterIPs[0]: Invalid value: []string{"10.10.10.10"}: may not change once set"#
            ])
        sent["spec", "type"] = "ClusterIP"
        sent["spec", "clusterIP"] = "None"
        #expect(
            try services.update(old, to: sent).errors == [
                #"spec.clusterIPs[0]: Invalid value: []string{"None"}: may not change once set"#
            ])
    }

    @Test func changesOfTypeDropWhatTheTypeHasNot() throws {
        let old = try services.valid(Self.stored)
        var sent = old
        sent["spec", "type"] = "ClusterIP"
        let (plain, errors) = try services.update(old, to: sent)
        #expect(errors == [])
        #expect(plain.list("spec", "ports").map { $0["nodePort"] } == [nil, nil])
        #expect(plain["spec", "externalTrafficPolicy"] == nil)
        sent["spec", "type"] = "ExternalName"
        sent["spec", "externalName"] = "db.example."
        let (external, problems) = try services.update(old, to: sent)
        #expect(problems == [])
        #expect(external["spec", "clusterIP"] == nil && external["spec", "clusterIPs"] == nil)
    }

    @Test func balancersKeepTheirHealthCheckPort() throws {
        let old = try services.valid(
            #"""
            {"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":30100,\#
            "ports":[{"port":80}]}}
            """#)
        var sent = old
        sent["spec", "healthCheckNodePort"] = 30_101
        #expect(
            try services.update(old, to: sent).errors == [
                "spec.healthCheckNodePort: Invalid value: 30101: cannot change healthCheckNodePort "
                    + "on loadBalancer service with externalTraffic=Local during update"
            ])
        sent["spec", "healthCheckNodePort"] = nil
        #expect(try services.update(old, to: sent).object.integer("spec", "healthCheckNodePort") == 30_100)
        sent["spec", "externalTrafficPolicy"] = "Cluster"
        let (new, errors) = try services.update(old, to: sent)
        #expect(errors == [] && new["spec", "healthCheckNodePort"] == nil)
    }

    @Test func statusIsWrittenByItself() throws {
        let old = try services.valid(Self.seeds[7])
        let (new, errors) = try services.updateStatus(
            old,
            #"""
            {"spec":{"type":"NodePort"},"status":{"loadBalancer":{"ingress":[{"ip":"1.2.3.4"},{\#
            "hostname":"lb.example"}]}}}
            """#)
        #expect(errors == [])
        #expect(new.text("spec", "type") == "LoadBalancer")
        #expect(new.list("status", "loadBalancer", "ingress").count == 2)
        let (other, _) = try services.update(new, #"{"spec":{"type":"LoadBalancer","ports":[{"port":1}]}}"#)
        #expect(other["status"] == new["status"])
        let (plain, _) = try services.update(new, Self.seeds[0])
        #expect(plain["status"] == ["loadBalancer": [:]])
        #expect(
            try services.updateStatus(old, #"{"status":{"loadBalancer":{"ingress":[{"ip":"x"}]}}}"#).errors == [
                #"status.loadBalancer.ingress[0].ip: Invalid value: "x": must be a valid IP address"#
            ])
    }

    /// A service and its cells type, cluster IP, external IP, ports, selector.
    private static let rows: [(String, [String])] = [
        (#"{"spec":{"ports":[{"port":80}]}}"#, ["ClusterIP", "<none>", "<none>", "80/TCP", "<none>"]),
        (seeds[2], ["ClusterIP", "None", "<none>", "80/TCP", "app=nginx"]),
        (
            #"""
            {"spec":{"type":"NodePort","clusterIP":"10.10.10.2","externalIPs":["8.8.8.8","9.9.9.9"],"selector":{\#
            "b":"2","a":"1"},"ports":[{"name":"a","port":80,"nodePort":30080},{"name":"b","port":53,\#
            "protocol":"UDP"}]}}
            """#,
            ["NodePort", "10.10.10.2", "8.8.8.8,9.9.9.9", "80:30080/TCP,53/UDP", "a=1,b=2"]
        ),
        (seeds[7], ["LoadBalancer", "<none>", "<pending>", "80/TCP", "app=nginx"]),
        (
            #"{"spec":{"type":"ExternalName","externalName":"db.example"}}"#,
            ["ExternalName", "<none>", "db.example", "<none>", "<none>"]
        ),
    ]

    @Test(arguments: rows) func tableShows(_ json: String, _ cells: [String]) throws {
        let shown = services.cells(try services.valid(json))
        #expect(["Type", "Cluster-IP", "External-IP", "Port(s)", "Selector"].map { shown[$0]?.string } == cells)
    }

    @Test func tableShowsBalancers() throws {
        var service = try services.valid(Self.seeds[7])
        service["status", "loadBalancer", "ingress"] = [
            ["ip": "4.4.4.4"], ["hostname": "a.example"], ["ip": "4.4.4.4"],
        ]
        #expect(services.cells(service)["External-IP"] == "4.4.4.4,a.example")
        #expect(
            services.row.columns.map(\.name) == [
                "Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age", "Selector",
            ])
    }
}
