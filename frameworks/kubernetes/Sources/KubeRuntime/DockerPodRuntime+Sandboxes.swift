internal import ClusterBase
internal import Containers
internal import KubeModel
internal import Logging
public import KubeNode
public import KubeletCore

extension DockerPodRuntime {
    /// Makes and starts a sandbox; see `PodRuntime`.
    public func startSandbox(_ config: SandboxConfig) async throws(RuntimeFailure) -> RuntimeSandbox {
        let named = config.image.isEmpty ? options.sandboxImage : config.image
        let request = EngineRequest(config, image: named.isEmpty ? PauseImage.name : named, options: options)
        return try await asking {
            let id = try await createSandbox(request, isOwnImage: named.isEmpty)
            do {
                try await starts.take { try await engine.start(id) }
                let document = try await engine.inspect(id)
                let networks = document["NetworkSettings"]?["Networks"]?.object
                reflect(document, config)
                let address = networks?.lazy.compactMap { $0.value["IPAddress"]?.string }.first { !$0.isEmpty }
                return RuntimeSandbox(
                    id: id, attempt: config.attempt, isReady: document["State"]?["Running"]?.bool ?? false,
                    createdAt: document["Created"]?.string.flatMap(KubeTime.parse) ?? UnixTime(seconds: 0),
                    address: address ?? "", usesHostNetwork: config.usesHostNetwork)
            } catch {
                // A sandbox that could not start holds its name and its ports for nothing.
                await regardless { [engine] in try? await engine.remove(id) }
                throw error
            }
        }
    }

    /// Lets a pod reach itself by its services' addresses. The engine's bridge does not send back to a port what came
    /// from it, and packets whose address was translated to one of the bridge's own are bridged, not routed.
    private func reflect(_ document: JSONValue, _ config: SandboxConfig) {
        guard !config.usesHostNetwork, let pid = document["State"]?["Pid"]?.integer, pid > 0 else { return }
        do throws(ClusterError) { try HostProcess.reflect(Int32(pid)) } catch {
            logger.notice(
                "a pod cannot reach itself by its services", metadata: ["pod": "\(config.key)", "error": "\(error)"])
        }
    }

    /// Creates the container; its image is provided when the engine says that it has none.
    private func createSandbox(_ request: EngineRequest, isOwnImage: Bool) async throws -> String {
        do {
            return try await create(request)
        } catch let error as ClusterError where error.code == .notFound {
            if isOwnImage { try await pause.provide() } else { try await pull(request.image, credentials: []) }
            return try await create(request)
        }
    }

    /// Ends a sandbox at once; see `PodRuntime`.
    public func stopSandbox(_ id: String) async throws(RuntimeFailure) {
        try await asking { _ = try await engine.kill(id, signal: "SIGKILL") }
    }

    /// Removes a sandbox; see `PodRuntime`.
    public func removeSandbox(_ id: String) async throws(RuntimeFailure) { try await removeContainer(id) }
}
