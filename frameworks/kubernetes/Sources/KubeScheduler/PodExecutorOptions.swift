internal import ClusterBase
public import ClusterModel
internal import KubeModel

/// What the executor on each agent is started with.
///
/// Its command line is built here and nowhere else: the program, `km executor` (or `executor` alone for a program that
/// is called `km`), then of the flags below those that have a value. The scheduler's core adds what differs from agent
/// to agent, such as `--hostname-override`.
///
/// | Flag | From |
/// |---|---|
/// | `--api-servers` | `apiServers`, comma-separated |
/// | `--cluster-dns`, `--cluster-domain` | `clusterDNS`, `clusterDomain` |
/// | `--run-proxy`, `--proxy-mode` | `runsProxy`, `proxyMode` |
/// | `--suicide-timeout` | `suicideTimeout`; nothing to do for so long ends the executor |
/// | any other | `passedThrough`, as given to the scheduler |
public struct PodExecutorOptions: Hashable, Sendable {
    /// Where agents get the program from.
    public var program = ExecutorProgram.served
    /// The API servers as executors reach them, `host:port` or URLs; never empty when pods are to run.
    public var apiServers: [String] = []
    /// `--cluster-dns`: the address of the cluster's DNS service; nil leaves pods with their host's servers.
    public var clusterDNS: String?
    /// `--cluster-domain`.
    public var clusterDomain = "cluster.local"
    /// `--run-proxy`: whether executors lead service addresses to pods.
    public var runsProxy = true
    /// `--proxy-mode`; nil = the executor's own default.
    public var proxyMode: String?
    /// `--executor-suicide-timeout`; nil = the executor's own default.
    public var suicideTimeout: Duration?
    /// Further flags with their values, in order: names with dashes.
    public var passedThrough: [Flag] = []
    /// Further things that agents fetch into the executor's sandbox (`--mesos-sandbox-overlay`, `--dockercfg-path`).
    public var fetched: [CommandInfo.URI] = []

    /// One flag of a command line.
    public struct Flag: Hashable, Sendable {
        /// Its name, with dashes.
        public var name: String
        /// Its value.
        public var value: String

        /// Makes a flag.
        public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }

        var argument: String { "--\(name)=\(value)" }
    }

    /// Makes options with the defaults.
    public init() {}

    /// The command that starts the executor on any agent.
    ///
    /// - Parameter server: `http://host:port` of this scheduler, for a program that is served.
    func command(servedAt server: String) -> CommandInfo {
        let (program, uris): (String, [CommandInfo.URI]) =
            switch self.program {
            case .path(let path): (path, [])
            case .uri(let uri): (Self.fetchedProgram, [Self.executable(uri)])
            case .served: (Self.fetchedProgram, [Self.executable(server + SchedulerRoutes.programPath)])
            }
        let words = program.split(separator: "/").last == "km" ? ["executor"] : ["km", "executor"]
        return CommandInfo(
            value: program, isShell: false, arguments: [program] + words + flags.map(\.argument), uris: uris + fetched)
    }

    private var flags: [Flag] {
        var flags = [Flag("api-servers", apiServers.joined(separator: ","))]
        if let clusterDNS { flags.append(Flag("cluster-dns", clusterDNS)) }
        flags.append(Flag("cluster-domain", clusterDomain))
        flags.append(Flag("run-proxy", "\(runsProxy)"))
        if let proxyMode { flags.append(Flag("proxy-mode", proxyMode)) }
        if let suicideTimeout { flags.append(Flag("suicide-timeout", Self.text(suicideTimeout))) }
        return flags + passedThrough
    }

    private static let fetchedProgram = "./km"

    private static func executable(_ uri: String) -> CommandInfo.URI {
        CommandInfo.URI(uri, isExecutable: true, extracts: false, outputFile: "km")
    }

    private static func text(_ duration: Duration) -> String { GoDuration.text(nanoseconds: duration.totalNanoseconds) }
}
