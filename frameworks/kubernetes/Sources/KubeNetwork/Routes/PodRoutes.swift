internal import ClusterBase
public import KubeClient
public import KubeModel
internal import KubeNetworkCore
public import Logging

/// Makes pods of other nodes reachable by their own addresses: a route to each node's range, and rules that let
/// traffic between pods pass unchanged.
///
/// Nodes are neighbours when their address lies within a network that this host has an address in; only those get a
/// route. One process keeps the routes of a network namespace; another waits until the first ends, then takes over. It
/// needs the right to write routes and rules (root), `ip` and `iptables`. Routes of others are left alone.
public actor PodRoutes {
    private static let retryDelay = Duration.seconds(1)

    private let configuration: PodRoutesConfiguration
    private let logger: Logger
    private let table = RouteTable()
    private let writer = RuleWriter()
    private let pace = Pacemaker()
    private var plan: PodRoutePlan
    private var owner: NetworkOwner?
    private var isSynchronised = false
    private var running: Task<Void, any Error>?
    /// The rules as they were last written; nil when that is not known.
    private var written: RuleFrame?
    private var lastComplaint = ""

    /// The ways to other nodes that there are to be, as `range via gateway`, in order of range.
    public private(set) var routes: [String] = []

    /// Makes one that does nothing yet.
    ///
    /// Throws `ClusterError` `invalidArgument` for settings that cannot be (the field is named).
    public init(_ configuration: PodRoutesConfiguration, logger: Logger) throws {
        guard !configuration.podCIDR.base.isV6 else {
            throw ClusterError(.invalidArgument, "must be a range of version 4", field: "podCIDR")
        }
        guard (0...31).contains(configuration.masqueradeBit) else {
            throw ClusterError(.invalidArgument, "must be 0 to 31", field: "masqueradeBit")
        }
        guard configuration.syncPeriod > .zero else {
            throw ClusterError(.invalidArgument, "must be positive", field: "syncPeriod")
        }
        (self.configuration, self.logger) = (configuration, logger)
        plan = PodRoutePlan(nodeName: configuration.nodeName, podCIDR: configuration.podCIDR)
    }

    /// Whether this one owns the routes of its network namespace; others wait.
    public var isOwner: Bool { owner != nil }

    /// Follows nodes at the API server and keeps routes to them, until cancelled or closed.
    ///
    /// To be called once; routes stay when it ends, until `close(removing:)`.
    public func run(client: KubeClient) async throws {
        let nodes = Informer(client, .nodes, trim: { $0["status", "images"] = nil }, logger: logger)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                await nodes.run { news in
                    switch news {
                    case .changed(let deltas): await self.take(nodes: deltas)
                    case .synchronised: await self.synchronised()
                    }
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
        precondition(running == nil, "routes are kept once")
        let task = Task { try await self.work() }
        running = task
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Takes news of nodes.
    public func take(nodes: [ObjectDelta]) {
        if plan.apply(nodes), isSynchronised { pace.signal() }
    }

    /// The nodes are all known: from now on routes are written.
    public func synchronised() {
        guard !isSynchronised else { return }
        isSynchronised = true
        pace.signal()
    }

    /// Ends `run`; routes and rules stay, or are taken away.
    ///
    /// - Parameter removing: takes away routes and rules, unless another process waits to take them over.
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
    }

    private func work() async throws {
        let owner = try await NetworkOwner.acquire("routes", directory: configuration.lockDirectory)
        self.owner = owner
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

    private func step() async {
        do {
            let addresses = try await table.addresses()
            let wanted = plan.routes(own: Set(addresses.map(\.address)), segments: addresses.map(\.segment))
            routes = wanted.map { "\($0.range) via \($0.gateway)" }
            let present = try await table.routes()
            let complaint = try await table.change(
                remove: present.filter { !wanted.contains($0) }, add: wanted.filter { !present.contains($0) })
            complain(complaint ?? "")
            try await writeRules(wanted)
        } catch {
            written = nil
            if pace.hasEnded || Task.isCancelled { return }
            complain("\(error)")
            try? await Task.sleep(for: Self.retryDelay)
            pace.signal()
        }
    }

    private func writeRules(_ routes: [PodRoute]) async throws {
        let frame = PodRules.frame(
            routes, podCIDR: configuration.podCIDR, masqueradeBit: configuration.masqueradeBit)
        let listing = try await writer.listing([frame], chains: false)
        guard written != frame || !frame.isInPlace(listing) else { return }
        var program = RuleProgram(frame)
        try await writer.write(program.everything(listing: listing))
        written = frame
    }

    /// Says what is wrong, once until it is something else.
    private func complain(_ complaint: String) {
        if !complaint.isEmpty, complaint != lastComplaint {
            logger.warning("routes to other nodes' pods are not complete", metadata: ["error": "\(complaint)"])
        }
        lastComplaint = complaint
    }

    private func removeEverything() async {
        do {
            _ = try await table.change(remove: try await table.routes(), add: [])
            let frame = PodRules.frame([], podCIDR: configuration.podCIDR, masqueradeBit: configuration.masqueradeBit)
            let listing = try await writer.listing([frame], chains: true)
            try await writer.write(frame.removal(listing: listing))
            routes = []
        } catch {
            logger.error("routes to other nodes' pods were not taken away", metadata: ["error": "\(error)"])
        }
    }
}
