import ClusterBase
import Foundation
import KubeModel
import KubeletCore
import TestSupport
import Testing

@testable import KubeNode

/// Volumes whose files are made from objects: contents, changes, and the swap that no reader sees the half of.
struct VolumesOfObjectsTests {
    @Test(.enabled(if: VolumeRig.isRoot)) func aSecretIsInMemoryOnly() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            rig.source.set {
                $0.secrets[.shop("mysecret")] = VolumeRig.object(
                    #"{"data":{"username":"bXktdXNlcm5hbWUK","password":"bXktcGFzc3dvcmQK"}}"#)
            }
            let path = try await rig.mount(#""secret":{"secretName":"mysecret"}"#)
            #expect(try rig.mounts() == [MountTable.Entry(path: path, type: "tmpfs")])
            #expect(VolumeRig.names(path) == ["password", "username"])
            #expect(NodeFiles.text(path + "/username") == "my-username\n")
            #expect(NodeFiles.text(path + "/password") == "my-password\n")
            #expect(VolumeRig.mode(path + "/username") == 0o644)
            try await rig.volumes.unmount(uid: "u-1")
            #expect(try rig.mounts().isEmpty)
            #expect(!NodeFiles.exists(path))
        }
    }

    @Test func whatIsMissingFailsUntilItComes() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            let volume = #""configMap":{"name":"m"}"#
            #expect(
                await rig.failure(volume) == #"MountVolume.SetUp failed for volume "v" : configmap "m" not found"#)
            rig.source.set { $0.configMaps[.shop("m")] = VolumeRig.object(#"{"data":{"a":"1"}}"#) }
            #expect(VolumeRig.names(try await rig.mount(volume)) == ["a"])
        }
    }

