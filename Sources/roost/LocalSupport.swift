internal import AgentService
internal import ClusterBase
internal import ClusterModel
internal import Foundation
internal import HTTPTransport
internal import KubeScheduler
internal import KubeService
internal import Logging
internal import MarathonService
internal import ServiceLifecycle

/// The ports that parts got on a work directory, kept for the next start.
final class RememberedPorts: Sendable {
    private let file: String

    init(file: String) { self.file = file }

    private var tree: JSONObject {
        guard let data = FileManager.default.contents(atPath: file) else { return [:] }
        return (try? JSONValue(parsing: Array(data)))?.object ?? [:]
    }

    func recall(_ part: String) -> Int? { tree[part]?.integer.map { Int($0) } }

    func remember(_ part: String, _ port: Int) {
        var tree = tree
        tree[part] = .integer(Int64(port))
        guard FileManager.default.createFile(atPath: file + ".tmp", contents: Data(JSONValue.object(tree).bytes)) else {
            return
        }
        rename(file + ".tmp", file)
    }
}

/// Keeps a second cluster off a work directory.
struct WorkDirectoryLock: Sendable {
    private let descriptor: Int32

    init(_ directory: String) throws {
        descriptor = open(directory + "/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw ClusterError(.system, "cannot open \(directory)/lock") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw ClusterError(.conflict, "another cluster runs on \(directory)")
        }
    }

    func release() { close(descriptor) }
}

/// Kubernetes' parts in `roost local`.
struct LocalKubernetes: Sendable {
    let service: KubernetesService
    let address: BoundAddress
    let scheduler: SchedulerService
    let schedulerAddress: BoundAddress
}

/// The file of this process's program.
enum OwnProgram {
    static func path() throws -> String {
        do { return try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") } catch {
            throw ClusterError(.system, "cannot find the program's own file: \(plainWords(of: error))")
        }
    }
}

/// The file that says where parts serve (`--ready-file`).
enum ReadyFile {
    /// Writes addresses by part, as one line of JSON; readers never see half of it.
    static func write(_ addresses: JSONObject, to path: String) throws {
        let text = JSONValue.object(addresses).text + "\n"
        try text.write(toFile: path + ".tmp", atomically: false, encoding: .utf8)
        rename(path + ".tmp", path)
    }
}

/// Says once that every part serves: in the log, and in the ready file.
struct ReadyAnnouncer: Service {
    let master: MasterInfo
    let agents: [AgentService]
    let marathon: MarathonService?
    let kubernetes: LocalKubernetes?
    let ports: RememberedPorts
    let readyFile: String?

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                try await announce()
                try await Task.sleep(for: .seconds(1 << 40))
            }
        } catch is CancellationError {
            // The cluster ends, which is no failure.
        }
    }

    private func announce() async throws {
        let base = "http://\(master.ip):"
        var object: JSONObject = ["master": .string(base + "\(master.port)")]
        object["agents"] = .array(try await registeredAgents(base).map { .string(base + "\($0)") })
        if let marathon {
            try await marathon.ready()
            if let address = await marathon.address {
                ports.remember("marathon", address.port)
                object["marathon"] = .string(base + "\(address.port)")
            }
        }
        if let kubernetes {
            try await kubernetes.scheduler.ready()
            ports.remember("kubernetes", kubernetes.address.port)
            ports.remember("scheduler", kubernetes.schedulerAddress.port)
            object["kubernetes"] = .string("http://\(kubernetes.address)")
            object["scheduler"] = .string("http://\(kubernetes.schedulerAddress)")
        }
        if let readyFile { try ReadyFile.write(object, to: readyFile) }
        Logger(label: "local").notice("ready", metadata: ["addresses": "\(JSONValue.object(object).text)"])
    }

    /// The agents' ports in order, once the master shows them all as active.
    private func registeredAgents(_ base: String) async throws -> [Int] {
        let client = try HTTPClientPool()
        do {
            while true {
                let bound = agents.compactMap { $0.address?.port }
                if bound.count == agents.count {
                    let answer = try? await client.send(ClientRequest(.get, base + "\(master.port)/slaves"))
                    let shown = answer.flatMap { try? JSONValue(parsing: $0.body) }?["slaves"]?.array ?? []
                    let active = Set(shown.filter { $0["active"]?.bool == true }.compactMap { $0["port"]?.integer })
                    if bound.allSatisfy({ active.contains(Int64($0)) }) {
                        await client.shutdown()
                        return bound
                    }
                }
                try await Task.sleep(for: .milliseconds(5))
            }
        } catch {
            await client.shutdown()
            throw error
        }
    }
}
