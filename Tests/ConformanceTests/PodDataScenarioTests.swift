import ClusterBase
import Foundation
import TestSupport
import Testing

extension PodScenarios {
    /// What containers see of services, secrets, config maps, their own pod and the host.
    @Suite struct PodDataScenarioTests {
        private static func sleeper(_ name: String, container: String = "", spec: String = "") -> String {
            let inner = container.isEmpty ? "" : ", " + container
            let outer = spec.isEmpty ? "" : ", " + spec
            return """
                apiVersion: v1
                kind: Pod
                metadata: {name: \(name)}
                spec: {terminationGracePeriodSeconds: 1, containers: [
                  {name: c, image: busybox, imagePullPolicy: IfNotPresent, command: [sleep, "3600"]\(inner)}]\(outer)}
                """
        }

        private static let service = """
            apiVersion: v1
            kind: Service
            metadata: {name: my-dns}
            spec:
              clusterIP: 10.254.105.183
              ports: [{name: dns, port: 53, protocol: UDP}, {name: dns-tcp, port: 53, protocol: TCP}]
            """

        /// S-39.
        @Test func podsThatStartLaterAreToldOfAService() async throws {
            let (project, other) = (try await Project.make("s39"), try await Project.make("s39-other"))
            try await project.create(manifest: Self.sleeper("early"))
            try await project.ready("pod/early")
            try await project.create(manifest: Self.service)
            func variables(_ project: Project, _ pod: String) async throws -> [String] {
                try await project("exec", pod, "--", "env").lines.filter { $0.hasPrefix("MY_DNS") }.sorted()
            }
            // The node learns of a service by its watch, a moment after `kubectl` does.
            var count = 0
            let found = try await eventually("a later pod is told of the service", within: .seconds(90)) {
                count += 1
                try await project.create(manifest: Self.sleeper("late-\(count)"))
                try await project.ready("pod/late-\(count)")
                let found = try await variables(project, "late-\(count)")
                return found.isEmpty ? nil : found
            }
            try await other.create(manifest: Self.sleeper("elsewhere"))
            try await other.ready("pod/elsewhere")
            #expect(
                found == [
                    "MY_DNS_PORT=udp://10.254.105.183:53", "MY_DNS_PORT_53_TCP=tcp://10.254.105.183:53",
                    "MY_DNS_PORT_53_TCP_ADDR=10.254.105.183", "MY_DNS_PORT_53_TCP_PORT=53",
                    "MY_DNS_PORT_53_TCP_PROTO=tcp", "MY_DNS_PORT_53_UDP=udp://10.254.105.183:53",
                    "MY_DNS_PORT_53_UDP_ADDR=10.254.105.183", "MY_DNS_PORT_53_UDP_PORT=53",
                    "MY_DNS_PORT_53_UDP_PROTO=udp", "MY_DNS_SERVICE_HOST=10.254.105.183", "MY_DNS_SERVICE_PORT=53",
                    "MY_DNS_SERVICE_PORT_DNS=53", "MY_DNS_SERVICE_PORT_DNS_TCP=53",
                ])
            #expect(try await variables(project, "early").isEmpty)
            #expect(try await variables(other, "elsewhere").isEmpty)
        }

        /// S-40, steps 2 and 5.
        @Test func resolversAreToldByPolicy() async throws {
            let project = try await Project.make("s40-files")
            try await project.create(manifest: Self.sleeper("my-app"))
            try await project.create(manifest: Self.sleeper("plain", spec: "dnsPolicy: Default"))
            try await project.create(
                manifest: Self.sleeper(
                    "own", spec: "dnsPolicy: None, dnsConfig: {nameservers: [192.0.2.3], searches: [a.test]}"))
            try await project.ready("pod", "--all")
            func lines(_ pod: String) async throws -> [String] {
                try await project("exec", pod, "--", "cat", "/etc/resolv.conf").lines
            }
            let cluster = try await lines("my-app")
            #expect(cluster.first { $0.hasPrefix("nameserver") } == "nameserver \(PodPool.clusterDNS)")
            let search = try #require(cluster.first { $0.hasPrefix("search") })
            #expect(search.hasPrefix("search s40-files.svc.cluster.local svc.cluster.local cluster.local"))
            #expect(cluster.contains("options ndots:5"))
            #expect(try await lines("plain").allSatisfy { !$0.contains("cluster.local") })
            let own = try await lines("own").filter { !$0.hasPrefix("#") }
            #expect(own.sorted() == ["nameserver 192.0.2.3", "search a.test"])
        }