    @Test func filesFollowTheirSource() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            let volume =
                #""configMap":{"name":"m","items":[{"key":"a","path":"dir/a"},{"key":"b","path":"b"}],"optional":true}"#
            rig.source.set { $0.configMaps[.shop("m")] = VolumeRig.object(#"{"data":{"a":"1","b":"x"}}"#) }
            let path = try await rig.mount(volume)
            #expect(VolumeRig.names(path) == ["b", "dir"])
            let first = try #require(try DirectoryHandle(path).link("..data"))
            _ = try await rig.mount(volume)
            #expect(try DirectoryHandle(path).link("..data") == first, "nothing is written when nothing changed")
            rig.source.set { $0.configMaps[.shop("m")] = VolumeRig.object(#"{"data":{"a":"2"}}"#) }
            _ = try await rig.mount(volume)
            #expect(NodeFiles.text(path + "/dir/a") == "2")
            #expect(VolumeRig.names(path) == ["dir"])
            #expect(NodeFiles.names(in: path)?.count == 3, "the old contents are gone")
            rig.source.set { $0.configMaps[.shop("m")] = nil }
            _ = try await rig.mount(volume)
            #expect(VolumeRig.names(path).isEmpty)
        }
    }

    @Test func aSourceThatIsAwayLeavesTheFilesThere() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            rig.source.set { $0.configMaps[.shop("m")] = VolumeRig.object(#"{"data":{"a":"1"}}"#) }
            let path = try await rig.mount(#""configMap":{"name":"m"}"#)
            rig.source.set { $0.isAway = true }
            #expect(await rig.failure(#""configMap":{"name":"m"}"#) != "no failure")
            #expect(NodeFiles.text(path + "/a") == "1")
            #expect(
                try await rig.mount(#""emptyDir":{}"#).isEmpty == false, "pods that need nothing start all the same")
        }
    }

    @Test func thePodIsToldOfItself() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            let volume = """
                "downwardAPI":{"items":[{"path":"labels","fieldRef":{"fieldPath":"metadata.labels"}},
                {"path":"ip","mode":256,"fieldRef":{"fieldPath":"status.podIP"}}]}
                """
            let path = try await rig.mount(volume)
            #expect(NodeFiles.text(path + "/labels") == #"tier="front""#)
            #expect(NodeFiles.text(path + "/ip") == "10.1.0.7")
            #expect(VolumeRig.mode(path + "/ip") == 0o400)
        }
    }

    @Test func annotationsOfTheNodeAreToldAndStay() async throws {
        try await withTestScope { scope in
            let volume = #""downwardAPI":{"items":[{"path":"a","fieldRef":{"fieldPath":"metadata.annotations"}}]}"#
            let path = try await VolumeRig(scope).mount(volume)
            let text = try #require(NodeFiles.text(path + "/a"))
            #expect(text.hasPrefix("kubernetes.io/config.seen=\""))
            #expect(text.hasSuffix("\nkubernetes.io/config.source=\"api\""))
            _ = try await VolumeRig(scope).mount(volume)
            #expect(NodeFiles.text(path + "/a") == text)
        }
    }

    @Test(.enabled(if: VolumeRig.isRoot)) func theGroupOfThePodMayRead() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            rig.source.set { $0.configMaps[.shop("m")] = VolumeRig.object(#"{"data":{"a":"1"}}"#) }
            let (volume, spec) = (
                #""configMap":{"name":"m","defaultMode":256}"#, #""securityContext":{"fsGroup":4711}"#
            )
            let path = try await rig.mount(volume, spec: spec)
            #expect(VolumeRig.group(path + "/a") == 4711)
            #expect(VolumeRig.mode(path + "/a") == 0o440)
            let first = try DirectoryHandle(path).link("..data")
            _ = try await rig.mount(volume, spec: spec)
            #expect(try DirectoryHandle(path).link("..data") == first)
        }
    }

    /// Reads two files through `..data` while they change together; a reader that holds the directory never sees a mix.
    @Test func noReaderSeesHalfAChange() async throws {
        try await withTestScope { scope in
            let path = try scope.directory.makeDirectory("volume")
            let volume = AtomicDirectory(path)
            func files(_ number: Int) -> [VolumeFile] {
                ["a", "b"].map { VolumeFile(path: $0, bytes: Array("\(number)".utf8), mode: 0o644) }
            }
            _ = try volume.write(files(0), group: nil)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        var seen: Set<String> = []
                        while !seen.contains("400") {
                            try Task.checkCancellation()
                            await Task.yield()
                            // The contents may go while they are read; then the reader looks again.
                            guard let current = readlinkText(path + "/..data"),
                                let a = NodeFiles.text("\(path)/\(current)/a"),
                                let b = NodeFiles.text("\(path)/\(current)/b")
                            else { continue }
                            #expect(a == b)
                            seen.insert(a)
                            #expect(NodeFiles.text(path + "/a") != "", "a file is never empty")
                        }
                        return seen.count
                    }
                }
                group.addTask {
                    for number in 1...400 {
                        let hasChanged = try volume.write(files(number), group: nil)
                        #expect(hasChanged)
                    }
                    return 0
                }
                for try await _ in group {}
            }
            #expect(VolumeRig.names(path) == ["a", "b"])
            #expect(NodeFiles.names(in: path)?.count == 4)
        }
    }

    @Test func whatAnEarlierProcessLeftHalfDoneGoes() async throws {
        try await withTestScope { scope in
            let path = try scope.directory.makeDirectory("volume")
            try scope.directory.makeDirectory("volume/..2020_01_01_00_00_00.1/dir")
            try scope.directory.write("old", to: "volume/stale")
            symlink("..2020_01_01_00_00_00.9", path + "/..data")
            let file = VolumeFile(path: "a/b/c", bytes: [1], mode: 0o600)
            #expect(try AtomicDirectory(path).write([file], group: nil))
            #expect(VolumeRig.names(path) == ["a"])
            #expect(NodeFiles.bytes(path + "/a/b/c") == [1])
            #expect(NodeFiles.names(in: path)?.count == 3)
        }
    }

    @Test func aLinkThatLeadsElsewhereIsNotFollowed() async throws {
        try await withTestScope { scope in
            let (path, victim) = (
                try scope.directory.makeDirectory("volume"), try scope.directory.makeDirectory("victim")
            )
            try scope.directory.write("precious", to: "victim/a")
            symlink("../victim", path + "/..data")
            symlink(victim, path + "/a")
            _ = try AtomicDirectory(path).write([VolumeFile(path: "a", bytes: [1], mode: 0o600)], group: nil)
            #expect(NodeFiles.text(victim + "/a") == "precious")
            #expect(NodeFiles.bytes(path + "/a") == [1])
        }
    }

    @Test(.enabled(if: VolumeRig.isRoot)) func aTokenOfTheAccountIsThereWhenThereIsOne() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            func account(_ pod: KubeObject) async throws -> String? {
                try await rig.volumes.mount(pod, context: VolumeRig.context)[HostVolumes.accountVolume]
            }
            #expect(try await account(VolumeRig.pod("")) == nil)
            rig.source.set {
                $0.accounts[.shop("default")] = VolumeRig.object(#"{"secrets":[{"name":"other"},{"name":"t"}]}"#)
                $0.secrets[.shop("other")] = VolumeRig.object(#"{"type":"Opaque","data":{"token":"eA=="}}"#)
                $0.secrets[.shop("t")] = VolumeRig.object(
                    #"{"type":"kubernetes.io/service-account-token","data":{"token":"dG9rZW4=","ca.crt":"Y2E="}}"#)
            }
            let path = try #require(try await account(VolumeRig.pod("")))
            #expect(NodeFiles.text(path + "/token") == "token")
            #expect(NodeFiles.text(path + "/ca.crt") == "ca")
            #expect(try await account(VolumeRig.pod("", spec: #""automountServiceAccountToken":false"#)) == nil)
            let own = #""volumeMounts":[{"name":"v","mountPath":"\#(HostVolumes.accountPath)"}]"#
            #expect(try await account(VolumeRig.pod("", container: own)) == nil)
            let projected = try await rig.mount(#""projected":{"sources":[{"serviceAccountToken":{"path":"t"}}]}"#)
            #expect(NodeFiles.text(projected + "/t") == "token")
        }
    }
}

private func readlinkText(_ path: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: path)
}
