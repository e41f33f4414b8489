public import ClusterModel
public import ClusterPorts

/// A detector for clusters whose master never changes: the one given, for ever.
public final class StaticDetector: LeaderDetector {
    private let leader: MasterInfo

    /// Makes a detector of a known master.
    public init(_ leader: MasterInfo) { self.leader = leader }

    /// The master once; the stream then stays open until its consumer is cancelled.
    public func leaders() -> AsyncThrowingStream<MasterInfo?, any Error> {
        let once = Once()
        return AsyncThrowingStream { [leader] in
            if await once.take() { return .some(leader) }
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) }
            return nil
        }
    }

    private actor Once {
        private var isTaken = false

        func take() -> Bool {
            defer { isTaken = true }
            return !isTaken
        }
    }
}
