import ClusterBase
import Foundation
import KubeModel
import Logging
import Synchronization
import TestSupport
import Testing

@testable import KubeNode

/// Volumes in a directory of a test's own; what is mounted there goes with the scope.
struct VolumeRig {
    /// The node's directory.
    let root: String
    let source: StubConfigSource
    let volumes: HostVolumes
    let scope: TestScope

    /// Whether this process may mount.
    static var isRoot: Bool { geteuid() == 0 }

    init(_ scope: TestScope) throws {
        root = try scope.directory.makeDirectory("node")
        source = StubConfigSource()
        self.scope = scope
        volumes = HostVolumes(PodSettings(root: root), source: source, logger: Logger(label: "test"))
        let root = root
        scope.onExit { try? MountTable.unmount(below: (try? SafePath.resolved(root)) ?? root) }
    }

    static let context = PodContext(nodeName: "node-1", hostAddress: "192.0.2.1", podAddress: "10.1.0.7")

    /// Reads an object from JSON text.
    static func object(_ json: String, _ location: SourceLocation = #_sourceLocation) -> KubeObject {
        guard let tree = try? JSONValue(parsing: json), let object = KubeObject(tree) else {
            Issue.record("no JSON object: \(json)", sourceLocation: location)
            return KubeObject()
        }
        return object
    }

    /// The pod `web` in `shop` with volumes given as JSON, further members of its specification and its container.
    static func pod(_ volumes: String, spec: String = "", container: String = "") -> KubeObject {
        let more = spec.isEmpty ? "" : "," + spec
        let inner = container.isEmpty ? "" : "," + container
        return object(
            """
            {"metadata":{"name":"web","namespace":"shop","uid":"u-1","labels":{"tier":"front"}},
             "spec":{"volumes":[\(volumes)],"containers":[{"name":"c","image":"busybox"\(inner)}]\(more)}}
            """)
    }

    /// Makes the volumes of a pod with one volume `v`; returns its path.
    func mount(_ volume: String, spec: String = "") async throws -> String {
        let pod = Self.pod("{\"name\":\"v\",\(volume)}", spec: spec)
        return try #require(try await volumes.mount(pod, context: Self.context)["v"])
    }

    /// What a failed mount of a volume `v` says.
    func failure(_ volume: String) async -> String {
        do throws(VolumeFailure) {
            _ = try await volumes.mount(Self.pod("{\"name\":\"v\",\(volume)}"), context: Self.context)
            return "no failure"
        } catch {
            return error.message
        }
    }

    /// What is mounted below the node's directory.
    func mounts() throws -> [MountTable.Entry] {
        let path = try SafePath.resolved(root) + "/"
        return try MountTable.entries().filter { $0.path.hasPrefix(path) }
    }

    /// Names and links below a path, as `ls` lists them.
    static func names(_ path: String) -> [String] { (NodeFiles.names(in: path) ?? []).filter { !$0.hasPrefix("..") } }

    /// Permission bits.
    static func mode(_ path: String) -> UInt32 {
        var info = stat()
        return stat(path, &info) == 0 ? info.st_mode & 0o7777 : .max
    }

    /// The group that owns a path.
    static func group(_ path: String) -> UInt32 {
        var info = stat()
        return stat(path, &info) == 0 ? info.st_gid : .max
    }
}

/// Objects given by a test.
final class StubConfigSource: ConfigSource {
    struct Unavailable: Error {}

    struct Objects {
        var secrets: [ObjectKey: KubeObject] = [:]
        var configMaps: [ObjectKey: KubeObject] = [:]
        var accounts: [ObjectKey: KubeObject] = [:]
        var claims: [ObjectKey: KubeObject] = [:]
        var volumes: [String: KubeObject] = [:]
        var services: [String: [KubeObject]] = [:]
        var isAway = false
    }

    private let objects = Mutex(Objects())

    /// Changes what there is.
    func set(_ change: @Sendable (inout Objects) -> Void) { objects.withLock { change(&$0) } }

    private func find(_ path: (Objects) -> KubeObject?) throws -> KubeObject? {
        try objects.withLock { objects in
            if objects.isAway { throw Unavailable() }
            return path(objects)
        }
    }

    func secret(_ key: ObjectKey, isFresh: Bool) async throws -> KubeObject? { try find { $0.secrets[key] } }
    func configMap(_ key: ObjectKey, isFresh: Bool) async throws -> KubeObject? { try find { $0.configMaps[key] } }
    func serviceAccount(_ key: ObjectKey) async throws -> KubeObject? { try find { $0.accounts[key] } }
    func claim(_ key: ObjectKey) async throws -> KubeObject? { try find { $0.claims[key] } }
    func persistentVolume(_ name: String) async throws -> KubeObject? { try find { $0.volumes[name] } }
    func services(in namespace: String) async -> [KubeObject] { objects.withLock { $0.services[namespace] ?? [] } }
}

extension ObjectKey {
    /// A key in the namespace of the tests.
    static func shop(_ name: String) -> ObjectKey { ObjectKey(namespace: "shop", name) }
}
