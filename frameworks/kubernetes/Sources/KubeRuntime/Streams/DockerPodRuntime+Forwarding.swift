internal import ClusterBase
internal import Containers
public import KubeStreams
internal import Synchronization

extension DockerPodRuntime {
    /// How long the client's direction may be silent once the pod has ended its own.
    private static let farewell = Duration.milliseconds(500)

    /// Joins a connection to a port of a sandbox; see `PodRuntime`.
    public func forward(_ sandbox: String, _ connection: ForwardedConnection) async -> String? {
        let pod: ByteConnection
        do {
            let state = try await engine.inspect(sandbox)["State"]
            guard state?["Running"]?.bool == true, let pid = state?["Pid"]?.integer else {
                return "error forwarding port \(connection.port) to pod \(sandbox): the sandbox does not run"
            }
            pod = try await HostProcess(pid: Int32(clamping: pid), container: sandbox).connect(port: connection.port)
        } catch {
            let words = (error as? ClusterError)?.message ?? "\(error)"
            return "error forwarding port \(connection.port) to pod \(sandbox): \(words)"
        }
        await join(connection.data, pod)
        pod.close()
        return nil
    }

    /// Passes bytes both ways, each direction with its own end.
    ///
    /// A pod that has ended its direction has often closed its socket, which cannot be told apart; so the client's
    /// direction then only goes on while there is something to send.
    private func join(_ client: ByteStream, _ pod: ByteConnection) async {
        let sent = SentTraffic()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while let bytes = await client.read() {
                    sent.count()
                    guard (try? await pod.write(bytes)) != nil else { break }
                }
                if !Task.isCancelled { await pod.finishWriting() }
                sent.end()
            }
            while let bytes = await pod.read() {
                guard (try? await client.write(bytes)) != nil else {
                    pod.close()
                    break
                }
            }
            await client.finishWriting()
            var last = -1
            while let count = sent.countUnlessEnded, count != last, !Task.isCancelled {
                last = count
                // In steps, so that the usual answer, the client's own end, is seen at once.
                for _ in 0..<50 where sent.countUnlessEnded != nil { try? await Task.sleep(for: Self.farewell / 50) }
            }
            group.cancelAll()
        }
    }
}

/// How far the client's direction of a forwarded connection has come.
private final class SentTraffic: Sendable {
    private let state = Mutex((isEnded: false, count: 0))

    /// How many pieces were sent; nil once there are no more.
    var countUnlessEnded: Int? { state.withLock { $0.isEnded ? nil : $0.count } }

    /// A piece was sent.
    func count() { state.withLock { $0.count += 1 } }

    /// No more will be sent.
    func end() { state.withLock { $0.isEnded = true } }
}
