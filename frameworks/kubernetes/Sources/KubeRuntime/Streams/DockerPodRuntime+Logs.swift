internal import ClusterBase
internal import Containers
internal import HTTPTransport
internal import KubeModel
public import KubeNode

extension DockerPodRuntime {
    /// Writes a container's log; see `PodRuntime`.
    public func log(
        _ id: String, _ options: LogOptions, write: @escaping @Sendable ([UInt8]) async -> Bool
    ) async throws(RuntimeFailure) {
        var query = DockerLogQuery(follows: options.follow, hasTimes: options.timestamps, tail: options.tailLines)
        if let text = options.sinceTime {
            guard let time = KubeTime.parse(text) else {
                throw RuntimeFailure(.other, "sinceTime: \"\(text)\" is no RFC 3339 time")
            }
            query.since = EngineClock.text(time)
        } else if let seconds = options.sinceSeconds {
            query.since = EngineClock.ago(seconds: seconds)
        }
        try await asking {
            let hasTerminal = try await engine.inspect(id)["Config"]?["Tty"]?.bool ?? false
            let response = try await engine.logs(id, query)
            var (demultiplexer, left) = (DockerStreamDemultiplexer(), options.limitBytes ?? .max)
            guard left > 0 else { return }
            for try await chunk in response.body {
                var bytes = hasTerminal ? chunk : demultiplexer.feed(chunk).flatMap(\.bytes)
                if bytes.isEmpty { continue }
                if bytes.count > left { bytes.removeLast(bytes.count - left) }
                left -= bytes.count
                guard await write(bytes), left > 0 else { return }
            }
            try Task.checkCancellation()
        }
    }
}
