import Foundation
import KubeModel
import TestSupport
import Testing

@testable import KubeNode

/// What containers can do to volumes cannot reach the host: paths below volumes, and removal.
struct VolumesSafetyTests {
    @Test func pathsBelowAVolumeAreMadeAndFound() async throws {
        try await withTestScope { scope in
            let volume = try scope.directory.makeDirectory("volume")
            chmod(volume, 0o750)
            let made = try SafePath.open("a/b", in: volume)
            #expect(made.path == (try SafePath.resolved(volume)) + "/a/b")
            #expect(VolumeRig.mode(volume + "/a/b") == 0o750)
            try scope.directory.write("x", to: "volume/a/file")
            let file = try SafePath.open("a/file", in: volume)
            #expect(try file.status().st_mode & S_IFMT == S_IFREG)
            symlink("a/file", volume + "/inner")
            #expect(try SafePath.open("inner", in: volume).path == file.path)
            symlink(volume, scope.directory.path + "/link")
            #expect(try SafePath.open("a/file", in: scope.directory.path + "/link").path == file.path)
        }
    }

    @Test(arguments: [
        "out", "out/etc", "out/new", "up/x", "deep/up", "deep/up/new", "loop", "loop/x", "file/x", "a/../../x",
        "dangling",
        "dangling/x",
    ])
    func pathsThatLeadOutAreRefused(path: String) async throws {
        try await withTestScope { scope in
            let volume = try scope.directory.makeDirectory("volume")
            let victim = try scope.directory.makeDirectory("victim")
            try scope.directory.makeDirectory("volume/deep")
            try scope.directory.write("x", to: "volume/file")
            symlink(victim, volume + "/out")
            symlink("..", volume + "/up")
            symlink("../../victim", volume + "/deep/up")
            symlink("loop", volume + "/loop")
            symlink("../victim/nothing", volume + "/dangling")
            #expect(throws: FileProblem.self) { _ = try SafePath.open(path, in: volume) }
            #expect(VolumeRig.names(victim).isEmpty)
        }
    }

    /// A container that swaps a directory for a link all the time never gets hold of the host.
    @Test func swappingLinksWinsNothing() async throws {
        try await withTestScope { scope in
            let volume = try scope.directory.makeDirectory("volume")
            let victim = try SafePath.resolved(try scope.directory.makeDirectory("victim/sub"))
            try scope.directory.makeDirectory("volume/real/sub")
            symlink(scope.directory.path + "/victim", volume + "/evil")
            rename(volume + "/real", volume + "/x")
            let swapper = Task.detached {
                while !Task.isCancelled {
                    for (from, to) in [("x", "real"), ("evil", "x"), ("x", "evil"), ("real", "x")] {
                        rename("\(volume)/\(from)", "\(volume)/\(to)")
                    }
                    await Task.yield()
                }
            }
            var held = 0
            for _ in 0..<3000 {
                guard let handle = try? SafePath.open("x/sub", in: volume) else { continue }
                held += 1
                let place = try FileManager.default.destinationOfSymbolicLink(
                    atPath: "/proc/self/fd/\(handle.descriptor)")
                #expect(!place.hasPrefix(victim))
            }
            swapper.cancel()
            await swapper.value
            #expect(held > 0)
        }
    }

    @Test func removalFollowsNoLinks() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            let victim = try scope.directory.makeDirectory("victim")
            try scope.directory.write("precious", to: "victim/file")
            let path = try await rig.mount(#""emptyDir":{}"#)
            symlink(victim, path + "/link")
            symlink(victim + "/file", path + "/file")
            try FileManager.default.createDirectory(atPath: path + "/locked", withIntermediateDirectories: false)
            try "x".write(toFile: path + "/locked/inner", atomically: false, encoding: .utf8)
            mkfifo(path + "/pipe", 0o600)
            try await rig.volumes.unmount(uid: "u-1")
            #expect(!NodeFiles.exists(rig.root + "/pods/u-1"))
            #expect(NodeFiles.text(victim + "/file") == "precious")
        }
    }

    @Test(.enabled(if: VolumeRig.isRoot)) func whatIsBoundBelowAPodIsNotRemovedWithIt() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            let victim = try scope.directory.makeDirectory("victim")
            try scope.directory.write("precious", to: "victim/file")
            let path = try await rig.mount(#""emptyDir":{}"#)
            try FileManager.default.createDirectory(atPath: path + "/m", withIntermediateDirectories: false)
            try MountTable.bind(try DirectoryHandle(victim), at: path + "/m")
            #expect(NodeFiles.text(path + "/m/file") == "precious")
            try await rig.volumes.unmount(uid: "u-1")
            #expect(try rig.mounts().isEmpty)
            #expect(!NodeFiles.exists(path))
            #expect(NodeFiles.text(victim + "/file") == "precious")
        }
    }

    @Test(.enabled(if: VolumeRig.isRoot)) func aMountThatIsInUseGoesWithItsUser() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            let path = try await rig.mount(#""emptyDir":{"medium":"Memory"}"#)
            try "x".write(toFile: path + "/file", atomically: false, encoding: .utf8)
            let file = open(path + "/file", O_RDONLY)
            defer { close(file) }
            try await rig.volumes.unmount(uid: "u-1")
            #expect(try rig.mounts().isEmpty)
            #expect(!NodeFiles.exists(path))
        }
    }

    @Test(.enabled(if: VolumeRig.isRoot)) func aNewProcessFindsWhatAnOlderMounted() async throws {
        try await withTestScope { scope in
            let rig = try VolumeRig(scope)
            let volume = #""emptyDir":{"medium":"Memory"}"#
            let path = try await rig.mount(volume)
            try "kept".write(toFile: path + "/file", atomically: false, encoding: .utf8)
            let later = try VolumeRig(scope)
            #expect(await later.volumes.mountedPods() == ["u-1"])
            #expect(try await later.mount(volume) == path)
            #expect(NodeFiles.text(path + "/file") == "kept")
            try await later.volumes.unmount(uid: "u-1")
            #expect(try rig.mounts().isEmpty)
        }
    }

    @Test func commandsAreStoppedInTime() async throws {
        let began = ContinuousClock.now
        await #expect(throws: FileProblem.self) {
            try await HostCommand.run("sh", ["-c", "sleep 60 & sleep 60"], timeout: .milliseconds(100))
        }
        await #expect(throws: FileProblem(found: "sh failed with exit code 3: so sorry")) {
            try await HostCommand.run("sh", ["-c", "echo so; echo sorry >&2; exit 3"], timeout: .seconds(20))
        }
        await #expect(throws: FileProblem.self) {
            try await HostCommand.run("no-such-program", [], timeout: .seconds(20))
        }
        #expect(ContinuousClock.now - began < .seconds(20))
    }
}
