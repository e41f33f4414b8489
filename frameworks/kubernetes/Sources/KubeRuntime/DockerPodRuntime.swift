internal import ClusterBase
internal import Containers
internal import HTTPTransport
public import KubeNode
public import Logging

/// Sandboxes and containers of pods in a Docker engine, through its socket (decisions D10, D21).
///
/// Names and labels are those of spec `kubernetes/04` §4.10, so that another kubelet finds its way. The engine keeps
/// everything; this keeps only what it has read of containers that do not change any more. The engine may come and go:
/// while it is away every call throws `.unavailable`.
public final class DockerPodRuntime: PodRuntime {
    let engine: DockerEngineClient
    let options: DockerPodOptions
    let logger: Logger
    let records = EngineRecords()
    let pause: PauseImage
    /// Starts cost the engine a process each and more: a hundred at once would only make every one of them late.
    let starts = Turns(8)

    /// Makes a runtime; the engine need not answer yet.
    ///
    /// Throws without an owner: every kubelet's containers would be taken for this node's.
    public init(_ options: DockerPodOptions, logger: Logger) throws(RuntimeFailure) {
        guard !options.owner.isEmpty else { throw RuntimeFailure(.other, "owner: at least one label is required") }
        var settings = HTTPClientConfiguration()
        // A connection for each log that is followed and each container that is being stopped.
        settings.connectionsPerHost = 1_024
        do {
            engine = DockerEngineClient(socket: options.socket, http: try HTTPClientPool(settings, logger: logger))
        } catch {
            throw RuntimeFailure(.other, "\(error)")
        }
        (self.options, self.logger) = (options, logger)
        pause = PauseImage(engine)
    }

    /// What the engine is; see `PodRuntime`.
    public func version() async throws(RuntimeFailure) -> RuntimeVersion {
        try await asking {
            let version = try await engine.version()
            let number = version["Version"]?.string ?? ""
            let system = try await records.operatingSystem(of: number) {
                try await engine.info()["OperatingSystem"]?.string ?? version["Os"]?.string ?? ""
            }
            let ranges = try await engine.inspectNetwork("bridge")?["IPAM"]?["Config"]?.array ?? []
            // An engine may have an IPv6 range beside it.
            let range = ranges.first { $0["Subnet"]?.string?.contains(".") == true }
            let subnet = range?["Subnet"]?.string ?? ""
            return RuntimeVersion(
                version: number, operatingSystem: system, bridgeSubnet: subnet,
                bridgeAddress: range?["Gateway"]?.string ?? DockerPodRuntime.firstAddress(of: subnet))
        }
    }

    /// The first address of a subnet, which the engine gives its bridge when it is not told otherwise.
    static func firstAddress(of subnet: String) -> String {
        let numbers = subnet.prefix { $0 != "/" }.split(separator: ".").compactMap { UInt8($0) }
        guard numbers.count == 4, numbers[3] < 255 else { return "" }
        return "\(numbers[0]).\(numbers[1]).\(numbers[2]).\(numbers[3] + 1)"
    }
}
