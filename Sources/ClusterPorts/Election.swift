public import ClusterModel

/// Tells who leads: a stream of the leading master as it changes.
public protocol LeaderDetector: Sendable {
    /// The leader now and after every change; nil while there is none. Equal neighbours are not repeated.
    /// Every call gives an independent stream that starts with the current answer once that is known.
    /// The stream ends by throwing when detection has failed for good.
    func leaders() -> AsyncThrowingStream<MasterInfo?, any Error>
}

/// Stands for election as master.
public protocol LeaderContender: Sendable {
    /// Enters the contest and returns when the candidacy exists (not yet elected); the membership ends when the
    /// session is lost, `withdraw` is called or the returned candidacy is dropped.
    func contend(_ info: MasterInfo) async throws -> any Candidacy
}

/// A place in the contest.
public protocol Candidacy: Sendable {
    /// Returns when the candidacy is lost (session expired, node deleted, withdrawn).
    func lost() async
    /// Leaves the contest.
    func withdraw() async
}
