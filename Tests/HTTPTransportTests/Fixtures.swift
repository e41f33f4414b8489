import HTTPTransport
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Runs a body against a server on a free port and stops the server, also on failure.
func withServer<Result>(
    _ routes: [Route], fallback: RouteHandler? = nil, interceptor: (any RequestInterceptor)? = nil,
    configure: (inout HTTPServerConfiguration) -> Void = { _ in },
    _ body: (HTTPServer, BoundAddress) async throws -> Result
) async throws -> Result {
    var configuration = HTTPServerConfiguration()
    configuration.stopTimeout = .seconds(2)
    configure(&configuration)
    let service = HTTPService(routes: routes, fallback: fallback, interceptor: interceptor)
    let server = HTTPServer(configuration, service: service, logger: quiet)
    let address = try await server.start()
    do {
        let result = try await body(server, address)
        await server.stop()
        return result
    } catch {
        await server.stop()
        throw error
    }
}

/// A client of the pool, shut down at the end.
func withClient<Result>(
    _ configuration: HTTPClientConfiguration = HTTPClientConfiguration(),
    _ body: (HTTPClientPool) async throws -> Result
) async throws -> Result {
    let client = try HTTPClientPool(configuration)
    do {
        let result = try await body(client)
        await client.shutdown()
        return result
    } catch {
        await client.shutdown()
        throw error
    }
}

/// A value that somebody waits for; waiting fails after some seconds.
final class Awaited<Value: Sendable>: Sendable {
    struct TimedOut: Error {}

    private let promise: EventLoopPromise<Value>
    private let isSet = NIOLockedValueBox(0)

    init() { promise = MultiThreadedEventLoopGroup.singleton.any().makePromise() }

    deinit { promise.fail(TimedOut()) }

    /// How often it was set.
    var count: Int { isSet.withLockedValue { $0 } }

    func set(_ value: Value) {
        isSet.withLockedValue { $0 += 1 }
        promise.succeed(value)
    }

    func value(_ seconds: Int64 = 10) async throws -> Value {
        let timer = promise.futureResult.eventLoop.scheduleTask(in: .seconds(seconds)) { self.promise.fail(TimedOut()) }
        defer { timer.cancel() }
        return try await promise.futureResult.get()
    }
}

/// A list that grows from any thread, and can be waited for.
final class Collected<Element: Sendable>: Sendable {
    private let state = NIOLockedValueBox<([Element], [(Int, Awaited<[Element]>)])>(([], []))

    var all: [Element] { state.withLockedValue { $0.0 } }

    func add(_ element: Element) {
        let due = state.withLockedValue { state in
            state.0.append(element)
            let (elements, count) = (state.0, state.0.count)
            defer { state.1.removeAll { $0.0 <= count } }
            return state.1.filter { $0.0 <= count }.map { ($0.1, elements) }
        }
        for (awaited, elements) in due { awaited.set(elements) }
    }

    /// Waits until there are so many.
    func first(_ count: Int) async throws -> [Element] {
        let awaited = Awaited<[Element]>()
        let ready = state.withLockedValue { state -> [Element]? in
            if state.0.count >= count { return state.0 }
            state.1.append((count, awaited))
            return nil
        }
        return if let ready { ready } else { try await awaited.value() }
    }
}

/// Waits until a condition holds, looking again each few milliseconds; false after some seconds.
func eventually(_ condition: () -> Bool) async -> Bool {
    for _ in 0..<2_000 {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return condition()
}
