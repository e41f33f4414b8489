internal import ClusterBase
internal import KubeNode

extension RuntimeFailure {
    /// What a failed call to the engine means.
    init(_ error: any Error) {
        switch error {
        case let failure as RuntimeFailure: self = failure
        case is CancellationError: self.init(.other, "the call was cancelled")
        case let error as ClusterError:
            switch error.code {
            case .unavailable, .timeout: self.init(.unavailable, error.description)
            case .notFound: self.init(.notFound, error.message)
            default: self.init(.other, error.description)
            }
        default: self.init(.other, "\(error)")
        }
    }
}

extension DockerPodRuntime {
    /// Runs calls to the engine, their errors told as `RuntimeFailure`.
    func asking<Answer: Sendable>(_ calls: () async throws -> Answer) async throws(RuntimeFailure) -> Answer {
        do { return try await calls() } catch { throw RuntimeFailure(error) }
    }

    /// Runs work to its end even when the caller's task is cancelled.
    func regardless(_ work: @escaping @Sendable () async -> Void) async { await Task { await work() }.value }
}
