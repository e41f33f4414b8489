import ClusterBase
import Foundation
import KubeModel
import TestSupport
import Testing

@testable import KubeNode

/// Volumes that are places of the host: emptyDir, hostPath, gitRepo, claims, and those that are refused.
struct VolumesOnHostTests {
    @Test func anEmptyDirectoryIsForEverybodyAndStays() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            let path = try await rig.mount(#""emptyDir":{}"#)
            #expect(path.hasSuffix("/pods/u-1/volumes/kubernetes.io~empty-dir/v"))
            #expect(VolumeRig.mode(path) == 0o777)
            try "kept".write(toFile: path + "/file", atomically: false, encoding: .utf8)
            #expect(try await rig.mount(#""emptyDir":{}"#) == path)
            #expect(VolumeRig.names(path) == ["file"])
            #expect(await rig.volumes.mountedPods() == ["u-1"])
            try await rig.volumes.unmount(uid: "u-1")
            try await rig.volumes.unmount(uid: "u-1")
            #expect(await rig.volumes.mountedPods().isEmpty)
            #expect(VolumeRig.names(rig.root + "/pods").isEmpty)
        }
    }

    @Test func aVolumeWithoutASourceIsAnEmptyDirectory() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            let paths = try await rig.volumes.mount(VolumeRig.pod(#"{"name":"v"}"#), context: VolumeRig.context)
            #expect(paths["v"]?.contains("/kubernetes.io~empty-dir/") == true)
        }
    }

    @Test(.enabled(if: VolumeRig.isRoot)) func theGroupOfThePodOwnsItsDirectories() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            let path = try await rig.mount(#""emptyDir":{}"#, spec: #""securityContext":{"fsGroup":4711}"#)
            #expect(VolumeRig.group(path) == 4711)
            #expect(VolumeRig.mode(path) == 0o2777)
        }
    }

    @Test(.enabled(if: VolumeRig.isRoot)) func memoryIsMountedOnceWithItsLimitAndGoes() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            let volume = #""emptyDir":{"medium":"Memory","sizeLimit":"1Mi"}"#
            let path = try await rig.mount(volume)
            #expect(try rig.mounts() == [MountTable.Entry(path: path, type: "tmpfs")])
            #expect(VolumeRig.mode(path) == 0o777)
            #expect(throws: (any Error).self) {
                try Data(count: 2 << 20).write(to: URL(fileURLWithPath: path + "/large"))
            }
            #expect(try await rig.mount(volume) == path)
            #expect(try rig.mounts().count == 1)
            try await rig.volumes.unmount(uid: "u-1")
            #expect(try rig.mounts().isEmpty)
            #expect(await rig.volumes.mountedPods().isEmpty)
        }
    }

    @Test func whatAPodWritesIsMeasured() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            let volume = #""emptyDir":{"sizeLimit":"1Mi"}"#
            let path = try await rig.mount(volume)
            let pod = VolumeRig.pod("{\"name\":\"v\",\(volume)}")
            #expect(await rig.volumes.excess(pod) == nil)
            try FileManager.default.createDirectory(atPath: path + "/d", withIntermediateDirectories: false)
            try Data(count: 2 << 20).write(to: URL(fileURLWithPath: path + "/d/large"))
            #expect(await rig.volumes.excess(pod) == #"Usage of EmptyDir volume "v" exceeds the limit "1Mi"."#)
        }
    }

    @Test func aMediumThatIsNotKnownIsRefused() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            #expect(
                await rig.failure(#""emptyDir":{"medium":"HugePages"}"#)
                    == #"MountVolume.SetUp failed for volume "v" : the medium "HugePages" is not supported"#)
        }
    }

    @Test func placesOfTheHostAreLookedAt() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            let (directory, file) = (
                try scope.directory.makeDirectory("d"), try scope.directory.write("x", to: "f")
            )
            func check(_ path: String, _ type: String) async -> String {
                let volume = "\"hostPath\":{\"path\":\"\(path)\",\"type\":\"\(type)\"}"
                if let found = try? await rig.mount(volume) { return found == path ? "ok" : found }
                return await rig.failure(volume).replacingOccurrences(
                    of: "MountVolume.SetUp failed for volume \"v\" : hostPath type check failed: ", with: "")
            }
            #expect(await check(directory, "") == "ok")
            #expect(await check(directory, "Directory") == "ok")
            #expect(await check(file, "Directory") == "\(file) is not a directory")
            #expect(await check(file, "File") == "ok")
            #expect(await check(directory, "File") == "\(directory) is not a file")
            #expect(await check(directory + "/none", "Directory") == "\(directory)/none is not a directory")
            #expect(await check(directory, "Socket") == "\(directory) is not a socket file")
            #expect(await check("/dev/null", "CharDevice") == "ok")
            #expect(await check("/dev/null", "BlockDevice") == "/dev/null is not a block device")
            #expect(await check(directory + "/new/er", "DirectoryOrCreate") == "ok")
            #expect(VolumeRig.mode(directory + "/new/er") == 0o755)
            #expect(await check(directory + "/newfile", "FileOrCreate") == "ok")
            #expect(VolumeRig.mode(directory + "/newfile") == 0o644)
            #expect(await check(directory + "/made", "") == "ok")
            #expect(await check(directory, "Other").contains("\"Other\" is an invalid volume type"))
            #expect(await check(directory + "/../d", "").contains("must be absolute and without '..'"))
        }
    }

    @Test func placesOfTheHostOutliveThePod() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            let directory = try scope.directory.makeDirectory("data")
            try scope.directory.write("x", to: "data/f")
            _ = try await rig.mount("\"hostPath\":{\"path\":\"\(directory)\"}")
            try await rig.volumes.unmount(uid: "u-1")
            #expect(VolumeRig.names(directory) == ["f"])
        }
    }

    @Test(arguments: [
        (#""iscsi":{"targetPortal":"x","iqn":"y","lun":0}"#, "kubernetes.io/iscsi"),
        (#""glusterfs":{"endpoints":"x","path":"y"}"#, "kubernetes.io/glusterfs"),
        (#""rbd":{"monitors":[],"image":"foo"}"#, "kubernetes.io/rbd"),
        (#""flocker":{"datasetName":"x"}"#, "kubernetes.io/flocker"),
        (#""awsElasticBlockStore":{"volumeID":"x"}"#, "kubernetes.io/aws-ebs"),
        (#""gcePersistentDisk":{"pdName":"x"}"#, "kubernetes.io/gce-pd"),
        (#""csi":{"driver":"x"}"#, "kubernetes.io/csi"),
    ])
    func otherPluginsAreRefusedByName(volume: String, plugin: String) async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            #expect(
                await rig.failure(volume)
                    == "MountVolume.SetUp failed for volume \"v\" : the plugin \(plugin) is not supported")
        }
    }

    @Test(arguments: ["..", "a/b", ".", ""]) func namesThatArePathsAreRefused(name: String) async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            let pod = VolumeRig.pod("{\"name\":\"\(name)\",\"emptyDir\":{}}")
            await #expect(throws: VolumeFailure.self) { try await rig.volumes.mount(pod, context: VolumeRig.context) }
            var other = VolumeRig.pod("")
            other["metadata", "uid"] = .string(name)
            await #expect(throws: VolumeFailure.self) { try await rig.volumes.mount(other, context: VolumeRig.context) }
            await #expect(throws: VolumeFailure.self) { try await rig.volumes.unmount(uid: name) }
            #expect(NodeFiles.isDirectory(rig.root))
        }
    }

    @Test func aRepositoryIsClonedOnce() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            let repository = try await GitFixture.make(in: scope)
            let volume = "\"gitRepo\":{\"repository\":\"file://\(repository)\",\"revision\":\"first\"}"
            let path = try await rig.mount(volume)
            #expect(VolumeRig.names(path) == ["config"])
            #expect(NodeFiles.text(path + "/config/file") == "one\n")
            try "changed".write(toFile: path + "/config/file", atomically: false, encoding: .utf8)
            #expect(try await rig.mount(volume) == path)
            #expect(NodeFiles.text(path + "/config/file") == "changed", "what is complete is left alone")
            try await rig.volumes.unmount(uid: "u-1")
            let whole = try await rig.mount("\"gitRepo\":{\"repository\":\"file://\(repository)\",\"directory\":\".\"}")
            #expect(NodeFiles.text(whole + "/file") == "two\n")
        }
    }

    @Test func aRepositoryThatIsNotThereIsToldAndTriedAgain() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            let volume = "\"gitRepo\":{\"repository\":\"file://\(scope.directory.path)/config.git\"}"
            #expect(await rig.failure(volume).hasPrefix("MountVolume.SetUp failed for volume \"v\" : git failed with"))
            _ = try await GitFixture.make(in: scope)
            #expect(VolumeRig.names(try await rig.mount(volume)) == ["config"])
        }
    }

    @Test(arguments: [
        #""repository":"--upload-pack=x""#, #""repository":"file:///x","revision":"--help""#,
        #""repository":"file:///x","directory":"../x""#, #""repository":"file:///x","directory":"a/b""#,
        #""repository":"file:///x","directory":".git""#, #""repository":"ext::sh -c x""#,
    ])
    func repositoriesCannotTalkToTheHost(settings: String) async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            let message = await rig.failure("\"gitRepo\":{\(settings)}")
            #expect(message != "no failure")
            #expect(!message.contains("exit code 129"))
        }
    }

    @Test func aClaimLeadsToItsVolume() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            let volume = #""persistentVolumeClaim":{"claimName":"my-pvc"}"#
            let prefix = "MountVolume.SetUp failed for volume \"v\" : "
            #expect(await rig.failure(volume) == prefix + #"persistentvolumeclaim "my-pvc" not found"#)
            rig.source.set { $0.claims[.shop("my-pvc")] = VolumeRig.object(#"{"status":{"phase":"Pending"}}"#) }
            #expect(await rig.failure(volume) == prefix + #"persistentvolumeclaim "my-pvc" is not bound"#)
            rig.source.set {
                $0.claims[.shop("my-pvc")] = VolumeRig.object(
                    #"{"metadata":{"uid":"claim"},"spec":{"volumeName":"pv"},"status":{"phase":"Bound"}}"#)
            }
            #expect(await rig.failure(volume) == prefix + #"persistentvolume "pv" not found"#)
            let directory = try scope.directory.makeDirectory("data")
            func put(_ source: String, claim: String) {
                rig.source.set {
                    $0.volumes["pv"] = VolumeRig.object(
                        "{\"spec\":{\"capacity\":{\"storage\":\"1Gi\"},\"claimRef\":{\"uid\":\"\(claim)\"},\(source)}}")
                }
            }
            put("\"hostPath\":{\"path\":\"\(directory)\"}", claim: "other")
            #expect(await rig.failure(volume) == prefix + #"persistentvolume "pv" is bound to another claim"#)
            put("\"hostPath\":{\"path\":\"\(directory)\"}", claim: "claim")
            #expect(try await rig.mount(volume) == directory)
            put("\"local\":{\"path\":\"\(directory)\"}", claim: "claim")
            #expect(try await rig.mount(volume) == directory)
            put(#""rbd":{"image":"x"}"#, claim: "claim")
            #expect(await rig.failure(volume) == prefix + "the plugin kubernetes.io/rbd is not supported")
        }
    }
}

/// A repository with two commits, the first of them tagged `first`.
enum GitFixture {
    static func make(in scope: TestScope) async throws -> String {
        let work = try scope.directory.makeDirectory("work")
        let script = """
            cd '\(work)' && git init -q && export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@t GIT_COMMITTER_NAME=t \
            GIT_COMMITTER_EMAIL=t@t && echo one > file && git add file && git commit -qm one && git tag first && \
            echo two > file && git commit -qam two && git clone -q --bare . ../config.git
            """
        try await HostCommand.run(
            "sh", ["-c", script], environment: ["GIT_CONFIG_GLOBAL": "/dev/null"], timeout: .seconds(60))
        return scope.directory.path + "/config.git"
    }
}
