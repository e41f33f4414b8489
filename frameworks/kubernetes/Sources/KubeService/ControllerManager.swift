public import Logging
public import ServiceLifecycle

/// The controllers that need no node, as a service: namespace life cycle, garbage collection, endpoints.
///
/// One of several managers leads at a time, by a lease. `run` returns at graceful shutdown, having given the lease back;
/// it throws when the lease is lost, as upstream's process exits: start it again to compete anew.
public actor ControllerManager: Service {
    private let configuration: ControllerManagerConfiguration
    private let logger: Logger

    /// Makes a manager that is not running.
    public init(_ configuration: ControllerManagerConfiguration, logger: Logger) {
        (self.configuration, self.logger) = (configuration, logger)
    }

    /// Runs until graceful shutdown or cancellation.
    public func run() async throws {}
}
