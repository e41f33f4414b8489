import ClusterBase
import Foundation
import HTTPTransport
import TestSupport
import Testing

/// What takes several hosts, one test after the other: each fills the machine.
@Suite(.serialized, .enabled(if: TestHosts.isAvailable), .timeLimit(.minutes(20))) enum Pool {}

/// A pool of several hosts whose parts are killed and started again.
final class FaultyPool {
    let hosts: TestHosts
    let scope: TestScope
    private let flags: [String]
    private(set) var server: KubernetesServer
    private var master: ChildProcess
    private var agents: [ChildProcess]

    init(_ pool: PodPool, flags: [String]) {
        (hosts, scope, server) = (pool.hosts, pool.scope, pool.server)
        (master, agents, self.flags) = (pool.master, pool.agents, flags)
    }

    static func start(hosts: Int = 3, flags: [String] = [], in scope: TestScope) async throws -> FaultyPool {
        let pool = try await PodPool.start(
            hosts: hosts, in: scope, images: [StandInImage("nginx", .web([80])), StandInImage("busybox", .shell)],
            kubernetes: flags)
        return FaultyPool(pool, flags: flags)
    }

    // MARK: Kubernetes

    /// What `kubectl` prints; throws when it fails.
    @discardableResult
    func kubectl(_ arguments: String..., within timeout: Duration = .seconds(120)) async throws
        -> KubernetesServer.Output
    {
        let output = try await server.kubectl(arguments, within: timeout)
        guard output.status.isSuccess else { throw TestError("kubectl \(arguments): \(output.errors)") }
        return output
    }

    func create(_ manifest: String) async throws {
        let name = "manifest-\(UInt32.random(in: 0 ... .max)).yaml"
        try await kubectl("create", "-f", try scope.directory.write(manifest, to: name))
    }

    /// A controller whose pods answer HTTP with their names.
    static func controller(_ name: String, replicas: Int, cpu: String = "50m") -> String {
        """
        apiVersion: v1
        kind: ReplicationController
        metadata: {name: \(name)}
        spec:
          replicas: \(replicas)
          selector: {app: \(name)}
          template:
            metadata: {labels: {app: \(name)}}
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - {name: web, image: nginx, imagePullPolicy: IfNotPresent, ports: [{containerPort: 80}],
                 resources: {limits: {cpu: \(cpu), memory: 32Mi}}}
        """
    }

    /// A pod as the API tells it.
    struct Pod: Hashable {
        var name: String
        var uid: String
        var node: String
        var phase: String
        var isReady: Bool
        var containerID: String
        var restarts: Int64
        var address: String

        init(_ tree: JSONValue) {
            let status = tree["status"]?["containerStatuses"]?[0]
            name = tree["metadata"]?["name"]?.string ?? ""
            uid = tree["metadata"]?["uid"]?.string ?? ""
            node = tree["spec"]?["nodeName"]?.string ?? ""
            phase = tree["status"]?["phase"]?.string ?? ""
            address = tree["status"]?["podIP"]?.string ?? ""
            isReady = status?["ready"]?.bool ?? false
            containerID = status?["containerID"]?.string ?? ""
            restarts = status?["restartCount"]?.integer ?? -1
        }
    }

    func pods(_ app: String) async throws -> [Pod] {
        let list = try await kubectl("get", "pods", "-l", "app=\(app)", "-o", "json").json
        return (list["items"]?.array ?? []).map { Pod($0) }.sorted { $0.name < $1.name }
    }

    /// Waits until so many pods of an app are ready, and returns those.
    @discardableResult
    func ready(
        _ app: String, _ count: Int, notOn lost: String = "", within timeout: Duration = .seconds(120)
    ) async throws -> [Pod] {
        do {
            return try await eventually("\(count) pods of \(app)", within: timeout, every: .milliseconds(200)) {
                let ready = try? await pods(app).filter { $0.isReady && $0.phase == "Running" && $0.node != lost }
                return ready?.count == count ? ready : nil
            }
        } catch {
            throw TestError("\(error)\n\(try await kubectl("get", "pods,nodes", "-o", "wide").text)")
        }
    }

    /// The pods' containers that run on all hosts: pod uid by container, sandboxes left out.
    func runningContainers() async throws -> [(uid: String, id: String)] {
        var found: [(String, String)] = []
        for host in hosts.hosts {
            let list = try JSONValue(parsing: try await host.engine.call(.get, "/containers/json"))
            for container in list.array ?? [] {
                guard container["Labels"]?["io.kubernetes.docker.type"]?.string == "container",
                    let uid = container["Labels"]?["io.kubernetes.pod.uid"]?.string,
                    let id = container["Id"]?.string
                else { continue }
                found.append((uid, id))
            }
        }
        return found
    }

    /// Everything of this pool's that the engines have, running or not.
    func containerCount() async throws -> Int {
        var count = 0
        for host in hosts.hosts {
            count +=
                try JSONValue(parsing: try await host.engine.call(.get, "/containers/json?all=1")).array?.count ?? 0
        }
        return count
    }

    // MARK: Faults

    /// What is killed, without a chance to say farewell.
    enum Victim: CaseIterable { case executor, agent, kubernetes, master }

    func kill(_ victim: Victim, host: Int = 1) async throws {
        switch victim {
        case .executor: try await killExecutor(host)
        case .agent:
            try await agents[host].kill()
            agents[host] = try PodPool.startAgent(host, hosts, scope)
        case .kubernetes:
            try await server.process.kill()
            server = try await PodPool.startKubernetes(hosts, scope, flags)
        case .master:
            try await master.kill()
            master = try PodPool.startMaster(hosts, scope)
        }
    }

    /// Kills the executor of a host, once there is one.
    func killExecutor(_ host: Int) async throws {
        let pid = try await eventually("an executor on host \(host)") { try? executor(host) }
        Foundation.kill(pid, SIGKILL)
    }

    /// The process of the executor on a host: the program itself, not what supervises it.
    func executor(_ host: Int) throws -> Int32 {
        let node = "--hostname-override=\(hosts.hosts[host].name)"
        for entry in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
            guard let pid = Int32(entry), let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else {
                continue
            }
            let words = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            let isExecutor = words.dropFirst().prefix(2).contains("executor")
            if isExecutor, words.contains(where: { $0.replacing("_", with: "-") == node.replacing("_", with: "-") }) {
                return pid
            }
        }
        throw TestError("no executor on host \(host)")
    }
}
