internal import ClusterBase
internal import Foundation

/// A pool that runs pods: master and Kubernetes on the first of some hosts, an agent on each, all daemons of their own.
public struct PodPool: Sendable {
    /// The hosts; their names are those of the nodes.
    public let hosts: TestHosts
    /// The master.
    public let master: ChildProcess
    /// The agents, by host.
    public let agents: [ChildProcess]
    /// API server, controllers and scheduler.
    public let server: KubernetesServer
    /// What all of it goes with.
    public let scope: TestScope

    /// The address of the cluster's DNS service, as in the seeds.
    public static let clusterDNS = "10.254.10.2"
    /// Processors and memory for many small pods; host ports that the seeds' manifests use, beside the usual ones.
    public static let roomy = "cpus:32;mem:16384;disk:65536;ports:[80-80,443-443,9090-9090,31000-32000]"

    /// Starts one in a scope and waits until the master knows its agents.
    ///
    /// - Parameters:
    ///   - resources: what each agent offers.
    ///   - kubernetes: further flags of `roost kubernetes`.
    ///   - agent: further flags of the agent of a host.
    public static func start(
        hosts count: Int = 1, in scope: TestScope, images: [StandInImage] = StandInImage.all,
        resources: String = roomy, kubernetes: [String] = [], agent: (Int) -> [String] = { _ in [] }
    ) async throws -> PodPool {
        let hosts = try await TestHosts.start(count, in: scope, images: images)
        let master = try startMaster(hosts, scope)
        var agents: [ChildProcess] = []
        for index in hosts.hosts.indices {
            agents.append(try startAgent(index, hosts, scope, resources: resources, flags: agent(index)))
        }
        let server = try await startKubernetes(hosts, scope, kubernetes)
        let pool = PodPool(hosts: hosts, master: master, agents: agents, server: server, scope: scope)
        try await pool.awaitAgents()
        return pool
    }

    /// Starts the master, again on what an earlier one left.
    public static func startMaster(_ hosts: TestHosts, _ scope: TestScope) throws -> ChildProcess {
        let host = hosts.hosts[0]
        return try host.namespace.start(
            try Roost.binary(),
            [
                "master", "--ip=\(host.address)", "--port=5050", "--no-hostname_lookup",
                "--work_dir=\(scope.directory.path)/master",
            ], in: scope, name: "master")
    }

    /// Starts the agent of a host, again on what an earlier one left.
    public static func startAgent(
        _ index: Int, _ hosts: TestHosts, _ scope: TestScope, resources: String = roomy, hostname: String? = nil,
        flags: [String] = []
    ) throws -> ChildProcess {
        let host = hosts.hosts[index]
        return try host.namespace.start(
            try Roost.binary(),
            [
                "agent", "--master=\(hosts.hosts[0].address):5050", "--ip=\(host.address)", "--port=5051",
                "--hostname=\(hostname ?? host.name)", "--work_dir=\(scope.directory.path)/agent-\(index)",
                "--runtime_dir=\(scope.directory.path)/run-\(index)", "--docker_socket=\(host.engine.socket)",
                "--resources=\(resources)", "--attributes=rack:r\(index)",
            ] + flags, in: scope, name: "agent-\(index)")
    }

    /// Starts API server, controllers and scheduler, again on what earlier ones left.
    public static func startKubernetes(
        _ hosts: TestHosts, _ scope: TestScope, _ flags: [String] = []
    ) async throws -> KubernetesServer {
        let host = hosts.hosts[0]
        let ready = "\(scope.directory.path)/kubernetes-\(UInt32.random(in: 0 ... .max)).json"
        let binary = try Roost.binary()
        let process = try host.namespace.start(
            binary,
            [
                "kubernetes", "--address=\(host.address)", "--port=8888",
                "--work_dir=\(scope.directory.path)/kubernetes",
                "--service_cluster_ip_range=10.254.0.0/16", "--cluster_dns=\(clusterDNS)", "--km_path=\(binary)",
                "--mesos_master=\(host.address):5050", "--no-leader_elect", "--ready_file=\(ready)",
            ] + flags, in: scope, name: "kubernetes")
        try await process.waitForFile(ready)
        return KubernetesServer(
            process: process, url: "http://\(host.address):8888", scope: scope, namespace: host.namespace)
    }

    private func awaitAgents() async throws {
        let count = hosts.hosts.count
        try await eventually("\(count) agents are registered") {
            let text = try? await get("http://\(hosts.hosts[0].address):5050/slaves")
            return (try? JSONValue(parsing: text ?? ""))?["slaves"]?.array?.count == count
        }
    }

    /// Reads a page as a program on the first host does; throws when there is none.
    public func get(_ url: String, from host: Int = 0) async throws -> String {
        try await hosts.hosts[host].namespace.shell("curl -sSf -m 30 \(url)", in: scope, within: .seconds(60))
    }
}
