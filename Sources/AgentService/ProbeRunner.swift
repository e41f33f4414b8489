internal import AgentCore
internal import ClusterBase
internal import ClusterModel
internal import ClusterPorts
internal import HTTPTransport
internal import NIOCore
internal import NIOPosix

/// Carries out checks and health checks: HTTP and TCP from the host's network, commands inside the container.
struct ProbeRunner: Sendable {
    /// Upper bound where a check has none of its own, so that nothing hangs for ever.
    static let longest = Duration.seconds(3600)

    let containerizer: any Containerizer
    let client: HTTPClientPool

    func run(_ request: ProbeRequest) async -> ProbeResult {
        let timeout = request.timeout ?? Self.longest
        do {
            switch request.probe {
            case .command(let command):
                return .exited(try await containerizer.execute(request.containerID, command: command, timeout: timeout))
            case .http(let scheme, let port, let path):
                let answer = try await client.send(
                    ClientRequest(
                        .get, Self.url(scheme, request.address, port, path), timeout: timeout, bodyLimit: 1 << 20))
                return .answered(status: answer.status.code)
            case .tcp(let port): return .connected(await connects(request.address, port, timeout))
            }
        } catch let error as ClusterError where error.code == .limitExceeded {
            // A long body is as good as any: the status was there.
            return .answered(status: 200)
        } catch {
            return .failed(ContainerRunner.words(error))
        }
    }

    static func url(_ scheme: String, _ address: String, _ port: Int, _ path: String) -> String {
        let host = address.contains(":") ? "[\(address)]" : address
        return "\(scheme)://\(host):\(port)\(path.hasPrefix("/") ? "" : "/")\(path)"
    }

    private func connects(_ address: String, _ port: Int, _ timeout: Duration) async -> Bool {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.nanoseconds(timeout.totalNanoseconds))
        guard let channel = try? await bootstrap.connect(host: address, port: port).get() else { return false }
        try? await channel.close().get()
        return true
    }
}
