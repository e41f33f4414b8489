internal import ClusterBase
internal import KubeClient
internal import KubeCore
internal import KubeModel
internal import KubeletCore
internal import Logging

/// Removes images that no container uses, the longest unused first, while their file system is too full
/// (spec `kubernetes/04` §4.11).
struct ImageCollector: Sendable {
    /// An image must have been seen for this long before it is removed.
    private static let youngest = Duration.seconds(120)

    private let garbage: KubeletConfiguration.Garbage
    private var firstSeen: [String: Instant] = [:]
    private var lastUsed: [String: Instant] = [:]

    init(_ garbage: KubeletConfiguration.Garbage) { self.garbage = garbage }

    /// One look.
    mutating func run(_ world: PodWorld, sample: NodeSample) async {
        let runtime = world.runtime
        guard let images = try? await runtime.images(), let pods = try? await runtime.pods() else { return }
        let now = world.clock.steady()
        let used = Set(pods.flatMap(\.containers).flatMap { [$0.image, $0.imageID] })
        let ids = Set(images.map(\.id))
        firstSeen = firstSeen.filter { ids.contains($0.key) }
        lastUsed = lastUsed.filter { ids.contains($0.key) }
        for image in images {
            firstSeen[image.id] = firstSeen[image.id] ?? now
            if Self.isUsed(image, used) { lastUsed[image.id] = now }
        }
        let inUse = 100 - sample.diskFreePercent
        guard inUse >= Double(garbage.imageHighPercent) else { return }
        let wanted = Int64((inUse - Double(garbage.imageLowPercent)) / 100 * Double(sample.diskBytes))
        await free(wanted, images.filter { !Self.isUsed($0, used) }, world, now: now)
    }

    private func free(_ wanted: Int64, _ unused: [RuntimeImage], _ world: PodWorld, now: Instant) async {
        var freed: Int64 = 0
        let old = unused.filter { image in firstSeen[image.id].map { $0 + Self.youngest <= now } ?? false }
        for image in old.sorted(by: { (lastUsed[$0.id] ?? .epoch, $0.id) < (lastUsed[$1.id] ?? .epoch, $1.id) }) {
            if freed >= wanted { return }
            do throws(RuntimeFailure) {
                try await world.runtime.removeImage(image.id)
                freed += image.sizeBytes
            } catch {
                world.logger.info(
                    "an image was not removed", metadata: ["image": "\(image.id)", "error": "\(error)"])
            }
        }
        guard freed < wanted else { return }
        var node = KubeObject(["kind": "Node"])
        (node.name, node.uid) = (world.configuration.nodeName, world.configuration.nodeName)
        world.events.record(
            EventNote(
                node, .warning, reason: "FreeDiskSpaceFailed",
                "failed to garbage collect required amount of images. Wanted to free \(wanted) bytes, "
                    + "but freed \(freed) bytes"))
    }

    private static func isUsed(_ image: RuntimeImage, _ used: Set<String>) -> Bool {
        if used.contains(image.id) || used.contains("docker://" + image.id) { return true }
        return image.names.contains { used.contains($0) || used.contains("docker-pullable://" + $0) }
    }
}
