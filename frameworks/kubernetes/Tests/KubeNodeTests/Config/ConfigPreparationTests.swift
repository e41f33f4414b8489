import Foundation
import KubeModel
import KubeletCore
import Logging
import TestSupport
import Testing

@testable import KubeNode

/// What ties configuration, volumes and the host together for one container or sandbox.
struct ConfigPreparationTests {
    private struct Rig {
        let volumes: VolumeRig
        let preparation: HostPreparation

        init(_ scope: TestScope, _ change: (inout PodSettings) -> Void = { _ in }) throws {
            volumes = try VolumeRig(scope)
            var settings = PodSettings(root: volumes.root)
            settings.clusterDNS = ["10.254.10.2"]
            settings.resolverFile = try scope.directory.write(
                "nameserver 218.85.157.99\nsearch example.com\n", to: "resolv.conf")
            change(&settings)
            preparation = HostPreparation(settings, source: volumes.source, logger: Logger(label: "test"))
        }

        func prepare(
            _ pod: KubeObject, attempt: Int = 0, imageUser: String? = nil, volumes paths: [String: String]? = nil
        ) async throws -> PreparedContainer {
            let mounted: [String: String]
            if let paths {
                mounted = paths
            } else {
                mounted = try await volumes.volumes.mount(pod, context: VolumeRig.context)
            }
            var sandbox = RuntimeSandbox(
                id: "sandbox", attempt: 0, isReady: true, createdAt: UnixTime(seconds: 0), address: "10.1.0.7")
            if pod.flag("spec", "hostNetwork") { sandbox.address = "" }
            var context = VolumeRig.context
            (context.podAddress, context.allocatableMemory) = ("", 8 << 30)
            return try await preparation.container(
                ContainerRequest(
                    pod: pod, container: "c", attempt: attempt, sandbox: sandbox, volumes: mounted, context: context,
                    imageUser: imageUser))
        }

        func failure(_ pod: KubeObject, imageUser: String? = nil) async -> PreparationFailure? {
            do {
                _ = try await prepare(pod, imageUser: imageUser, volumes: [:])
                return nil
            } catch { return error as? PreparationFailure }
        }
    }

