internal import KubeModel
internal import KubeStreams
internal import KubeletCore

/// Leads the node's streams to the runtime: names become ids of runs.
struct KubeletRuntime: NodeRuntime {
    let kubelet: Kubelet
    let runtime: any PodRuntime

    func check(_ container: ContainerReference) async throws(NodeError) {
        let pod = try await find(container)
        if container.container.isEmpty {
            _ = try pod.sandbox()
        } else {
            _ = try pod.running(container.container)
        }
    }

    func exec(
        _ container: ContainerReference, command: [String], _ session: CommandSession
    ) async -> CommandOutcome {
        do throws(NodeError) {
            let run = try await find(container).running(container.container)
            return await runtime.exec(run.id, command, session)
        } catch {
            return .failed(error.text)
        }
    }

    func attach(_ container: ContainerReference, _ session: CommandSession) async -> CommandOutcome {
        do throws(NodeError) {
            let run = try await find(container).running(container.container)
            return await runtime.attach(run.id, session)
        } catch {
            return .failed(error.text)
        }
    }

    func forward(_ pod: ContainerReference, _ connection: ForwardedConnection) async -> String? {
        do throws(NodeError) {
            let sandbox = try await find(pod).sandbox()
            return await runtime.forward(sandbox.id, connection)
        } catch {
            return error.text
        }
    }

    func log(
        _ container: ContainerReference, _ options: LogOptions, write: @escaping @Sendable ([UInt8]) async -> Bool
    ) async throws(NodeError) {
        guard let pod = await kubelet.nodePod(container) else {
            throw .notFound("pod \"\(container.pod)\" does not exist")
        }
        let id = try pod.logged(container.container, previous: options.previous)
        do throws(RuntimeFailure) { try await runtime.log(id, options, write: write) } catch {
            throw error.kind == .notFound ? .notFound(error.message) : .runtime(error.message)
        }
    }

    private func find(_ reference: ContainerReference) async throws(NodeError) -> NodePod {
        guard let pod = await kubelet.nodePod(reference) else { throw .notFound("pod does not exist") }
        return pod
    }
}

extension NodeError {
    /// What people are told.
    var text: String {
        switch self {
        case .notFound(let text), .badRequest(let text), .runtime(let text): text
        }
    }
}
