internal import ClusterBase
internal import Glibc
public import KubeModel
internal import KubeletCore
public import Logging
internal import NIOPosix

/// Volumes of pods on this host, below `ROOT/pods/UID/volumes`.
///
/// Sources: spec `kubernetes/04` §4.8. A plugin that is not in `VolumeMounter.plugins` is refused by name. Memory file
/// systems and paths below volumes need the right to mount. Calls for one pod come one after the other.
public final class HostVolumes: PodVolumes {
    /// The name under which `mount` returns the token of the pod's service account, when it has one.
    public static let accountVolume = "kubernetes.io/service-account"
    /// Where containers find the token of the pod's service account.
    public static let accountPath = "/var/run/secrets/kubernetes.io/serviceaccount"

    private let settings: PodSettings
    private let source: any ConfigSource
    private let logger: Logger

    /// Makes the volumes of a node.
    public init(_ settings: PodSettings, source: any ConfigSource, logger: Logger) {
        (self.settings, self.source, self.logger) = (settings, source, logger)
    }

    /// Makes a pod's volumes there and up to date; see `PodVolumes`.
    public func mount(
        _ pod: KubeObject, context: PodContext
    ) async throws(VolumeFailure) -> [String: String] {
        let mounter: VolumeMounter
        do {
            mounter = try await VolumeMounter.make(pod, context, settings, source)
        } catch {
            throw VolumeFailure("cannot make the pod's directory: \(Self.words(error))")
        }
        var paths: [String: String] = [:]
        for volume in pod.list("spec", "volumes").compactMap({ KubeObject($0) }) {
            let name = volume.text("name")
            do {
                paths[name] = try await mounter.mount(volume)
            } catch {
                throw VolumeFailure(
                    volume: name, "MountVolume.SetUp failed for volume \"\(name)\" : \(Self.words(error))")
            }
        }
        do {
            paths[Self.accountVolume] = try await mounter.mountAccount()
        } catch {
            // Pods start without it while the API server is away, as they do where accounts have no tokens.
            logger.debug(
                "no token of the service account for a pod",
                metadata: ["pod": "\(pod.key)", "error": "\(Self.words(error))"])
        }
        return paths
    }

    /// Takes away what was made for a pod: mounts, then files; see `PodVolumes`.
    ///
    /// Nothing is removed while something below the pod's directory stays mounted, so that what is behind a mount is
    /// never touched.
    public func unmount(uid: String) async throws(VolumeFailure) {
        do {
            let directory = try PodDirectory(root: settings.root, uid: uid)
            try await NIOThreadPool.singleton.runIfActive { try directory.remove() }
        } catch {
            throw VolumeFailure("cannot remove the pod's volumes: \(Self.words(error))")
        }
    }

    /// Measures the pod's empty directories that have a limit; see `PodVolumes`.
    public func excess(_ pod: KubeObject) async -> String? {
        for volume in pod.list("spec", "volumes").compactMap({ KubeObject($0) }) {
            guard let limit = Quantity(volume["emptyDir", "sizeLimit"]), limit.sign > 0,
                volume.text("emptyDir", "medium").isEmpty,
                let directory = try? PodDirectory(root: settings.root, uid: pod.uid),
                let path = try? directory.volume(volume.text("name"), plugin: VolumeMounter.plugins["emptyDir"] ?? "")
            else { continue }
            let size = try? await NIOThreadPool.singleton.runIfActive { try DirectoryHandle(path).size() }
            if let size, size > limit.value {
                return "Usage of EmptyDir volume \"\(volume.text("name"))\" exceeds the limit \"\(limit)\"."
            }
        }
        return nil
    }

    /// The uids of pods that have a directory here, sorted.
    public func mountedPods() async -> [String] { NodeFiles.names(in: settings.root + "/pods") ?? [] }

    /// An error as people read it.
    static func words(_ error: any Error) -> String {
        (error as? APIError)?.message ?? "\(error)"
    }
}
