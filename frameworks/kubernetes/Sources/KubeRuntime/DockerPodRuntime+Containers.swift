internal import ClusterBase
internal import Containers
public import KubeNode
public import KubeletCore

extension DockerPodRuntime {
    /// Makes a container; see `PodRuntime`.
    ///
    /// A container of the same attempt and specification that an interrupted call has left is taken as it is.
    public func createContainer(_ config: ContainerConfig) async throws(RuntimeFailure) -> String {
        let request = EngineRequest(config, options: options)
        return try await asking { try await create(request) }
    }

    /// Starts it; see `PodRuntime`.
    public func startContainer(_ id: String) async throws(RuntimeFailure) {
        try await asking { try await starts.take { try await engine.start(id) } }
    }

    /// Ends it; see `PodRuntime`.
    ///
    /// The grace period is rounded up to whole seconds, as the engine counts.
    public func stopContainer(_ id: String, grace: Duration) async throws(RuntimeFailure) {
        let (seconds, rest) = grace.components
        let limit = Int(clamping: max(0, min(seconds + (rest > 0 ? 1 : 0), 1 << 30)))
        try await asking {
            do {
                try await engine.stop(id, seconds: limit)
            } catch let error as ClusterError where error.code == .notFound {}
        }
    }

    /// Removes it; see `PodRuntime`.
    public func removeContainer(_ id: String) async throws(RuntimeFailure) {
        try await asking { try await engine.remove(id) }
    }

    /// Creates a container, or takes over what an interrupted call of the same kind has left under its name.
    func create(_ request: EngineRequest) async throws -> String {
        do {
            return try await engine.create(name: request.name, request.body)
        } catch let error as ClusterError where error.code == .conflict {
            guard let left = try await leftover(request) else { return try await createAgain(request) }
            guard left.isOurs else { throw error }
            if left.isUsable { return left.id }
            try await engine.remove(left.id)
            return try await createAgain(request)
        }
    }

    private func createAgain(_ request: EngineRequest) async throws -> String {
        try await engine.create(name: request.name, request.body)
    }

    /// What has the name that a request wants; nil when it has gone meanwhile.
    private func leftover(
        _ request: EngineRequest
    ) async throws -> (id: String, isOurs: Bool, isUsable: Bool)? {
        let document: JSONValue
        do {
            document = try await engine.inspect(request.name)
        } catch let error as ClusterError where error.code == .notFound {
            return nil
        }
        guard let id = document["Id"]?.string else { return nil }
        let labels = document["Config"]?["Labels"]
        func has(_ key: String) -> Bool { labels?[key]?.string == request.labels[key] }
        let isOurs = options.owner.keys.allSatisfy(has) && has(PodLabels.podUID)
        let isContainer = request.labels[PodLabels.type] == PodLabels.container
        let isAlive = ["created", "running"].contains(document["State"]?["Status"]?.string)
        return (id, isOurs, isContainer && isAlive && has(PodLabels.hash) && has(PodLabels.sandboxID))
    }

    /// One sample of consumption; see `PodRuntime`.
    ///
    /// The network is that of the sandbox; containers have none of their own.
    public func usage(_ id: String) async throws(RuntimeFailure) -> RuntimeUsage {
        let document = try await asking { try await engine.statistics(id) }
        func number(_ value: JSONValue?) -> UInt64? { value?.integer.map { UInt64(clamping: $0) } }
        let memory = document["memory_stats"]
        let used = number(memory?["usage"]) ?? 0
        let idle = number(memory?["stats"]?["total_inactive_file"]) ?? number(memory?["stats"]?["inactive_file"]) ?? 0
        // The engine tells of the sandbox's network also where a container merely joined it.
        let isSandbox = document["name"]?.string?.hasPrefix("/k8s_\(PodLabels.sandboxName)_") == true
        let networks = isSandbox ? document["networks"]?.object : nil
        func sum(_ key: String) -> UInt64? { networks?.reduce(0) { $0 + (number($1.value[key]) ?? 0) } }
        return RuntimeUsage(
            cpuNanoseconds: number(document["cpu_stats"]?["cpu_usage"]?["total_usage"]) ?? 0, memoryBytes: used,
            workingSetBytes: used > idle ? used - idle : 0, receivedBytes: sum("rx_bytes"), sentBytes: sum("tx_bytes"))
    }
}
