public import KubeModel

/// Which images a node removes when its disk fills (spec `kubernetes/04` §4.11).
///
/// Source: upstream `pkg/kubelet/images/image_gc_manager.go`.
public struct ImageCleanup: Sendable {
    /// An image of the node.
    public struct Image: Hashable, Sendable {
        /// Its id.
        public var id: String
        /// Bytes it takes.
        public var size: Int64
        /// When the node first saw it.
        public var seenAt: UnixTime
        /// When a container last used it; nil when none ever did.
        public var usedAt: UnixTime?

        /// The time that counts as its last use, the oldest going first.
        var lastUse: UnixTime { usedAt ?? UnixTime(seconds: 0) }

        /// Makes a record.
        public init(id: String, size: Int64, seenAt: UnixTime, usedAt: UnixTime?) {
            (self.id, self.size, self.seenAt, self.usedAt) = (id, size, seenAt, usedAt)
        }
    }

    /// What to remove.
    public struct Decision: Hashable, Sendable {
        /// The images to remove, in order.
        public var images: [Image]
        /// Bytes that should become free, whether the images hold as many or not; 0 when there is room.
        public var wanted: Int64

        /// Whether the images do not hold as many bytes as should become free.
        public var isShort: Bool { images.reduce(0) { $0 + $1.size } < wanted }

        /// What the event `FreeDiskSpaceFailed` says when it is short.
        public var shortage: String {
            let freed = images.reduce(0) { $0 + $1.size }
            return "failed to garbage collect required amount of images. "
                + "Wanted to free \(wanted) bytes, but freed \(freed) bytes"
        }
    }

    /// The part of the disk, in percent, above which images are removed.
    public var highPercent: Int64 = 85
    /// The part down to which they are removed.
    public var lowPercent: Int64 = 80
    /// The age below which an image stays.
    public var minimumAge: Duration = .seconds(120)

    /// Upstream's numbers.
    public init() {}

    /// What to remove from a disk of a capacity with so many bytes available.
    ///
    /// - Parameter inUse: the ids of images that containers, running or not, were made from.
    public func decide(
        _ images: [Image], inUse: Set<String>, capacity: Int64, available: Int64, now: UnixTime
    ) -> Decision {
        guard capacity > 0 else { return Decision(images: [], wanted: 0) }
        let available = min(max(available, 0), capacity)
        let used = Int64(Int128(capacity - available) * 100 / Int128(capacity))
        guard used >= highPercent else { return Decision(images: [], wanted: 0) }
        let wanted = Int64(Int128(capacity) * Int128(100 - lowPercent) / 100) - available
        let candidates = images.filter { image in
            !inUse.contains(image.id) && (image.usedAt ?? image.seenAt) < now
                && now.since(image.seenAt) >= minimumAge
        }
        .sorted { ($0.lastUse, $0.seenAt, $0.id) < ($1.lastUse, $1.seenAt, $1.id) }
        var (chosen, freed): ([Image], Int64) = ([], 0)
        for image in candidates where freed < wanted {
            chosen.append(image)
            freed += image.size
        }
        return Decision(images: chosen, wanted: max(wanted, 0))
    }
}