    @Test func aContainerIsPreparedAsItsPodSays() async throws {
        try await withTestScope { scope in
            let rig = try Rig(scope)
            rig.volumes.source.set {
                $0.services["default"] = [
                    VolumeRig.object(
                        """
                        {"metadata":{"name":"kubernetes","namespace":"default"},
                         "spec":{"clusterIP":"10.254.0.1","ports":[{"name":"https","port":443}]}}
                        """)
                ]
                $0.services["shop"] = [
                    VolumeRig.object(
                        """
                        {"metadata":{"name":"db","namespace":"shop"},
                         "spec":{"clusterIP":"10.254.0.5","ports":[{"port":5432}]}}
                        """)
                ]
                $0.configMaps[.shop("m")] = VolumeRig.object(#"{"data":{"a":"1"}}"#)
            }
            let pod = VolumeRig.pod(
                #"{"name":"data","emptyDir":{}},{"name":"map","configMap":{"name":"m"}}"#,
                container: """
                    "env":[{"name":"IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}},
                    {"name":"DB","value":"$(DB_SERVICE_HOST):$(DB_SERVICE_PORT)"}],
                    "resources":{"limits":{"cpu":"500m","memory":"64Mi"}},
                    "volumeMounts":[{"name":"data","mountPath":"/data"},{"name":"map","mountPath":"/map"}]
                    """)
            let config = try await rig.prepare(pod).config
            let environment = Dictionary(config.environment.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
            #expect(environment["IP"] == "10.1.0.7")
            #expect(environment["DB"] == "10.254.0.5:5432")
            #expect(environment["KUBERNETES_SERVICE_PORT_HTTPS"] == "443")
            #expect(config.limits.cpuQuota == 50_000)
            #expect(config.limits.memory == 64 << 20)
            #expect(config.sandboxID == "sandbox")
            #expect(config.mounts.map(\.containerPath) == ["/data", "/map", "/etc/hosts", "/dev/termination-log"])
            #expect(config.mounts.map(\.isReadOnly) == [false, true, false, false])
            let hosts = try #require(NodeFiles.text(config.mounts[2].hostPath))
            #expect(hosts.contains("10.1.0.7\tweb\n"))
            #expect(config.mounts.allSatisfy { NodeFiles.exists($0.hostPath) })
        }
    }

    @Test func whatIsMissingIsAConfigurationError() async throws {
        try await withTestScope { scope in
            let rig = try Rig(scope)
            let secret = #""env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"x","key":"k"}}}]"#
            #expect(
                await rig.failure(VolumeRig.pod("", container: secret))
                    == PreparationFailure(#"secret "x" not found"#, reason: "CreateContainerConfigError"))
            let map = #""env":[{"name":"A","valueFrom":{"configMapKeyRef":{"name":"m","key":"k"}}}]"#
            rig.volumes.source.set { $0.configMaps[.shop("m")] = VolumeRig.object(#"{"data":{"a":"1"}}"#) }
            #expect(
                await rig.failure(VolumeRig.pod("", container: map))?.message
                    == "couldn't find key k in ConfigMap shop/m")
            let mount = #""volumeMounts":[{"name":"v","mountPath":"/v"}]"#
            #expect(
                await rig.failure(VolumeRig.pod("", container: mount))?.message
                    == #"cannot find volume "v" to mount into container "c""#)
            let root = #""securityContext":{"runAsNonRoot":true}"#
            #expect(
                await rig.failure(VolumeRig.pod("", container: root), imageUser: "")?.message
                    == "container has runAsNonRoot and image will run as root (pod: \"web_shop(u-1)\", container: c)")
            #expect(await rig.failure(VolumeRig.pod("", container: root), imageUser: "7") == nil)
        }
    }

    @Test func lastWordsAreKeptForTwoRuns() async throws {
        try await withTestScope { scope in
            let rig = try Rig(scope)
            let pod = VolumeRig.pod("", container: #""terminationMessagePath":"/tmp/last""#)
            for attempt in 0..<3 {
                let mount = try #require(try await rig.prepare(pod, attempt: attempt).config.mounts.last)
                #expect(mount.containerPath == "/tmp/last")
                #expect(VolumeRig.mode(mount.hostPath) == 0o666)
                try "run \(attempt)".write(toFile: mount.hostPath, atomically: false, encoding: .utf8)
            }
            func message(_ attempt: Int, limit: Int = 4096) async -> String {
                await rig.preparation.terminationMessage(uid: "u-1", container: "c", attempt: attempt, limit: limit)
            }
            #expect(await message(2) == "run 2")
            #expect(await message(1) == "run 1")
            #expect(await message(0) == "")
            #expect(await message(2, limit: 3) == "run")
            _ = try await rig.prepare(pod, attempt: 2)
            #expect(await message(2) == "", "a run that is made again begins anew")
            try await rig.volumes.volumes.unmount(uid: "u-1")
            #expect(await message(1) == "")
            #expect(await rig.volumes.volumes.mountedPods().isEmpty)
        }
    }

    @Test func onTheHostsNetworkTheHostsNamesAreKept() async throws {
        try await withTestScope { scope in
            let rig = try Rig(scope)
            let plain = try await rig.prepare(VolumeRig.pod("", spec: #""hostNetwork":true"#)).config
            #expect(plain.mounts.map(\.containerPath) == ["/dev/termination-log"])
            let named = VolumeRig.pod(
                "", spec: #""hostNetwork":true,"hostAliases":[{"ip":"192.0.2.9","hostnames":["a"]}]"#)
            let mount = try #require(try await rig.prepare(named).config.mounts.first)
            let text = try #require(NodeFiles.text(mount.hostPath))
            #expect(text.contains(NodeFiles.text("/etc/hosts") ?? "?"))
            #expect(text.hasSuffix("192.0.2.9\ta\n"))
        }
    }

    @Test(.enabled(if: VolumeRig.isRoot)) func pathsBelowVolumesAreBoundAndGo() async throws {
        try await withTestScope { scope in
            let rig = try Rig(scope)
            rig.volumes.source.set { $0.configMaps[.shop("m")] = VolumeRig.object(#"{"data":{"a":"1"}}"#) }
            let pod = VolumeRig.pod(
                #"{"name":"data","emptyDir":{}},{"name":"map","configMap":{"name":"m"}}"#,
                container: """
                    "env":[{"name":"N","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],
                    "volumeMounts":[{"name":"data","mountPath":"/d","subPathExpr":"of/$(N)"},
                    {"name":"map","mountPath":"/a","subPath":"a"}]
                    """)
            for attempt in 0..<2 {
                let mounts = try await rig.prepare(pod, attempt: attempt).config.mounts
                try "x\(attempt)".write(toFile: mounts[0].hostPath + "/file", atomically: false, encoding: .utf8)
                #expect(NodeFiles.text(mounts[1].hostPath) == "1")
                #expect(try rig.volumes.mounts().count == 2)
            }
            let data = "\(rig.volumes.root)/pods/u-1/volumes/kubernetes.io~empty-dir/data"
            #expect(NodeFiles.text(data + "/of/web/file") == "x1")
            symlink("/etc", data + "/of/etc")
            let hostile = VolumeRig.pod(
                #"{"name":"data","emptyDir":{}}"#,
                container: #""volumeMounts":[{"name":"data","mountPath":"/d","subPath":"of/etc"}]"#)
            await #expect(throws: PreparationFailure.self) { try await rig.prepare(hostile) }
            try await rig.volumes.volumes.unmount(uid: "u-1")
            #expect(try rig.volumes.mounts().isEmpty)
            #expect(!NodeFiles.exists(data))
        }
    }

    @Test func aProfileOfTheNodeIsReadIn() async throws {
        try await withTestScope { scope in
            let rig = try Rig(scope)
            try scope.directory.makeDirectory("node/seccomp")
            try scope.directory.write("{}", to: "node/seccomp/p.json")
            func profile(_ path: String) -> String {
                "\"securityContext\":{\"seccompProfile\":{\"type\":\"Localhost\",\"localhostProfile\":\"\(path)\"}}"
            }
            let config = try await rig.prepare(VolumeRig.pod("", container: profile("p.json"))).config
            #expect(config.security.options == ["seccomp={}"])
            #expect(await rig.failure(VolumeRig.pod("", container: profile("../resolv.conf"))) != nil)
            #expect(await rig.failure(VolumeRig.pod("", container: profile("none.json"))) != nil)
        }
    }

    @Test func aSandboxIsPrepared() async throws {
        try await withTestScope { scope in
            let rig = try Rig(scope) {
                ($0.sandboxImage, $0.cgroupParent) = ("pause:1", "/pods")
            }
            let prepared = try await rig.preparation.sandbox(VolumeRig.pod(""), attempt: 2, context: VolumeRig.context)
            #expect(prepared.config.image == "pause:1")
            #expect(prepared.config.cgroupParent == "/pods")
            #expect(prepared.config.attempt == 2)
            #expect(prepared.config.hostname == "web")
            #expect(prepared.config.resolver?.servers == ["10.254.10.2", "218.85.157.99"])
            #expect(
                prepared.config.resolver?.searches
                    == ["shop.svc.cluster.local", "svc.cluster.local", "cluster.local", "example.com"])
            #expect(prepared.config.resolver?.options == ["ndots:5"])
        }
    }
}
