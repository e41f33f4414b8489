internal import ClusterBase
internal import Foundation
internal import HTTPTransport

/// Hosts on one segment: each a network namespace with a Docker engine of its own, joined by a switch in another one.
///
/// Pods' routes between the hosts are the product's to make. Nothing leads out of the segment: what goes elsewhere is
/// refused at the switch. There, too, is the registry that the engines take for the public one.
public final class TestHosts: Sendable {
    /// One of the hosts.
    public struct Host: Sendable {
        /// Its name, `kube-node-1` and so on.
        public let name: String
        /// Its address on the segment.
        public let address: String
        /// The addresses of its containers, as a range.
        public let podRange: String
        /// Where its programs run.
        public let namespace: NetworkNamespace
        /// Its engine.
        public let engine: DockerEngine
        fileprivate let port: String
    }

    /// The hosts.
    public let hosts: [Host]
    private let segment: NetworkNamespace
    private let scope: TestScope

    private static let gateway = "10.77.0.254"
    private static let registry = "10.77.0.254:5000"

    private init(_ hosts: [Host], _ segment: NetworkNamespace, _ scope: TestScope) {
        (self.hosts, self.segment, self.scope) = (hosts, segment, scope)
    }

    /// Whether hosts can be made here.
    public static var isAvailable: Bool { getuid() == 0 && DockerEngine.executable("dockerd") != nil }

    /// Makes hosts whose engines have images at hand; all of it goes with the scope.
    public static func start(_ count: Int, in scope: TestScope, images: [StandInImage] = StandInImage.all) async throws
        -> TestHosts
    {
        let segment = try await NetworkNamespace.create("switch", in: scope)
        // What nobody on the segment has is refused, instead of swallowed: clients give up at once.
        try await segment.shell(
            """
            ip link add name bridge type bridge
            ip address add \(gateway)/24 dev bridge
            ip link set bridge up
            ip route add prohibit default
            echo 1 > /proc/sys/net/ipv4/ip_forward
            echo 0 > /proc/sys/net/ipv4/icmp_ratelimit
            # Names outside: the switch has the resolvers' addresses, but none of them there, and says so each time.
            for resolver in $(sed -n "s/^nameserver *//p" /etc/resolv.conf); do
                case $resolver in 127.*|*:*) ;; *) ip address add $resolver/32 dev bridge ;; esac
            done
            """, in: scope)
        async let served: Void = serveImages(in: segment, scope)
        let hosts = try await withThrowingTaskGroup(of: Host.self) { group in
            for number in 1...count { group.addTask { try await join(number, segment, scope) } }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.name < $1.name }
        }
        try await served
        try await publish(images, hosts, scope)
        return TestHosts(hosts, segment, scope)
    }

    private static func join(_ number: Int, _ segment: NetworkNamespace, _ scope: TestScope) async throws -> Host {
        let namespace = try await NetworkNamespace.create("host\(number)", in: scope)
        let (address, port) = ("10.77.0.\(number)", "port\(number)")
        try await segment.shell(
            """
            ip link add \(port) type veth peer name eth0 netns \(namespace.name)
            ip link set \(port) master bridge up
            """, in: scope)
        try await namespace.shell(
            """
            ip address add \(address)/24 dev eth0
            ip link set eth0 up
            ip route add default via \(gateway)
            """, in: scope)
        let engine = try await DockerEngine.start(
            in: namespace, scope, name: "docker\(number)",
            arguments: [
                "--bip", "10.244.\(number).1/24", "--registry-mirror", "http://\(registry)", "--insecure-registry",
                registry,
            ])
        return Host(
            name: "kube-node-\(number)", address: address, podRange: "10.244.\(number).0/24", namespace: namespace,
            engine: engine, port: port)
    }

    // MARK: Images

    private static func serveImages(in segment: NetworkNamespace, _ scope: TestScope) async throws {
        guard let program = DockerEngine.executable("docker-registry") else {
            throw TestError("docker-registry is not installed")
        }
        let file = try scope.directory.write(
            """
            version: 0.1
            storage: {filesystem: {rootdirectory: \(scope.directory.path)/registry}}
            http: {addr: "\(registry)"}
            log: {level: error}
            """, to: "registry.yml")
        let process = try segment.start(program, ["serve", file], in: scope, name: "registry")
        try await eventually("the registry answers") {
            guard process.isRunning else { throw TestError("the registry ended: \(process.tails)") }
            let asked = try? await segment.shell("curl -sf http://\(registry)/v2/", in: scope)
            return asked != nil
        }
    }

    /// Makes the images in the first engine and puts them into the registry; those of other registries go to each
    /// engine.
    private static func publish(_ images: [StandInImage], _ hosts: [Host], _ scope: TestScope) async throws {
        guard let first = hosts.first else { return }
        let root = try await StandInImage.root(in: scope)
        for (changes, ofRole) in Dictionary(grouping: images, by: \.changes) {
            let query =
                "fromSrc=-&repo=stand-in&tag=\(ofRole[0].parts.tag)"
                + changes.map { "&changes=" + PercentCoding.encode($0) }.joined()
            for host in hosts {
                let isFirst = host.name == first.name
                guard isFirst || ofRole.contains(where: { $0.mirrored == nil }) else { continue }
                let made = try JSONValue(
                    parsing: try await host.engine.call(.post, "/images/create?" + query, body: root))
                guard let id = made["status"]?.string else { throw TestError("no image: \(made)") }
                for image in ofRole {
                    let (repository, tag) = image.parts
                    if let mirrored = image.mirrored {
                        guard isFirst else { continue }
                        let name = "\(registry)/\(mirrored)"
                        try await host.engine.call(.post, "/images/\(id)/tag?repo=\(name)&tag=\(tag)")
                        try await host.engine.push(name, tag: tag)
                    } else {
                        try await host.engine.call(.post, "/images/\(id)/tag?repo=\(repository)&tag=\(tag)")
                    }
                }
            }
        }
    }

    // MARK: Faults

    /// Takes a host off the segment, or puts it back.
    public func connect(_ host: Host, _ isConnected: Bool) async throws {
        try await segment.shell("ip link set \(host.port) \(isConnected ? "up" : "down")", in: scope)
    }
}
