import ClusterModel
import Foundation
import Logging
import TestSupport
import ZooKeeper

/// A client of the shared server and a path of the test's own; both go when the body ends.
func withZooKeeper<Result>(
    timeout: Duration = .seconds(4), credentials: ZooKeeperURL.Credentials? = nil,
    isolation: isolated (any Actor)? = #isolation, _ body: (ZooKeeperClient, String) async throws -> Result
) async throws -> Result {
    let server = try await ZooKeeperServer.shared()
    let client = ZooKeeperClient(servers: [server.address], credentials: credentials, sessionTimeout: timeout)
    let path = "/test-\(UUID().uuidString.prefix(8))"
    do {
        let result = try await body(client, path)
        try? await client.deleteAll(path)
        await client.close()
        return result
    } catch {
        await client.close()
        throw error
    }
}

/// A server of the test's own, for tests that kill or freeze it.
func withOwnServer<Result>(
    tick: Duration = .milliseconds(200), isolation: isolated (any Actor)? = #isolation,
    _ body: (ZooKeeperServer) async throws -> Result
) async throws -> Result {
    let server = try ZooKeeperServer(tick: tick)
    defer { server.kill() }
    try await server.start()
    return try await body(server)
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// The code of the `ZooKeeperError` that the body throws; nil when it throws none.
func code(
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> some Any
) async -> ZooKeeperError.Code? {
    do {
        _ = try await body()
        return nil
    } catch {
        return (error as? ZooKeeperError)?.code ?? (error as? ZooKeeperBatchError)?.error.code
    }
}

func master(_ name: String, port: Int = 5050) -> MasterInfo {
    MasterInfo(
        id: name, ip: "10.0.0.1", port: port, hostname: name, version: "1.12.0",
        capabilities: ["AGENT_UPDATE", "AGENT_DRAINING", "QUOTA_V2"])
}

/// Reads a stream from several tests' lines: the next element within a bound.
actor StreamReader<Element: Sendable> {
    private var elements: [Element] = []
    private var failure: (any Error)?
    private var hasEnded = false
    private var task: Task<Void, Never>?

    init(_ stream: AsyncThrowingStream<Element, any Error>) async {
        task = Task { [weak self] in
            do {
                for try await element in stream { await self?.add(element) }
                await self?.end(nil)
            } catch {
                await self?.end(error)
            }
        }
    }

    deinit { task?.cancel() }

    private func add(_ element: Element) { elements.append(element) }

    private func end(_ error: (any Error)?) { (failure, hasEnded) = (error, true) }

    private func pop() throws -> Element? {
        if !elements.isEmpty { return elements.removeFirst() }
        if let failure { throw failure }
        if hasEnded { throw TestError("the stream ended") }
        return nil
    }

    /// The next element; throws what the stream throws.
    func next(within limit: Duration = .seconds(20)) async throws -> Element {
        try await eventually("next element", within: limit) { try pop() }
    }

    /// What has come and was not read.
    var unread: [Element] { elements }
}
