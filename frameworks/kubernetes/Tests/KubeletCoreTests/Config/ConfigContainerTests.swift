import KubeModel
import KubeletCore
import Testing

/// What containers are made with: commands, rights, mounts, limits (S-15, spec `kubernetes/04` §4.8 and §4.9).
struct ConfigContainerTests {
    private func build(
        _ pod: KubeObject, imageUser: String? = nil, _ location: SourceLocation = #_sourceLocation
    ) throws -> ContainerConfig {
        let view = PodView(pod)
        let environment = EnvironmentBuilder(pod: pod, objects: ConfigObjects(), facts: ConfigFixture.facts)
        let builder = ContainerConfigBuilder(view, environment: environment, imageUser: imageUser)
        return try builder.build(
            try #require(view.container("c"), sourceLocation: location), attempt: 3, sandboxID: "s"
        ).config
    }

    @Test(arguments: [
        ("", [], []), (#""command":["/ep-2"]"#, ["/ep-2"], []), (#""args":["zoo","boo"]"#, [], ["zoo", "boo"]),
        (#""command":["/ep-2"],"args":["zoo","boo"]"#, ["/ep-2"], ["zoo", "boo"]),
    ])
    func commandAndArgumentsAreHandedOnAsGiven(
        container: String, command: [String], arguments: [String]
    ) throws {
        let config = try build(ConfigFixture.pod(container: container))
        #expect(config.command == command)
        #expect(config.arguments == arguments)
    }

    @Test func commandAndArgumentsSeeTheEnvironment() throws {
        let config = try build(
            ConfigFixture.pod(
                container: """
                    "env":[{"name":"A","value":"1"}],"command":["/bin/$(A)","$$(A)"],"args":["$(A) $(B)"],
                    "workingDir":"/w","stdin":true,"stdinOnce":true,"tty":true
                    """))
        #expect(config.command == ["/bin/1", "$(A)"])
        #expect(config.arguments == ["1 $(B)"])
        #expect(config.workingDirectory == "/w")
        #expect(config.hasInput && config.closesInputOnce && config.hasTerminal)
        #expect(config.image == "busybox:latest")
        #expect((config.attempt, config.sandboxID, config.name) == (3, "s", "c"))
        #expect(config.specHash.utf8.count == 8)
    }

    @Test func aLaterKubeletFindsWhatItNeedsInTheLabels() throws {
        let pod = ConfigFixture.pod(
            container: #""ports":[{"containerPort":80}],"lifecycle":{"preStop":{"exec":{"command":["x"]}}}"#,
            spec: #""terminationGracePeriodSeconds":7"#)
        let labels = try build(pod).labels
        #expect(labels["annotation.io.kubernetes.container.terminationMessagePath"] == "/dev/termination-log")
        #expect(labels["annotation.io.kubernetes.container.terminationMessagePolicy"] == "File")
        #expect(labels["annotation.io.kubernetes.container.preStopHandler"] == #"{"exec":{"command":["x"]}}"#)
        #expect(labels["annotation.io.kubernetes.container.ports"] == #"[{"containerPort":80}]"#)
        #expect(labels["annotation.io.kubernetes.pod.terminationGracePeriod"] == "7")
        #expect(labels["annotation.io.kubernetes.pod.deletionGracePeriod"] == nil)
    }

    @Test func aContainersSecurityContextGoesOverThePods() throws {
        let pod = ConfigFixture.pod(
            container: """
                "securityContext":{"runAsUser":7,"privileged":true,"readOnlyRootFilesystem":true,
                "allowPrivilegeEscalation":false,"capabilities":{"add":["IPC_LOCK","CAP_NET_ADMIN"],"drop":["SETGID"]},
                "seLinuxOptions":{"user":"U","role":"R","type":"T","level":"L"}}
                """,
            spec: """
                "securityContext":{"runAsUser":5,"runAsGroup":6,"fsGroup":9,"supplementalGroups":[10,11],
                "seLinuxOptions":{"user":"other"},"seccompProfile":{"type":"Unconfined"}}
                """)
        let security = try build(pod).security
        #expect(security.user == "7:6")
        #expect(security.groups == [9, 10, 11])
        #expect(security.isPrivileged && security.hasReadOnlyRoot && security.hasNoNewPrivileges)
        #expect(security.addedCapabilities == ["IPC_LOCK", "NET_ADMIN"])
        #expect(security.droppedCapabilities == ["SETGID"])
        #expect(
            security.options == ["label=user:U", "label=role:R", "label=type:T", "label=level:L", "seccomp=unconfined"])
    }

    @Test(arguments: [
        (#""runAsNonRoot":true,"runAsUser":0"#, "1000", "container's runAsUser breaks non-root policy"),
        (#""runAsNonRoot":true"#, "", "container has runAsNonRoot and image will run as root"),
        (#""runAsNonRoot":true"#, "0:0", "container has runAsNonRoot and image will run as root"),
        (#""runAsNonRoot":true"#, "www", "container has runAsNonRoot and image has non-numeric user (www)"),
    ])
    func rootIsRefusedWhereItIsNotWanted(context: String, imageUser: String, wanted: String) {
        let pod = ConfigFixture.pod(spec: "\"securityContext\":{\(context)}")
        let error = #expect(throws: ConfigError.self) { try build(pod, imageUser: imageUser) }
        #expect(error?.message.hasPrefix(wanted) == true, "\(error?.message ?? "")")
        #expect(error?.message.hasSuffix("(pod: \"web_shop(u-1)\", container: c)") == true)
    }

    @Test(arguments: [
        (#""runAsNonRoot":true"#, "1000:1000", ""), (#""runAsNonRoot":true,"runAsUser":5"#, "", "5"),
        (#""runAsNonRoot":false"#, "", ""), (#""runAsGroup":8"#, "www:www", "www:8"), (#""runAsGroup":8"#, "", "0:8"),
    ])
    func usersOfTheContextAndTheImage(context: String, imageUser: String, wanted: String) throws {
        let pod = ConfigFixture.pod(spec: "\"securityContext\":{\(context)}")
        #expect(try build(pod, imageUser: imageUser).security.user == wanted)
    }

    @Test(arguments: [
        (#""seccomp.security.alpha.kubernetes.io/pod":"runtime/default""#, []),
        (#""seccomp.security.alpha.kubernetes.io/pod":"unconfined""#, ["seccomp=unconfined"]),
        (
            #""container.seccomp.security.alpha.kubernetes.io/c":"localhost/a.json""#, ["seccomp=localhost/a.json"]
        ),
        (#""container.apparmor.security.beta.kubernetes.io/c":"localhost/p""#, ["apparmor=p"]),
    ])
    func profilesInAnnotations(annotation: String, wanted: [String]) throws {
        let pod = ConfigFixture.pod(metadata: "\"annotations\":{\(annotation)}")
        #expect(try build(pod).security.options == wanted)
    }

    private func mounts(_ list: String, environment: [(name: String, value: String)] = []) throws -> [MountPlan] {
        let pod = PodView(ConfigFixture.pod(container: "\"volumeMounts\":[\(list)]"))
        return try MountPlan.mounts(of: try #require(pod.container("c")), environment: environment)
    }

    @Test func mountsArePlanned() throws {
        let plans = try mounts(
            """
            {"name":"a","mountPath":"/a","readOnly":true,"mountPropagation":"HostToContainer"},
            {"name":"b","mountPath":"b","subPath":"x/y"},{"name":"c","mountPath":"/c","subPathExpr":"p-$(POD)"}
            """, environment: [("POD", "web")])
        #expect(plans.map(\.containerPath) == ["/a", "/b", "/c"])
        #expect(plans.map(\.subPath) == ["", "x/y", "p-web"])
        #expect(plans.map(\.isReadOnly) == [true, false, false])
        #expect(plans.map(\.propagation) == [.hostToContainer, .none, .none])
    }

    @Test(arguments: [
        (#""subPath":"/etc""#, "error SubPath `/etc` must not be an absolute path"),
        (#""subPath":"a/../../b""#, "unable to provision SubPath `a/../../b`: must not contain '..'"),
        (#""subPathExpr":"$(X)""#, "missing value for \"X\""),
        (#""subPathExpr":"$(UP)/x""#, "unable to provision SubPath `../x`: must not contain '..'"),
    ])
    func pathsThatLeadOutOfAVolumeAreRefused(member: String, wanted: String) {
        #expect(throws: ConfigError(wanted)) {
            try mounts("{\"name\":\"a\",\"mountPath\":\"/a\",\(member)}", environment: [("UP", "..")])
        }
    }

    @Test(
        arguments: [
            ("", 2, 0, 0, 1000),
            (#""limits":{"cpu":"1","memory":"1Gi"}"#, 1024, 100_000, 1 << 30, -997),
            (#""requests":{"cpu":"100m","memory":"1Gi"},"limits":{"cpu":"500m"}"#, 102, 50_000, 0, 875),
            (#""requests":{"memory":"1"}"#, 2, 0, 0, 999),
            (#""requests":{"memory":"16Gi"},"limits":{"cpu":"5m"}"#, 5, 1000, 0, 3),
        ] as [(String, Int64, Int64, Int64, Int)])
    func limitsForTheKernel(
        resources: String, shares: Int64, quota: Int64, memory: Int64, adjustment: Int
    ) throws {
        let pod = PodView(ConfigFixture.pod(container: "\"resources\":{\(resources)}"))
        let container = try #require(pod.container("c"))
        let limits = ContainerConfig.Limits(container, in: pod, nodeMemory: 8 << 30)
        #expect(limits.cpuShares == shares)
        #expect(limits.cpuQuota == quota)
        #expect(limits.memory == memory)
        #expect(limits.oomScoreAdjustment == adjustment)
        let free = ContainerConfig.Limits(container, in: pod, nodeMemory: 8 << 30, enforcesCPUQuota: false)
        #expect(free.cpuQuota == 0)
    }
}
