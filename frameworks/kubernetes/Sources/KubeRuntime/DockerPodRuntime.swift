internal import Containers
internal import HTTPTransport
public import KubeNode
public import Logging

/// Sandboxes and containers of pods in a Docker engine, through its socket (decisions D10, D21).
///
/// Names and labels are those of spec `kubernetes/04` §4.10, so that another kubelet finds its way. The engine keeps
/// everything; this keeps only what it has read of containers that do not change any more. The engine may come and go:
/// while it is away every call throws `.unavailable`.
public final class DockerPodRuntime: Sendable {
    let engine: DockerEngineClient
    let options: DockerPodOptions
    let logger: Logger

    /// Makes a runtime; the engine need not answer yet.
    public init(_ options: DockerPodOptions, logger: Logger) throws(RuntimeFailure) {
        var settings = HTTPClientConfiguration()
        // A connection for each log that is followed and each container that is being stopped.
        settings.connectionsPerHost = 1_024
        do {
            engine = DockerEngineClient(socket: options.socket, http: try HTTPClientPool(settings, logger: logger))
        } catch {
            throw RuntimeFailure(.other, "\(error)")
        }
        (self.options, self.logger) = (options, logger)
    }
}
