internal import Synchronization

/// The end of what was written to it.
final class ByteTail: Sendable {
    private let limit: Int
    private let kept = Mutex<[UInt8]>([])

    init(limit: Int) { self.limit = limit }

    /// The last bytes.
    var bytes: [UInt8] { kept.withLock { $0 } }

    func append(_ bytes: [UInt8]) {
        kept.withLock { kept in
            kept += bytes
            if kept.count > limit { kept.removeFirst(kept.count - limit) }
        }
    }
}
