internal import ClusterBase
public import KubeClient
public import KubeModel
internal import KubeNetworkCore
public import Logging
internal import NIOPosix

/// Makes the addresses of services lead to their endpoints, in the network namespace of this process.
///
/// One proxy programs a namespace; another in the same namespace waits until the first ends, then takes over. It needs
/// the right to write rules (root) and `iptables`, of whichever kind the system has.
public actor ServiceProxy {
    /// The jumps by which packets come to the rules of any service proxy.
    private static let entrances = ["KUBE-SERVICES", "KUBE-PORTALS-CONTAINER"].map {
        RuleJump(.nat, "PREROUTING", to: $0, match: "")
    }

    let configuration: ServiceProxyConfiguration
    let logger: Logger
    let writer = RuleWriter()
    let pace = Pacemaker()
    var map: ServiceMap
    var settings: RuleSettings
    var program: RuleProgram
    var system = SystemSettings()
    var holder = PortHolder()
    var portals: [ServicePortName: Portal] = [:]
    /// Sockets that are closed once no rule leads to them.
    var forgotten: [Portal.Socket] = []
    var stale = StaleFlows()
    /// What `figures` tells.
    var counted = ProxyFigures()
    /// All rules are to be written, whatever changed.
    var needsEverything = true
    /// When the rules are looked at next, changed or not.
    var nextLook = ContinuousClock.now
    /// The last writing failed: how long to wait before the next.
    var patience = Duration.zero
    private var owner: NetworkOwner?
    private var isSynchronised = false
    private var running: Task<Void, any Error>?

    /// Makes a proxy that does nothing yet.
    ///
    /// Throws `ClusterError` `invalidArgument` for settings that cannot be (the field is named).
    public init(_ configuration: ServiceProxyConfiguration, logger: Logger) throws {
        try configuration.check()
        (self.configuration, self.logger) = (configuration, logger)
        map = ServiceMap(nodeName: configuration.nodeName, overrides: configuration.overrides)
        settings = configuration.ruleSettings
        program = RuleProgram(configuration.frame(settings))
    }

    /// What the proxy has done so far.
    public var figures: ProxyFigures {
        var figures = counted
        (figures.isOwner, figures.ports, figures.chains) = (owner != nil, map.count, program.chainCount)
        return figures
    }

    /// Follows services and endpoints at the API server and proxies them, until cancelled or closed.
    ///
    /// To be called once; rules stay when it ends, until `close(removing:)`. Throws `ClusterError` `conflict` when
    /// another program's service proxy has written its rules here, and `system` when this process may not write rules.
    public func run(client: KubeClient) async throws {
        let services = Informer(client, .services, logger: logger)
        let endpoints = Informer(client, .endpoints, logger: logger)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            defer { group.cancelAll() }
            let pending = Latch(2) { await self.synchronised() }
            group.addTask {
                await services.run { news in
                    if case .changed(let deltas) = news { await self.take(services: deltas) }
                    if case .synchronised = news { await pending.arrive("services") }
                }
                return false
            }
            group.addTask {
                await endpoints.run { news in
                    if case .changed(let deltas) = news { await self.take(endpoints: deltas) }
                    if case .synchronised = news { await pending.arrive("endpoints") }
                }
                return false
            }
            group.addTask {
                try await self.run()
                return true
            }
            while let isEnd = try await group.next() { if isEnd { return } }
        }
    }

    /// As `run(client:)`, with what `take` is told in place of an API server.
    public func run() async throws {
        precondition(running == nil, "a proxy runs once")
        let task = Task { try await self.work() }
        running = task
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Takes news of services.
    public func take(services: [ObjectDelta]) {
        map.apply(services: services)
        if isSynchronised { pace.signal() }
    }

    /// Takes news of endpoints.
    public func take(endpoints: [ObjectDelta]) {
        map.apply(endpoints: endpoints)
        if isSynchronised { pace.signal() }
    }

    /// Services and endpoints are all known: from now on rules are written.
    public func synchronised() {
        guard !isSynchronised else { return }
        isSynchronised = true
        pace.signal()
    }

    /// Ends `run` and the proxy's sockets; the rules stay, or are taken away.
    ///
    /// - Parameter removing: takes away rules, chains and settings, unless another proxy waits to take them over.
    public func close(removing: Bool) async {
        pace.end()
        running?.cancel()
        _ = await running?.result
        if let owner {
            // A task of its own: the caller's may have been cancelled.
            if removing, !owner.hasSuccessor { await Task { await removeEverything() }.value }
            owner.release()
        }
        owner = nil
        holder.releaseAll()
        await closePortals()
    }

    private func work() async throws {
        let owner = try await NetworkOwner.acquire("proxy", directory: configuration.lockDirectory)
        do { try await begin() } catch {
            owner.release()
            throw error
        }
        self.owner = owner
        logger.info("proxying services", metadata: ["mode": "\(configuration.mode)"])
        let timer = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: configuration.syncPeriod)
                pace.signal()
            }
        }
        defer { timer.cancel() }
        await pace.run {
            guard self.isSynchronised else { return }
            await self.step()
        }
        try Task.checkCancellation()
    }

    /// Looks at what is there before anything is written, and takes away what a proxy of the other mode left.
    private func begin() async throws {
        settings.picksRandomPorts = try await RuleWriter.picksRandomPorts()
        let frame = configuration.frame(settings)
        let other = configuration.otherFrame(settings)
        let listing = try await writer.listing([frame, other], chains: true)
        let isOurs = listing.contains(RuleFrame.proxyMark)
        let isProgrammed = Self.entrances.contains { listing.state(of: $0) != .absent }
        if isProgrammed && !isOurs {
            throw ClusterError(
                .conflict,
                "another service proxy has written its rules here (nat chains KUBE-SERVICES or KUBE-PORTALS-CONTAINER);"
                    + " end it and take its rules away (kube-proxy --cleanup) first")
        }
        if isOurs { try await writer.write(other.removal(listing: listing)) }
        program = RuleProgram(frame)
        if !system.set("net/ipv4/ip_forward", "1", restores: false) {
            throw ClusterError(.system, "cannot switch on forwarding (net.ipv4.ip_forward)")
        }
        // Absent where the system has no bridges.
        _ = system.set("net/bridge/bridge-nf-call-iptables", "1", restores: false)
    }

    private func removeEverything() async {
        do {
            let listing = try await writer.listing([program.frame], chains: true)
            try await writer.write(program.frame.removal(listing: listing))
            system.restore()
        } catch {
            logger.error("the rules of services were not taken away", metadata: ["error": "\(error)"])
        }
    }
}

/// Waits for several things to be known, each told as often as it likes.
private actor Latch {
    private let count: Int
    private let open: @Sendable () async -> Void
    private var arrived: Set<String> = []

    init(_ count: Int, open: @escaping @Sendable () async -> Void) { (self.count, self.open) = (count, open) }

    func arrive(_ name: String) async {
        if arrived.insert(name).inserted, arrived.count == count { await open() }
    }
}
