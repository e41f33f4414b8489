internal import KubeletCore
internal import NIOCore
internal import NIOPosix

/// Tries whether a TCP port takes connections.
enum TCPProber {
    /// Connects and closes again.
    static func connect(host: String, port: Int, timeout: Duration) async -> ProbeOutcome {
        let place = authority(host, port)
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(timeout))
        do {
            let channel = try await bootstrap.connect(host: host, port: port).get()
            try? await channel.close()
            return .success
        } catch is ChannelError {
            return .failure("dial tcp \(place): i/o timeout")
        } catch let error as NIOConnectionError {
            guard let first = error.connectionErrors.first else {
                return .failure("dial tcp: lookup \(host): no such host")
            }
            if first.error is ChannelError { return .failure("dial tcp \(place): i/o timeout") }
            return .failure(dialled(place, words(first.error)))
        } catch {
            return .failure(dialled(place, words(error)))
        }
    }

    /// `host:port`, with brackets where the host has colons.
    static func authority(_ host: String, _ port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// The words for a connection that could not be made.
    static func dialled(_ place: String, _ cause: String) -> String {
        let address = place.contains(":") ? place : place + ":80"
        let known = ["refused", "route to host", "unreachable", "reset"]
        let lower = cause.lowercased()
        guard known.contains(where: { lower.contains($0) }) else { return cause }
        return "dial tcp \(address): connect: \(lower)"
    }

    private static func words(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        // The library's text is `NAME: WORDS (errno: N)`.
        let text = error.description
        for word in ["Connection refused", "No route to host", "Network is unreachable", "Connection reset by peer"]
        where text.contains(word) { return word }
        return text
    }
}
