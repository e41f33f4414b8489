internal import AccessControl
internal import HTTPTransport
internal import MasterCore
internal import NIOConcurrencyHelpers

/// Reads of the state: many equal ones at once are answered by one rendering (upstream's cache of batched requests).
///
/// Whoever asks sees all that was acknowledged before. So a read joins others that still wait for their view of the
/// core, or a rendering of the very state that the core is in; otherwise a new one is made. At most `limit` are made at
/// the same time, and reads that wait meanwhile wait together. What people may see differs, so `filter` is part of what
/// makes reads equal.
final class StateReads: Sendable {
    /// What is asked for, and for whom.
    struct Key: Hashable, Sendable {
        let document: StateDocument
        let filter: ViewFilter
    }

    private struct Weak { weak var rendering: Rendering? }

    private struct State {
        var waiting: [Key: [CheckedContinuation<Rendering, any Error>]] = [:]
        var queue: [Key] = []
        var known: [Key: Weak] = [:]
        var running = 0
        var hits: UInt64 = 0
    }

    typealias Taking = @Sendable () async throws -> MasterState
    typealias Planning = @Sendable (StateDocument, ViewFilter, MasterState) throws -> RenderPlan

    private let state = NIOLockedValueBox(State())
    private let limit: Int
    private let take: Taking
    private let plan: Planning

    /// Makes reads of what `take` gives, a state between two events of the core, rendered as `plan` says.
    init(limit: Int = 2, take: @escaping Taking, plan: @escaping Planning) {
        (self.limit, self.take, self.plan) = (limit, take, plan)
    }

    /// How many reads were answered by what was rendered for another.
    var hits: UInt64 { state.withLockedValue { $0.hits } }

    /// How many reads wait for their view of the core.
    var waiting: Int { state.withLockedValue { $0.waiting.values.reduce(0) { $0 + $1.count } } }

    /// The rendering of a document; it may not be finished.
    func rendering(_ document: StateDocument, for filter: ViewFilter) async throws -> Rendering {
        let key = Key(document: document, filter: filter)
        return try await withCheckedThrowingContinuation { continuation in
            state.withLockedValue { state in
                if state.waiting[key] == nil {
                    state.queue.append(key)
                } else {
                    state.hits += 1
                }
                state.waiting[key, default: []].append(continuation)
            }
            advance()
        }
    }

    /// Begins with the next that waits if there is room.
    private func advance() {
        let next = state.withLockedValue { state -> (Key, [CheckedContinuation<Rendering, any Error>])? in
            guard state.running < limit, !state.queue.isEmpty else { return nil }
            let key = state.queue.removeFirst()
            state.running += 1
            return (key, state.waiting.removeValue(forKey: key) ?? [])
        }
        guard let (key, readers) = next else { return }
        Task { await self.begin(key, readers) }
    }

    private func begin(_ key: Key, _ readers: [CheckedContinuation<Rendering, any Error>]) async {
        do {
            let view = try await take()
            let known = state.withLockedValue { state -> Rendering? in
                guard let rendering = state.known[key]?.rendering, rendering.revision == view.revision else {
                    return nil
                }
                state.hits += 1
                return rendering
            }
            if let known {
                end()
                return readers.forEach { $0.resume(returning: known) }
            }
            let plan = try plan(key.document, key.filter, view)
            let rendering = Rendering(plan, revision: view.revision)
            state.withLockedValue { state in
                state.known = state.known.filter { $0.value.rendering != nil }
                state.known[key] = Weak(rendering: rendering)
            }
            if plan.weight <= RenderPlan.smallWeight {
                rendering.renderAll()
                end()
            } else {
                rendering.start { self.end() }
            }
            readers.forEach { $0.resume(returning: rendering) }
        } catch {
            end()
            readers.forEach { $0.resume(throwing: error) }
        }
    }

    private func end() {
        state.withLockedValue { $0.running -= 1 }
        advance()
    }
}

extension StateReads {
    /// Documents up to this size go out as one body with a length; larger ones in chunks.
    private static let bodyLimit = 256 << 10

    /// Answers with JSON for the v0 endpoints, `jsonp` included.
    func answer(
        _ document: StateDocument, for filter: ViewFilter, to request: HTTPRequest
    ) async throws -> HTTPResponse {
        let rendering = try await rendering(document, for: filter)
        if Self.wantsGzip(request) { await rendering.finished() }
        if let bytes = rendering.bytes(upTo: Self.wantsGzip(request) ? .max : Self.bodyLimit) {
            return .json(bytes, for: request)
        }
        guard let callback = request.query["jsonp"], !callback.isEmpty else {
            return .stream(rendering.stream(), as: .json)
        }
        let stream = rendering.stream(prefix: Array("\(callback)(".utf8), suffix: Array(");".utf8))
        return HTTPResponse(.ok, headers: ["Content-Type": "text/javascript"], body: .stream(stream))
    }

    /// Answers an operator's call.
    func answer(
        _ document: StateDocument, for filter: ViewFilter, to request: HTTPRequest, as type: MediaType
    ) async throws -> HTTPResponse {
        let rendering = try await rendering(document, for: filter)
        if Self.wantsGzip(request) { await rendering.finished() }
        if let bytes = rendering.bytes(upTo: Self.wantsGzip(request) ? .max : Self.bodyLimit) {
            return .message(bytes, as: type)
        }
        return .stream(rendering.stream(), as: type)
    }

    private static func wantsGzip(_ request: HTTPRequest) -> Bool {
        request.headers.list("accept-encoding").contains { $0.lowercased().contains("gzip") }
    }
}
