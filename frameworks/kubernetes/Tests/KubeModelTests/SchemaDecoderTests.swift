import ClusterBase
import KubeModel
import KubeSchemas
import Testing

/// Reading documents by schema.
struct SchemaDecoderTests {
    private static let library = Result { try SchemaLibrary(parsing: KubeSchemas.all) }

    private func decoded(_ text: String, as type: String) throws -> String {
        try Self.library.get().decode(try JSONValue(parsing: text), as: type).value.text
    }

    private func message(_ text: String, as type: String) throws -> String {
        let document = try JSONValue(parsing: text)
        let library = try Self.library.get()
        let error = #expect(throws: APIError.self) { try library.decode(document, as: type) }
        #expect(error?.code == 400)
        #expect(error?.reason == "BadRequest")
        return error?.message ?? ""
    }

    @Test(arguments: SchemaSamples.canonical)
    func keepsCanonicalDocuments(type: String, text: String) throws {
        #expect(try decoded(text, as: type) == text)
    }

    @Test func putsMembersInOrder() throws {
        let text = #"{"data":{"b":"2","a":"1"},"metadata":{"labels":{"z":"1","b":"2"},"name":"x"},"apiVersion":"v1"}"#
        let expected =
            #"{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"x","creationTimestamp":null,"#
            + #""labels":{"b":"2","z":"1"}},"data":{"a":"1","b":"2"}}"#
        #expect(try decoded(text, as: "core.v1.ConfigMap") == expected)
    }

    @Test func writesEmptyValuesAsUpstreamDoes() throws {
        let container = #"{"name":"c","image":"i","args":[],"env":null,"stdin":false}"#
        let pod = #"{"spec":{"containers":[\#(container)],"hostname":""}}"#
        let expected =
            #"{"kind":"Pod","apiVersion":"v1","metadata":{"creationTimestamp":null},"spec":{"containers":[{"name":"c","#
            + #""image":"i","resources":{},"terminationMessagePath":"/dev/termination-log","#
            + #""terminationMessagePolicy":"File"}],"restartPolicy":"Always","terminationGracePeriodSeconds":30,"#
            + #""dnsPolicy":"ClusterFirst","securityContext":{},"schedulerName":"default-scheduler","#
            + #""enableServiceLinks":true},"status":{}}"#
        #expect(try decoded(pod, as: "core.v1.Pod") == expected)
        let node = #"{"metadata":{"name":"n"}}"#
        #expect(try decoded(node, as: "core.v1.Node").contains(#""daemonEndpoints":{"kubeletEndpoint":{"Port":0}}"#))
        #expect(try decoded("{}", as: "core.v1.Service").hasSuffix(#""status":{"loadBalancer":{}}}"#))
        #expect(try decoded("{}", as: "apps.v1.Deployment").contains(#""strategy":{"type":"RollingUpdate"}"#))
        #expect(try decoded("{}", as: "core.v1.ContainerState") == "{}")
        #expect(try decoded(#"{"running":{}}"#, as: "core.v1.ContainerState") == #"{"running":{"startedAt":null}}"#)
        #expect(try decoded("{}", as: "core.v1.PodCondition").contains(#""type":"","status":"","lastProbeTime":null"#))
        #expect(try decoded("{}", as: "core.v1.NodeSelector") == #"{"nodeSelectorTerms":[]}"#)
    }

    @Test func keepsGivenZeroesOfPointers() throws {
        let text = #"{"spec":{"replicas":0,"revisionHistoryLimit":0,"template":{"spec":{"securityContext":{}}}}}"#
        let result = try decoded(text, as: "apps.v1.Deployment")
        #expect(result.contains(#""replicas":0"#))
        #expect(result.contains(#""revisionHistoryLimit":0"#))
        let volume = #"{"name":"v","emptyDir":{}}"#
        #expect(try decoded(volume, as: "core.v1.Volume") == volume)
    }

    @Test func fillsDefaultsDeepInside() throws {
        let probe = #"{"httpGet":{"port":"http"},"timeoutSeconds":0}"#
        #expect(
            try decoded(probe, as: "core.v1.Probe")
                == #"{"httpGet":{"path":"/","port":"http","scheme":"HTTP"},"timeoutSeconds":1,"#
                + #""periodSeconds":10,"successThreshold":1,"failureThreshold":3}"#)
        let volume = #"{"name":"v","secret":{"secretName":"s"}}"#
        #expect(
            try decoded(volume, as: "core.v1.Volume") == #"{"name":"v","secret":{"secretName":"s","defaultMode":420}}"#)
        #expect(try !decoded("{}", as: "core.v1.Container").contains("livenessProbe"))
    }

