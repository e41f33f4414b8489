internal import ClusterBase
internal import KubeClient
internal import KubeCore
internal import KubeModel
internal import KubeletCore
internal import Logging

/// Removes images that no container uses, the longest unused first, while their file system is too full
/// (spec `kubernetes/04` §4.11).
struct ImageCollector: Sendable {
    private var rule = ImageCleanup()
    private var firstSeen: [String: UnixTime] = [:]
    private var lastUsed: [String: UnixTime] = [:]

    init(_ garbage: KubeletConfiguration.Garbage) {
        (rule.highPercent, rule.lowPercent) = (Int64(garbage.imageHighPercent), Int64(garbage.imageLowPercent))
    }

    /// One look.
    mutating func run(_ world: PodWorld, sample: NodeSample) async {
        let runtime = world.runtime
        guard let images = try? await runtime.images(), let pods = try? await runtime.pods() else { return }
        let now = world.clock.time()
        let used = Set(pods.flatMap(\.containers).flatMap { [$0.image, $0.imageID] })
        let ids = Set(images.map(\.id))
        firstSeen = firstSeen.filter { ids.contains($0.key) }
        lastUsed = lastUsed.filter { ids.contains($0.key) }
        for image in images {
            firstSeen[image.id] = firstSeen[image.id] ?? now
            if Self.isUsed(image, used) { lastUsed[image.id] = now }
        }
        let known = images.map { image in
            ImageCleanup.Image(
                id: image.id, size: image.sizeBytes, seenAt: firstSeen[image.id] ?? now, usedAt: lastUsed[image.id])
        }
        let available = Int64(sample.diskFreePercent / 100 * Double(sample.diskBytes))
        let decision = rule.decide(
            known, inUse: Set(images.filter { Self.isUsed($0, used) }.map(\.id)), capacity: sample.diskBytes,
            available: available, now: now)
        if decision.wanted > 0 { await carryOut(decision, world) }
    }

    private func carryOut(_ decision: ImageCleanup.Decision, _ world: PodWorld) async {
        var done = decision
        done.images = []
        for image in decision.images {
            do throws(RuntimeFailure) {
                try await world.runtime.removeImage(image.id)
                done.images.append(image)
            } catch {
                world.logger.info(
                    "an image was not removed", metadata: ["image": "\(image.id)", "error": "\(error)"])
            }
        }
        guard done.isShort else { return }
        var node = KubeObject(["kind": "Node"])
        (node.name, node.uid) = (world.configuration.nodeName, world.configuration.nodeName)
        world.events.record(EventNote(node, .warning, reason: "FreeDiskSpaceFailed", done.shortage))
    }

    private static func isUsed(_ image: RuntimeImage, _ used: Set<String>) -> Bool {
        if used.contains(image.id) || used.contains("docker://" + image.id) { return true }
        return image.names.contains { used.contains($0) || used.contains("docker-pullable://" + $0) }
    }
}
