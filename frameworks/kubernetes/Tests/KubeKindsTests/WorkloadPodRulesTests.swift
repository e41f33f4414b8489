import ClusterBase
import KubeModel
import Testing

@testable import KubeKinds

/// What is refused of a pod's specification, in upstream's words and order.
@Suite struct WorkloadPodRulesTests {
    private static func errors(spec: String) throws -> [String] {
        try WorkloadFixture("Pod").create(#"{"metadata":{"name":"p"},"spec":{\#(spec)}}"#).errors
    }

    private static let container = #""containers":[{"name":"c","image":"i"}]"#
    private static let qualified =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
        + "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
        + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

    /// Members of the specification, the containers aside, and what is said of them.
    private static let specs: [(String, [String])] = [
        (#""restartPolicy":"Always""#, []),
        (
            #""dnsPolicy":"Some""#,
            [
                #"spec.dnsPolicy: Unsupported value: "Some": supported values: "ClusterFirstWithHostNet", "#
                    + #""ClusterFirst", "Default", "None""#
            ]
        ),
        (
            #""dnsPolicy":"None""#,
            ["spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"]
        ),
        (
            #""dnsConfig":{"nameservers":["1.1.1.1","1.0.0.1","8.8.8.8","x"],"options":[{"value":"2"}]}"#,
            [
                #"spec.dnsConfig.nameservers: Invalid value: []string{"1.1.1.1", "1.0.0.1", "8.8.8.8", "x"}: "#
                    + "must not have more than 3 nameservers",
                #"spec.dnsConfig.nameservers[3]: Invalid value: "x": must be valid IP address"#,
                "spec.dnsConfig.options[0]: Required value: must not be empty",
            ]
        ),
        (
            #""activeDeadlineSeconds":0"#,
            ["spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive"]
        ),
        (
            #""terminationGracePeriodSeconds":-1"#,
            ["spec.terminationGracePeriodSeconds: Invalid value: -1: must be greater than or equal to 0"]
        ),
        (
            #""hostAliases":[{"ip":"1.2.3","hostnames":["ok.example"]}]"#,
            [#"spec.hostAliases.ip: Invalid value: "1.2.3": must be valid IP address"#]
        ),
        (
            #""readinessGates":[{"conditionType":"a b"}]"#,
            [#"spec.readinessGates[0].conditionType: Invalid value: "a b": "# + qualified]
        ),
        (
            #""preemptionPolicy":"Sometimes""#,
            [
                #"spec.preemptionPolicy: Unsupported value: "Sometimes": supported values: "#
                    + #""PreemptLowerPriority", "Never""#
            ]
        ),
        (
            #""ephemeralContainers":[{"name":"debug","image":"busybox"}]"#,
            ["spec.ephemeralContainers: Forbidden: cannot be set on create"]
        ),
        (#""overhead":{"cpu":"250m","memory":"64Mi"}"#, []),
        (
            #""overhead":{"pods":"1"}"#,
            [#"spec.overhead.limits[pods]: Invalid value: "pods": must be a standard resource for containers"#]
        ),
        (
            #""tolerations":[{"operator":"Equal"},{"key":"k","operator":"Exists","value":"v"},"#
                + #"{"key":"k","tolerationSeconds":5,"effect":"NoSchedule"},{"key":"k","operator":"Like"}]"#,
            [
                #"spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, "#
                    + #"which means "match all values and all keys""#,
                #"spec.tolerations[1].operator: Invalid value: core.Toleration{Key:"k", Operator:"Exists", Value:"v", "#
                    + #"Effect:"", TolerationSeconds:(*int64)(nil)}: value must be empty when `operator` is 'Exists'"#,
                #"spec.tolerations[2].effect: Invalid value: "NoSchedule": effect must be 'NoExecute' when "#
                    + "`tolerationSeconds` is set",
                #"spec.tolerations[3].operator: Unsupported value: "Like": supported values: "Equal", "Exists""#,
            ]
        ),
        (
            #""topologySpreadConstraints":[{"maxSkew":0,"topologyKey":"zone","whenUnsatisfiable":"Maybe"},"#
                + #"{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"Maybe"}]"#,
            [
                "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero",
                #"spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Maybe": supported values: "#
                    + #""DoNotSchedule", "ScheduleAnyway""#,
                "spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "
                    + #""{zone, Maybe}""#,
                #"spec.topologySpreadConstraints[1].whenUnsatisfiable: Unsupported value: "Maybe": supported values: "#
                    + #""DoNotSchedule", "ScheduleAnyway""#,
            ]
        ),
        (
            #""affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":["#
                + #"{"matchExpressions":[{"key":"a","operator":"In"},{"key":"a","operator":"Gt","values":["1","2"]},"#
                + #"{"key":"a","operator":"Exists","values":["x"]},{"key":"a","operator":"Near"}],"matchFields":["#
                + #"{"key":"metadata.uid","operator":"In","values":["x"]}]}]}}}"#,
            [
                required("matchExpressions[0].values", "must be specified when `operator` is 'In' or 'NotIn'"),
                required(
                    "matchExpressions[1].values", "must be specified single value when `operator` is 'Lt' or 'Gt'"),
                term("matchExpressions[2].values")
                    + ": Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
                term("matchExpressions[3].operator")
                    + #": Invalid value: "Near": not a valid selector operator"#,
                term("matchFields[0].key")
                    + #": Invalid value: "metadata.uid": not a valid field selector key"#,
            ]
        ),
        (
            #""affinity":{"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":["#
                + #"{"weight":101,"podAffinityTerm":{"topologyKey":"zone"}}]}}"#,
            [
                "spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: "
                    + "Invalid value: 101: must be in the range 1-100"
            ]
        ),
        (
            #""securityContext":{"runAsUser":-1,"fsGroupChangePolicy":"Never","sysctls":[{"name":"A"},{"name":"a.b"},"#
                + #"{"name":"a.b"}],"seccompProfile":{"type":"Localhost"}}"#,
            [
                "spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive",
                #"spec.securityContext.sysctls[0].name: Invalid value: "A": must have at most 253 characters and "#
                    + #"match regex ([a-z0-9]([-_a-z0-9]*[a-z0-9])?\.)*[a-z0-9]([-_a-z0-9]*[a-z0-9])?"#,
                #"spec.securityContext.sysctls[2].name: Duplicate value: "a.b""#,
                #"spec.securityContext.fsGroupChangePolicy: Unsupported value: "Never": supported values: "#
                    + #""Always", "OnRootMismatch""#,
                "spec.securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type "
                    + "is Localhost",
            ]
        ),
        (
            #""hostPID":true,"shareProcessNamespace":true"#,
            [
                "spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID "
                    + "cannot both be enabled"
            ]
        ),
    ]

    private static func term(_ field: String) -> String {
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]." + field
    }
    private static func required(_ field: String, _ detail: String) -> String {
        term(field) + ": Required value: " + detail
    }

    @Test(arguments: specs) func specIsChecked(_ members: String, _ expected: [String]) throws {
        #expect(try Self.errors(spec: members + "," + Self.container) == expected)
    }

    @Test func faultsOfAllPartsAreListedInOrder() throws {
        let spec = #"""
            "volumes":[{"name":"UP","emptyDir":{}}],"restartPolicy":"Maybe","containers":[],"nodeName":"-"
            """#
        let fields = try WorkloadFixture("Pod").create(#"{"metadata":{"name":"p"},"spec":{\#(spec)}}"#).errors
            .map { $0.prefix { $0 != ":" } }
        #expect(fields == ["spec.volumes[0].name", "spec.containers", "spec.restartPolicy", "spec.nodeName"])
    }
}

extension WorkloadPodRulesTests {
    /// Members of a container beside name and image, and what is said of them, the container's path cut off.
    private static let containers: [(String, [String])] = [
        (
            #""ports":[{"name":"a b","containerPort":80},{"name":"web"},{"name":"web","containerPort":70000},"#
                + #"{"containerPort":1,"hostPort":90000,"protocol":"ICMP"}]"#,
            [
                #"ports[0].name: Invalid value: "a b": must contain only alpha-numeric characters (a-z, 0-9), and "#
                    + "hyphens (-)",
                "ports[1].containerPort: Required value",
                #"ports[2].name: Duplicate value: "web""#,
                "ports[2].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
                "ports[3].hostPort: Invalid value: 90000: must be between 1 and 65535, inclusive",
                #"ports[3].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP""#,
            ]
        ),
        (
            #""ports":[{"containerPort":1,"hostPort":80},{"containerPort":2,"hostPort":80}]"#,
            [#"ports[1].hostPort: Duplicate value: "TCP//80""#]
        ),
        (
            #""env":[{"value":"x"},{"name":"A","valueFrom":{}},{"name":"B","value":"x","valueFrom":{"fieldRef":"#
                + #"{"fieldPath":"metadata.name"}}},{"name":"C","valueFrom":{"fieldRef":{"fieldPath":"spec.foo"}}},"#
                + #"{"name":"D","valueFrom":{"fieldRef":{"fieldPath":"metadata.labels"}}},"#
                + #"{"name":"E","valueFrom":{"fieldRef":{"fieldPath":"metadata.labels['app']"}}}]"#,
            [
                "env[0].name: Required value",
                #"env[1].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, "#
                    + "`configMapKeyRef` or `secretKeyRef`",
                #"env[2].valueFrom: Invalid value: "": may not be specified when `value` is not empty"#,
                #"env[3].valueFrom.fieldRef.fieldPath: Invalid value: "spec.foo": error converting fieldPath: field "#
                    + "label not supported: spec.foo",
                #"env[4].valueFrom.fieldRef.fieldPath: Unsupported value: "metadata.labels": supported values: "#
                    + #""metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "#
                    + #""spec.serviceAccountName", "status.hostIP", "status.podIP", "status.podIPs""#,
            ]
        ),
        (
            #""env":[{"name":"A","valueFrom":{"resourceFieldRef":{"resource":"limits.gpu"}}},"#
                + #"{"name":"B","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu","divisor":"2m"}}},"#
                + #"{"name":"C","valueFrom":{"secretKeyRef":{"name":"s","key":"a/b"}}}]"#,
            [
                #"env[0].valueFrom.resourceFieldRef.resource: Unsupported value: "limits.gpu": supported values: "#
                    + #""limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "#
                    + #""requests.ephemeral-storage", "requests.memory""#,
                #"env[1].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor's values 1m "#
                    + "and 1 are supported with the cpu resource",
                #"env[2].valueFrom.secretKeyRef.key: Invalid value: "a/b": a valid config key must consist of "#
                    + "alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', "
                    + "regex used for validation is '[-._a-zA-Z0-9]+')",
            ]
        ),
        (
            #""envFrom":[{"prefix":"A_"},{"configMapRef":{},"secretRef":{"name":"s"}}]"#,
            [
                #"envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`"#,
                "envFrom[1].configMapRef.name: Required value",
                #"envFrom: Invalid value: "": may not have more than one field specified at a time"#,
            ]
        ),
        (
            #""livenessProbe":{"successThreshold":2,"exec":{"command":[]}},"#
                + #""readinessProbe":{"httpGet":{"port":0,"scheme":"FTP"},"tcpSocket":{"port":"web"}},"#
                + #""startupProbe":{"periodSeconds":-1}"#,
            [
                "livenessProbe.exec.command: Required value",
                "livenessProbe.successThreshold: Invalid value: 2: must be 1",
                "startupProbe: Required value: must specify a handler type",
                "startupProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0",
                "readinessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive",
                #"readinessProbe.httpGet.scheme: Unsupported value: "FTP": supported values: "HTTP", "HTTPS""#,
                "readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type",
            ]
        ),
        (
            #""lifecycle":{"postStart":{},"preStop":{"exec":{"command":["x"]}}}"#,
            ["lifecycle.postStart: Required value: must specify a handler type"]
        ),
        (
            #""resources":{"requests":{"cpu":"2","memory":"1Gi"},"limits":{"cpu":"1","memory":"1Gi"}}"#,
            [#"resources.requests: Invalid value: "2": must be less than or equal to cpu limit"#]
        ),
        (
            #""resources":{"limits":{"cpu":"-1","magic":"1","example.com/gpu":"500m"},"requests":{"#
                + #""example.com/tpu":"1"}}"#,
            [
                #"resources.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0"#,
                #"resources.limits[example.com/gpu]: Invalid value: "500m": must be an integer"#,
                #"resources.limits[magic]: Invalid value: "magic": must be a standard resource type or fully "#
                    + "qualified",
                #"resources.limits[magic]: Invalid value: "magic": must be a standard resource for containers"#,
                #"resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0"#,
                #"resources.requests[example.com/gpu]: Invalid value: "500m": must be an integer"#,
                "resources.limits: Required value: Limit must be set for non overcommitable resources",
                #"resources.requests[magic]: Invalid value: "magic": must be a standard resource type or fully "#
                    + "qualified",
                #"resources.requests[magic]: Invalid value: "magic": must be a standard resource for containers"#,
            ]
        ),
        (
            #""resources":{"limits":{"cpu":"1","example.com/gpu":"2"},"requests":{"example.com/gpu":"1"}}"#,
            [#"resources.requests: Invalid value: "1": must be equal to example.com/gpu limit"#]
        ),
        (
            #""resources":{"limits":{"hugepages-2Mi":"4Mi"}}"#,
            ["resources: Forbidden: HugePages require cpu or memory"]
        ),
        (
            #""imagePullPolicy":"Often","terminationMessagePolicy":"Mail""#,
            [
                #"terminationMessagePolicy: Invalid value: "Mail": must be 'File' or 'FallbackToLogsOnError'"#,
                #"imagePullPolicy: Unsupported value: "Often": supported values: "Always", "IfNotPresent", "Never""#,
            ]
        ),
        (
            #""securityContext":{"runAsUser":-5,"procMount":"None","seccompProfile":{"type":"","#
                + #""localhostProfile":"x"}}"#,
            [
                "securityContext.runAsUser: Invalid value: -5: must be between 0 and 2147483647, inclusive",
                #"securityContext.procMount: Unsupported value: "None": supported values: "Default", "Unmasked""#,
                "securityContext.seccompProfile.type: Required value: type is required when seccompProfile is set",
                #"securityContext.seccompProfile.localhostProfile: Invalid value: "x": can only be set when seccomp "#
                    + "type is Localhost",
            ]
        ),
        (
            #""volumeMounts":[{"name":"absent","mountPath":"/a"},{"name":"v","mountPath":"/a"},"#
                + #"{"name":"v","mountPath":"/b","subPath":"../x"},{"name":"v","mountPath":"/c","#
                + #""mountPropagation":"Bidirectional"}]"#,
            [
                #"volumeMounts[0].name: Not found: "absent""#,
                #"volumeMounts[1].mountPath: Invalid value: "/a": must be unique"#,
                #"volumeMounts.subPath: Invalid value: "../x": must not contain '..'"#,
                "volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to "
                    + "privileged containers",
            ]
        ),
        (
            #""volumeDevices":[{"name":"v","devicePath":"/dev/x"},{"name":"claim","devicePath":"/dev/../x"}]"#,
            [
                #"volumeDevices[0].name: Invalid value: "v": can only use volume source type of PersistentVolumeClaim "#
                    + "for block mode",
                #"volumeDevices[1].devicePath: Invalid value: "/dev/../x": can not contain backsteps ('..')"#,
            ]
        ),
    ]

    private static let volumes =
        #""volumes":[{"name":"v"},{"name":"claim","persistentVolumeClaim":{"claimName":"c"}}],"#

    @Test(arguments: containers) func containerIsChecked(_ members: String, _ expected: [String]) throws {
        let spec = Self.volumes + #""containers":[{"name":"c","image":"i",\#(members)}]"#
        #expect(try Self.errors(spec: spec) == expected.map { "spec.containers[0]." + $0 })
    }

    @Test func containersHaveNamesOfTheirOwn() throws {
        let spec = #"""
            "containers":[{"image":"i"},{"name":"c","image":" i"},{"name":"c","image":"i"},{"name":"d"}],
            "initContainers":[{"name":"d","image":"i"},{"name":"init","image":"i",
             "readinessProbe":{"tcpSocket":{"port":80}}}]
            """#
        let errors = try Self.errors(spec: spec)
        #expect(
            errors.map { $0.prefix { $0 != "{" } } == [
                "spec.containers[0].name: Required value", #"spec.containers[2].name: Duplicate value: "c""#,
                "spec.containers[3].image: Required value",
                #"spec.initContainers[0].name: Duplicate value: "d""#,
                "spec.initContainers[1].readinessProbe: Invalid value: ",
                #"spec.containers[1].image: Invalid value: " i": must not have leading or trailing whitespace"#,
            ])
    }

    @Test func portsOfTheHostsNetworkAreTheContainersOwn() throws {
        let spec = #"""
            "hostNetwork":true,"containers":[{"name":"c","image":"i","ports":[{"containerPort":80,"hostPort":81}]}]
            """#
        #expect(
            try Self.errors(spec: spec) == [
                "spec.containers[0].ports[0].containerPort: Invalid value: 80: must match `hostPort` when "
                    + "`hostNetwork` is true"
            ])
    }

    @Test func annotationsForNodesAreChecked() throws {
        let json = #"""
            {"metadata":{"name":"p","annotations":{"kubernetes.io/config.mirror":"x",
             "container.apparmor.security.beta.kubernetes.io/other":"strange",
             "seccomp.security.alpha.kubernetes.io/pod":"odd"}},"spec":{\#(Self.container)}}
            """#
        #expect(
            try WorkloadFixture("Pod").create(json).errors == [
                #"metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "x": must set spec.nodeName if "#
                    + "mirror pod annotation is set",
                "metadata.annotations[container.apparmor.security.beta.kubernetes.io/other]: Invalid value: "
                    + #""other": container not found"#,
                "metadata.annotations[container.apparmor.security.beta.kubernetes.io/other]: Invalid value: "
                    + #""strange": invalid AppArmor profile name: "strange""#,
                #"metadata.annotations.seccomp.security.alpha.kubernetes.io/pod: Invalid value: "odd": must be a "#
                    + "valid seccomp profile",
            ])
    }
}
