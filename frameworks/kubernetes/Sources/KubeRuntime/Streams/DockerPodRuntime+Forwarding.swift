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
        let traffic = Mutex((isEnded: false, count: 0))
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while let bytes = await client.read() {
                    traffic.withLock { $0.count += 1 }
                    guard (try? await pod.write(bytes)) != nil else { break }
                }
                if !Task.isCancelled { await pod.finishWriting() }
                traffic.withLock { $0.isEnded = true }
            }
            while let bytes = await pod.read() {
                guard (try? await client.write(bytes)) != nil else {
                    pod.close()
                    break
                }
            }
            await client.finishWriting()
            var last = -1
            while !Task.isCancelled {
                let count = traffic.withLock { $0.isEnded ? nil : $0.count }
                guard let count, count != last else { break }
                last = count
                // In steps, so that the usual answer, the client's own end, is seen at once.
                for _ in 0..<50 where !traffic.withLock({ $0.isEnded }) { try? await Task.sleep(for: Self.farewell / 50) }
            }
            group.cancelAll()
        }
    }
}