        /// S-45.
        @Test func anEmptyDirectoryIsSharedAndOutlivesContainers() async throws {
            let project = try await Project.make("s45")
            try await project.create(
                manifest: """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: logging}
                    spec:
                      terminationGracePeriodSeconds: 1
                      volumes: [{name: log, emptyDir: {}}]
                      containers:
                      - name: logger
                        image: busybox
                        imagePullPolicy: IfNotPresent
                        command: [sh, -c, "echo run >> /var/log/runs; trap exit TERM; sleep 3600 & wait"]
                        volumeMounts: [{name: log, mountPath: /var/log}]
                      - name: collector
                        image: busybox
                        imagePullPolicy: IfNotPresent
                        command: [sleep, "3600"]
                        volumeMounts: [{name: log, mountPath: /logs, readOnly: true}]
                    """)
            try await project.ready("pod/logging")
            func runs() async throws -> String {
                try await project("exec", "logging", "-c", "collector", "--", "cat", "/logs/runs").text
            }
            #expect(try await runs() == "run\n")
            #expect(
                try await project.refusal("exec", "logging", "-c", "collector", "--", "touch", "/logs/x")
                    .contains("Read-only file system"))
            // The command ends with the container that it ends.
            _ = try await project.run(["exec", "logging", "-c", "logger", "--", "kill", "1"])
            try await project.until("pod", "logging") { $0.words.prefix(4) == ["logging", "2/2", "Running", "1"] }
            try await eventually("the logger ran twice") { try await runs() == "run\nrun\n" }
            let uid = try await project.value("pod/logging", ".metadata.uid")
            try await project("delete", "pod", "logging")
            let left = try await project.onHost(
                "find '\(project.pool.scope.directory.path)' -path '*pods/\(uid)*' | head")
            #expect(left.isEmpty, "\(left)")
        }

        /// S-47.
        @Test func aSecretIsMountedAndGoesWithThePod() async throws {
            let project = try await Project.make("s47")
            try await project.create("f-60")
            try await project.ready("pod/busybox")
            #expect(try await project("exec", "busybox", "--", "ls", "/secret").lines == ["password", "username"])
            #expect(try await project("exec", "busybox", "--", "cat", "/secret/username").text == "my-username\n")
            #expect(try await project("exec", "busybox", "--", "cat", "/secret/password").text == "my-password\n")
            let uid = try await project.value("pod/busybox", ".metadata.uid")
            #expect(try await project.onHost("grep -c 'tmpfs.*\(uid)\\|\(uid).*tmpfs' /proc/self/mountinfo") == "1\n")
            try await project.delete("pod", "busybox")
            try await eventually("the secret is unmounted") {
                try await project.onHost("grep -c \(uid) /proc/self/mountinfo || true") == "0\n"
            }
        }

        /// S-48.
        @Test func aPodReadsAboutItself() async throws {
            let project = try await Project.make("s48")
            try await project.create("f-61")
            try await project.ready("pod/downwardapi-volume")
            func file(_ name: String) async throws -> String {
                try await project("exec", "downwardapi-volume", "--", "cat", "/podinfo/\(name)").text
            }
            #expect(
                try await project("exec", "downwardapi-volume", "--", "ls", "/podinfo").lines
                    == ["pod_annotations", "pod_labels", "pod_name", "pod_namespace"])
            #expect(try await file("pod_name") == "downwardapi-volume")
            #expect(try await file("pod_namespace") == "s48")
            #expect(
                try await file("pod_labels")
                    == "cluster=\"test-cluster1\"\nrack=\"rack-22\"\nzone=\"us-est-coast\"")
            let annotations = try await file("pod_annotations").split(separator: "\n")
            #expect(annotations.contains("build=\"two\""))
            #expect(annotations.contains("builder=\"john-doe\""))
            #expect(annotations.contains("kubernetes.io/config.source=\"api\""))
            #expect(annotations.contains { $0.hasPrefix("kubernetes.io/config.seen=\"") })
            try await project("label", "pod", "downwardapi-volume", "rack=rack-23", "--overwrite")
            try await eventually("the file follows the label", within: .seconds(90), every: .milliseconds(200)) {
                try await file("pod_labels").contains("rack=\"rack-23\"")
            }
        }

        /// S-49.
        @Test func aRepositoryIsClonedIntoAVolume() async throws {
            let project = try await Project.make("s49")
            let directory = project.pool.scope.directory.path + "/git"
            _ = try await project.onHost(
                """
                mkdir '\(directory)' && cd '\(directory)' && git init -q config && cd config && echo hello > file && \
                git add file && git -c user.name=t -c user.email=t@example.com commit -qm one
                """)
            try await project.create(
                manifest: Self.sleeper(
                    "git", container: "volumeMounts: [{name: v, mountPath: /config}]",
                    spec: "volumes: [{name: v, gitRepo: {repository: \"file://\(directory)/config\"}}]"))
            try await project.ready("pod/git")
            #expect(try await project("exec", "git", "--", "ls", "/config").text == "config\n")
            #expect(try await project("exec", "git", "--", "cat", "/config/config/file").text == "hello\n")
        }

        @Test func whatIsMissingIsWaitedFor() async throws {
            let project = try await Project.make("missing")
            try await project.create(
                manifest: Self.sleeper(
                    "wants-secret",
                    container: "env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]"))
            try await project.create(
                manifest: Self.sleeper(
                    "wants-map", container: "volumeMounts: [{name: v, mountPath: /v}]",
                    spec: "volumes: [{name: v, configMap: {name: m}}]"))
            try await project.until("pod", "wants-secret") { $0.contains("CreateContainerConfigError") }
            try await eventually("the event of the container", every: .milliseconds(200)) {
                try await project("describe", "pod", "wants-secret").text.contains(#"Error: secret "s" not found"#)
            }
            try await project.until("pod", "wants-map") { $0.contains("ContainerCreating") }
            try await eventually("the event of the volume", every: .milliseconds(200)) {
                try await project("describe", "pod", "wants-map").text
                    .contains(#"MountVolume.SetUp failed for volume "v" : configmap "m" not found"#)
            }
            try await project("create", "secret", "generic", "s", "--from-literal=k=v")
            try await project("create", "configmap", "m", "--from-literal=file=one")
            try await project.ready("pod/wants-secret", "pod/wants-map")
            #expect(try await project("exec", "wants-secret", "--", "sh", "-c", "echo $A").text == "v\n")
            #expect(try await project("exec", "wants-map", "--", "cat", "/v/file").text == "one")
        }

        @Test func volumesThatCannotBeHadAreToldByTheirPlugin() async throws {
            let project = try await Project.make("plugins")
            try await project.create(
                manifest: Self.sleeper("flocker", spec: "volumes: [{name: v, flocker: {datasetName: my-flocker-vol}}]"))
            let words = #"MountVolume.SetUp failed for volume "v" : the plugin kubernetes.io/flocker is not supported"#
            try await eventually("the event", every: .milliseconds(200)) {
                try await project("describe", "pod", "flocker").text.contains(words)
            }
        }

        @Test func pathsBelowVolumesMemoryAndUsers() async throws {
            let project = try await Project.make("paths")
            try await project.create(
                manifest: Self.sleeper(
                    "paths",
                    container: """
                        securityContext: {runAsUser: 1000, runAsGroup: 1000},
                        env: [{name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}],
                        volumeMounts: [{name: d, mountPath: /d, subPathExpr: "of/$(POD)"}, {name: m, mountPath: /m}]
                        """,
                    spec: """
                        securityContext: {fsGroup: 2000},
                        volumes: [{name: d, emptyDir: {}}, {name: m, emptyDir: {medium: Memory, sizeLimit: 1Mi}}]
                        """))
            try await project.ready("pod/paths")
            func shell(_ script: String) async throws -> String {
                try await project("exec", "paths", "--", "sh", "-c", script).text
            }
            #expect(try await shell("id -u; id -g; id -G") == "1000\n1000\n1000 2000\n")
            #expect(try await shell("echo x > /d/file && cat /d/file && stat -c %g /d/file") == "x\n2000\n")
            #expect(try await shell("mount | grep -c 'tmpfs on /m '") == "1\n")
            #expect(try await shell("head -c 2000000 /dev/zero > /m/large; stat -c %s /m/large") == "1048576\n")
            #expect(try await shell("grep paths /etc/hosts | wc -l; hostname") == "1\npaths\n")
            try await project.delete("pod", "paths")
        }
    }
}
