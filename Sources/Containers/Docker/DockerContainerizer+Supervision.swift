public import ClusterBase
public import ClusterModel
public import ClusterPorts
internal import Glibc
internal import Logging

extension DockerContainerizer {
    /// A container whose output is copied and whose end is awaited from now on.
    func supervised(name: String, runtimeDirectory: String, output: DockerOutput) -> Container {
        let (engine, logger) = (engine, logger)
        let supervision = Task {
            await DockerContainerizer.supervise(name, engine: engine, output: output, logger: logger)
        }
        return Container(name: name, runtimeDirectory: runtimeDirectory, supervision: supervision)
    }

    /// Finds containers of an earlier daemon again; see `Containerizer`.
    public func recover(_ known: [RecoverableContainer]) async throws -> [ContainerID: RecoveredContainer] {
        let candidates = known.filter(\.isDocker)
        let owned = options.ownership.map { "roost.\($0.key)=\($0.value)" }.sorted()
        let labelled: [JSONValue]
        do {
            labelled = owned.isEmpty ? [] : try await engine.list(labels: owned)
        } catch let error as ClusterError where error.code == .unavailable && candidates.isEmpty {
            return [:]
        }
        var recovered: [ContainerID: RecoveredContainer] = [:]
        var names = Set<String>()
        for candidate in candidates {
            guard let (name, description) = try await find(candidate.id) else { continue }
            names.insert(name)
            if let found = try await adopt(candidate, name, description) { recovered[candidate.id] = found }
        }
        for entry in labelled {
            let own = (entry["Names"]?.array ?? []).compactMap(\.string).map { String($0.drop { $0 == "/" }) }
            guard let id = entry["Id"]?.string, !own.contains(where: names.contains) else { continue }
            logger.warning("removing an unknown container", metadata: ["name": "\(own.first ?? id)"])
            try await engine.remove(id)
        }
        return recovered
    }

    /// The engine's name and description of a container, by our name or upstream's older one with the agent's id.
    private func find(_ id: ContainerID) async throws -> (String, JSONValue)? {
        let name = DockerRunRequest.namePrefix + id.value
        do {
            return (name, try await engine.inspect(name))
        } catch let error as ClusterError where error.code == .notFound {}
        for entry in try await engine.list(labels: []) {
            for case let text? in (entry["Names"]?.array ?? []).map(\.string) {
                let other = String(text.drop { $0 == "/" })
                guard other.hasPrefix(DockerRunRequest.namePrefix), other.hasSuffix(".\(id.value)") else { continue }
                return (other, try await engine.inspect(other))
            }
        }
        return nil
    }

    private func adopt(
        _ candidate: RecoverableContainer, _ name: String, _ description: JSONValue
    ) async throws -> RecoveredContainer? {
        if description["State"]?["Status"]?.string == "created" {
            // The earlier daemon died between create and start: nothing has run.
            try await engine.remove(name)
            return nil
        }
        let output = DockerOutput(continue: candidate.runtimeDirectory, sandbox: candidate.sandbox)
        let container = supervised(name: name, runtimeDirectory: candidate.runtimeDirectory, output: output)
        containers[candidate.id] = container
        if description["State"]?["Running"]?.bool == true { return .running(DockerContainerizer.started(description)) }
        return .ended(await container.supervision.value)
    }

    /// Copies the output and waits for the end, through restarts of the engine; then says how it ended.
    static func supervise(
        _ name: String, engine: DockerEngineClient, output: DockerOutput, logger: Logger
    ) async -> ContainerTermination {
        let copy = Task { await follow(name, engine: engine, output: output, logger: logger) }
        return await withTaskCancellationHandler {
            let result = await ending(of: name, engine: engine)
            // The stream ends with the container; one that does not is not worth holding the news back for.
            let limit = Task {
                try await Task.sleep(for: .seconds(10))
                copy.cancel()
            }
            await copy.value
            limit.cancel()
            return result
        } onCancel: {
            copy.cancel()
        }
    }

    private static func ending(of name: String, engine: DockerEngineClient) async -> ContainerTermination {
        var pause = Duration.milliseconds(50)
        while !Task.isCancelled {
            do {
                let status = try await engine.wait(name)
                let description = try await engine.inspect(name)
                var isOutOfMemory = description["State"]?["OOMKilled"]?.bool == true
                if status == 137, !isOutOfMemory, description["HostConfig"]?["Memory"]?.integer ?? 0 > 0 {
                    isOutOfMemory = await hasRunOutOfMemory(name, engine: engine)
                }
                return termination(status: status, description, isOutOfMemory: isOutOfMemory)
            } catch let error as ClusterError where error.code == .notFound {
                return ContainerTermination(exit: .unknown, message: "The container was removed from the engine")
            } catch {
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(5))
            }
        }
        return ContainerTermination(exit: .unknown, message: "The agent stopped watching")
    }

    /// Looks for news of a shortage of memory that came after the end; waits half a second for them.
    private static func hasRunOutOfMemory(_ name: String, engine: DockerEngineClient) async -> Bool {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let time = Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
        for wait in [0, 0.5] {
            let isOut = try? await engine.memoryRanOut(in: name, until: time + wait)
            if isOut == true { return true }
        }
        return false
    }

    /// How a container ended, from its exit status and description.
    static func termination(status: Int64, _ description: JSONValue, isOutOfMemory: Bool) -> ContainerTermination {
        var result = ContainerTermination(exit: .exited(Int32(clamping: status)))
        let state = description["State"]
        if status != 0 { result.message = "Container exited with status \(status)" }
        if let words = state?["Error"]?.string, !words.isEmpty { result.message += ": \(words)" }
        if status != 0, isOutOfMemory {
            let limit = description["HostConfig"]?["Memory"]?.integer ?? 0
            result.limitation = .memory
            result.message =
                "Memory limit exceeded: Requested: \(limit >> 20)MB; container exited with status \(status)"
        }
        return result
    }

    /// Copies the output until the container has ended; a broken stream is taken up again.
    private static func follow(
        _ name: String, engine: DockerEngineClient, output: DockerOutput, logger: Logger
    ) async {
        var pause = Duration.milliseconds(50)
        while !Task.isCancelled {
            do {
                let description = try await engine.inspect(name)
                try await output.copy(name, from: engine, hasTerminal: description["Config"]?["Tty"]?.bool == true)
                guard try await engine.inspect(name)["State"]?["Running"]?.bool == true else { return }
            } catch let error as ClusterError where error.code == .notFound {
                return
            } catch let error as ClusterError where error.code == .invalidArgument || error.code == .system {
                logger.warning("cannot read a container's output", metadata: ["name": "\(name)", "error": "\(error)"])
                try? PosixFile.append(
                    "The container's output cannot be read: \(error)\n".utf8, to: output.sandbox + "/stderr")
                return
            } catch {}
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(5))
        }
    }
}
