internal import ClusterBase
internal import ClusterModel
internal import ClusterPorts
internal import Logging
internal import Synchronization
internal import ZooKeeper

/// Which master to try next: the detected leader, or one after the other of a list, or where a redirect pointed.
final class LeaderTracker: Sendable {
    /// A master to try; `version` tells detections apart.
    struct Target: Hashable, Sendable {
        var url: String
        var version: Int
    }

    /// How many redirects are followed in a row before it counts as a failed try.
    static let redirectLimit = 5

    private struct State: Sendable {
        var candidates: [String]
        var index = 0
        var redirect: String?
        var redirects = 0
        var version = 0
        var failures = 0
    }

    private let detector: (any LeaderDetector)?
    private let scheme: String
    private let state: Mutex<State>
    private let changes = BoundedChannel<Void>(limit: 1)

    /// Throws `ClusterError` for a ZooKeeper URL that is malformed.
    init(_ source: MasterSource, usesTLS: Bool, logger: Logger) throws {
        scheme = usesTLS ? "https" : "http"
        var candidates: [String] = []
        switch source {
        case .detector(let given): detector = given
        case .location(let location):
            switch location.source {
            case .zooKeeper(let url): detector = try MasterDetection.make(from: url, logger: logger)
            case .masters(let urls): (detector, candidates) = (nil, urls)
            }
        }
        state = Mutex(State(candidates: candidates))
    }

    /// Follows the detector until cancelled; returns at once for a list of masters.
    ///
    /// Throws when detection has failed for good.
    func watch() async throws {
        guard let detector else { return }
        for try await leader in detector.leaders() {
            state.withLock { state in
                state.candidates = leader.map { [url(of: $0)] } ?? []
                state.version += 1
                (state.index, state.redirect, state.redirects, state.failures) = (0, nil, 0, 0)
            }
            _ = changes.offer(())
        }
        if !Task.isCancelled { throw ClusterError(.unavailable, "Leader detection has ended") }
    }

    /// The master to try now; waits while there is no leader.
    ///
    /// Nil when cancelled.
    func target() async -> Target? {
        while true {
            let target = state.withLock { state -> Target? in
                guard !state.candidates.isEmpty else { return nil }
                let url = state.redirect ?? state.candidates[state.index % state.candidates.count]
                return Target(url: url, version: state.version)
            }
            if let target { return target }
            guard await changes.next() != nil else { return nil }
        }
    }

    /// Returns when a detection newer than `version` is there, or the task is cancelled.
    func changed(since version: Int) async {
        while state.withLock({ $0.version }) == version {
            guard await changes.next() != nil else { return }
        }
    }

    /// Takes note of a redirect; false when there were too many in a row.
    func redirected(to url: String) -> Bool {
        state.withLock { state in
            state.redirects += 1
            guard state.redirects <= Self.redirectLimit else { return false }
            state.redirect = url
            return true
        }
    }

    /// Takes note of a failed try; true when every candidate has failed since the last success, so that it is time to
    /// wait.
    func failed() -> Bool {
        state.withLock { state in
            (state.redirect, state.redirects) = (nil, 0)
            state.index += 1
            state.failures += 1
            return state.candidates.count < 2 || state.failures % state.candidates.count == 0
        }
    }

    /// Takes note of a subscription: the next try begins with the same master.
    func succeeded() {
        state.withLock { ($0.redirects, $0.failures) = (0, 0) }
    }

    private func url(of master: MasterInfo) -> String {
        let host = master.ip.isEmpty || scheme == "https" && !master.hostname.isEmpty ? master.hostname : master.ip
        return "\(scheme)://\(host):\(master.port)"
    }

    /// The base URL a `Location` field names: `//host:port/…`, or absolute; nil for a path or other scheme.
    static func baseURL(location: String, scheme: String) -> String? {
        var rest = location[...]
        var scheme = scheme
        if !rest.hasPrefix("//") {
            guard let colon = rest.firstRange(of: "://") else { return nil }
            scheme = String(rest[..<colon.lowerBound])
            guard scheme == "http" || scheme == "https" else { return nil }
            rest = rest[rest.index(after: colon.lowerBound)...]
        }
        let authority = rest.dropFirst(2).prefix { !"/?#".contains($0) }
        return authority.isEmpty ? nil : "\(scheme)://\(authority)"
    }
}