    @Test(arguments: [
        (#"1"#, #""1""#), (#"1.5"#, #""1500m""#), (#""0.1""#, #""100m""#), (#""1024Mi""#, #""1Gi""#),
        (#""1000Mi""#, #""1000Mi""#), (#""007""#, #""7""#), (#""250""#, #""250""#),
    ])
    func makesQuantitiesCanonical(given: String, expected: String) throws {
        let text = #"{"limits":{"x":\#(given)}}"#
        #expect(try decoded(text, as: "core.v1.ResourceRequirements") == #"{"limits":{"x":\#(expected)}}"#)
    }

    @Test func makesTimesCanonical() throws {
        let lease = #"{"renewTime":"2024-01-02T04:04:05.5+01:00"}"#
        #expect(try decoded(lease, as: "coordination.v1.LeaseSpec") == #"{"renewTime":"2024-01-02T03:04:05.500000Z"}"#)
        let running = #"{"startedAt":"2024-01-02T03:04:05.999+00:00"}"#
        #expect(
            try decoded(running, as: "core.v1.ContainerStateRunning") == #"{"startedAt":"2024-01-02T03:04:05Z"}"#)
    }

    @Test func takesEitherFormOfPorts() throws {
        #expect(try decoded(#"{"port":80}"#, as: "core.v1.TCPSocketAction") == #"{"port":80}"#)
        #expect(try decoded(#"{"port":"web"}"#, as: "core.v1.TCPSocketAction") == #"{"port":"web"}"#)
    }

    private static let mismatches: [(String, String, String)] = [
        ("core.v1.Pod", #"{"spec":{"containers":[{"name":1}]}}"#, "number|Container.spec.containers.name|string"),
        ("core.v1.Pod", #"{"spec":{"containers":"x"}}"#, "string|PodSpec.spec.containers|[]v1.Container"),
        ("core.v1.Pod", #"{"spec":[]}"#, "array|Pod.spec|v1.PodSpec"),
        ("core.v1.Pod", #"{"spec":{"hostNetwork":"yes"}}"#, "string|PodSpec.spec.hostNetwork|bool"),
        ("core.v1.Pod", #"{"spec":{"nodeSelector":{"a":true}}}"#, "bool|PodSpec.spec.nodeSelector|string"),
        ("core.v1.Pod", #"{"spec":{"nodeSelector":[]}}"#, "array|PodSpec.spec.nodeSelector|map[string]string"),
        (
            "core.v1.Pod", #"{"spec":{"terminationGracePeriodSeconds":1.5}}"#,
            "number 1.5|PodSpec.spec.terminationGracePeriodSeconds|int64"
        ),
        (
            "core.v1.Service", #"{"spec":{"ports":[{"port":99999999999}]}}"#,
            "number 99999999999|ServicePort.spec.ports.port|int32"
        ),
        (
            "core.v1.Service", #"{"spec":{"ports":[{"targetPort":{}}]}}"#,
            "object|ServicePort.spec.ports.targetPort|intstr.IntOrString"
        ),
        ("core.v1.Secret", #"{"data":{"a":"%%"}}"#, "string|Secret.data|[]uint8|illegal base64 data"),
        (
            "core.v1.Pod", #"{"metadata":{"creationTimestamp":"noon"}}"#,
            #"string|ObjectMeta.metadata.creationTimestamp|v1.Time|"#
                + #"parsing time "noon" as "2006-01-02T15:04:05Z07:00""#
        ),
        (
            "core.v1.Pod", #"{"spec":{"containers":[{"resources":{"limits":{"cpu":"much"}}}]}}"#,
            "string|ResourceRequirements.spec.containers.resources.limits|resource.Quantity|quantities must match the "
                + "regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        ),
    ]

    @Test(arguments: mismatches)
    func refusesWrongTypes(type: String, text: String, problem: String) throws {
        let kind = try #require(type.split(separator: ".").last)
        let parts = problem.split(separator: "|")
        let detail = parts.count == 4 ? ": " + parts[3] : ""
        #expect(
            try message(text, as: type)
                == "\(kind) in version \"v1\" cannot be handled as a \(kind): json: cannot unmarshal \(parts[0]) into "
                + "Go struct field \(parts[1]) of type \(parts[2])\(detail)")
    }

    @Test func refusesWhatIsNoObject() throws {
        #expect(
            try message("[]", as: "apps.v1.Deployment")
                == "Deployment in version \"v1\" cannot be handled as a Deployment: "
                + "json: cannot unmarshal array into Go value of type v1.Deployment")
        let library = try Self.library.get()
        #expect(throws: APIError.self) { try library.decode("x", as: "core.v1.Bogus") }
    }

    @Test func namesUnknownFields() throws {
        let text = """
            {"bogus":1,"metadata":{"name":"x","clusterName":"c"},
             "spec":{"containers":[{"name":"a"},{"name":"b","Image":"i","ports":[{"port":1}]}],"volumes":null}}
            """
        var unknown = ["before"]
        let pod = try Self.library.get().decode(
            try JSONValue(parsing: text), as: "core.v1.Pod", unknownFields: &unknown)
        #expect(
            unknown
                == ["before", "bogus", "spec.containers[1].Image", "spec.containers[1].ports[0].port"])
        #expect(pod["bogus"] == nil)
        #expect(pod["metadata", "clusterName"] == nil)
        #expect(pod["spec", "volumes"] == nil)
    }

    @Test func boundsUnknownFields() throws {
        var members = JSONObject()
        for index in 0..<1000 { members["x\(index)"] = true }
        var unknown: [String] = []
        _ = try Self.library.get().decode(.object(members), as: "core.v1.Pod", unknownFields: &unknown)
        #expect(unknown.count == 100)
    }

    @Test func nullElementsAreEmpty() throws {
        #expect(try decoded(#"{"command":["a",null]}"#, as: "core.v1.ExecAction") == #"{"command":["a",""]}"#)
        #expect(
            try decoded(#"{"matchLabels":{"a":null}}"#, as: "meta.v1.LabelSelector") == #"{"matchLabels":{"a":""}}"#)
    }
}
