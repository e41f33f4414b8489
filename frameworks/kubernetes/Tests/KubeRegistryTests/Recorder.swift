internal import KubeModel
internal import KubeRegistry
internal import Synchronization
internal import TestSupport

/// Takes down what a watch delivers.
final class Recorder: Sendable {
    struct Seen: Equatable, CustomStringConvertible {
        var change: String
        var name: String
        var revision: Int64
        var description: String { "\(change) \(name)@\(revision)" }
    }

    private struct State {
        var seen: [Seen] = []
        var trees: [KubeObject] = []
        var bookmarks: [(revision: Int64, endsInitialEvents: Bool)] = []
        var end: APIError??
        var isInside = false
        var overlapped = false
    }
    private let state = Mutex(State())

    var receive: @Sendable (WatchDelivery) -> Void {
        { [self] delivery in
            state.withLock {
                $0.overlapped = $0.overlapped || $0.isInside; $0.isInside = true
            }
            take(delivery)
            state.withLock { $0.isInside = false }
        }
    }

    private func take(_ delivery: WatchDelivery) {
        switch delivery {
        case .events(let events):
            for event in events {
                guard let tree = try? event.object.tree() else { continue }
                state.withLock { state in
                    state.seen.append(
                        Seen(change: event.change.rawValue, name: tree.name, revision: event.object.revision))
                    state.trees.append(tree)
                }
            }
        case .bookmark(let revision, let ends): state.withLock { $0.bookmarks.append((revision, ends)) }
        case .ended(let error): state.withLock { $0.end = .some(error) }
        }
    }

    var seen: [Seen] { state.withLock { $0.seen } }
    /// What happened, without revisions: `ADDED w1`.
    var changes: [String] { seen.map { "\($0.change) \($0.name)" } }
    var trees: [KubeObject] { state.withLock { $0.trees } }
    var bookmarks: [(revision: Int64, endsInitialEvents: Bool)] { state.withLock { $0.bookmarks } }
    var end: APIError?? { state.withLock { $0.end } }
    /// Whether two deliveries were ever under way at a time.
    var overlapped: Bool { state.withLock { $0.overlapped } }

    /// Waits until so many events were seen.
    func wait(for count: Int) async throws {
        try await eventually("\(count) events, seen \(changes)", within: .seconds(10)) { self.seen.count >= count }
    }
}

extension World {
    /// Starts a watch into a recorder.
    func watch(
        _ path: String, from revision: String = "", _ set: (inout WatchOptions) -> Void = { _ in }
    ) async throws -> (Recorder, WatchHandle) {
        var options = WatchOptions()
        options.resourceVersion = revision
        set(&options)
        let recorder = Recorder()
        return (recorder, try await registry.watch(target(path), options, receive: recorder.receive))
    }
}
