internal import ClusterBase
internal import KubeClient
internal import KubeCore
internal import KubeModel
internal import Logging
internal import Synchronization

/// Keeps this node's Node object: makes it, follows it, and writes its status when something has changed.
///
/// Nothing is read periodically: a watch on the one object tells what others write to it.
actor NodeKeeper {
    private let configuration: KubeletConfiguration
    private let client: KubeClient
    private let runtime: any PodRuntime
    private let clock: KubeletClock
    private let events: EventRecorder
    private let logger: Logger
    private let informer: Informer
    private let signal = Signal()
    private var description: NodeDescription
    private var pressure: NodePressure
    private var conditions = NodeConditions(problem: "container runtime status check may not have completed yet")
    private var reported: [String: Bool] = [:]
    private var lastReport: Instant?
    private var lastImages: Instant?
    private var isSynchronised = false
    private let isLeaving = Mutex(false)
    private var hasRegistered = false

    init(
        _ configuration: KubeletConfiguration, client: KubeClient, runtime: any PodRuntime, clock: KubeletClock,
        events: EventRecorder, logger: Logger
    ) {
        (self.configuration, self.client, self.runtime) = (configuration, client, runtime)
        (self.clock, self.events, self.logger) = (clock, events, logger)
        informer = Informer(
            client, .nodes, selection: ObjectSelection(fields: "metadata.name=" + configuration.nodeName),
            logger: logger)
        description = NodeDescription(configuration: configuration, facts: facts)
        pressure = NodePressure(configuration.pressure)
    }

    /// The Node as last heard of.
    nonisolated var node: KubeObject? { informer[ObjectKey(configuration.nodeName)] }
    /// The Node as long as its lease is to be kept.
    private nonisolated var leaseOwner: KubeObject? { isLeaving.withLock { $0 } ? nil : node }
    /// What this machine is.
    nonisolated let facts = MachineFacts.read()
    /// What the node has left now.
    nonisolated var sample: NodeSample {
        configuration.meter?() ?? NodeSample.read(configuration.rootDirectory)
    }
    /// Whether the engine answered at the last look.
    var hasEngine: Bool { conditions.problem == nil }

    /// Works until cancelled.
    func run() async {
        note("Starting", "Starting kubelet.")
        await withDiscardingTaskGroup { group in
            group.addTask {
                await self.informer.run { await self.take($0) }
            }
            group.addTask { await self.keepStatus() }
            group.addTask { await NodeLease(self.configuration, self.client, self.clock).run { self.leaseOwner } }
        }
    }

    /// Looks at what is short now; the status follows.
    func measure() -> NodePressure {
        let before = pressure.acute
        pressure.take(sample, now: clock.steady())
        if pressure.acute != before { signal.raise() }
        return pressure
    }

    /// Looks at the engine and the status soon.
    nonisolated func wake() { signal.raise() }

    /// Deletes the Node and its lease.
    func leave() async {
        isLeaving.withLock { $0 = true }
        if let uid = node?.uid {
            _ = try? await client.delete(.nodes, ObjectKey(configuration.nodeName), DeletionRequest(uid: uid))
        }
        _ = try? await client.delete(.leases, NodeLease.key(configuration.nodeName))
    }

    private func take(_ news: Informer.News) {
        switch news {
        case .synchronised: isSynchronised = true
        case .changed(let deltas):
            for delta in deltas {
                guard case .changed(let new, let old) = delta else { continue }
                let isOff = new.flag("spec", "unschedulable")
                if isOff != old.flag("spec", "unschedulable") {
                    note(isOff ? "NodeNotSchedulable" : "NodeSchedulable")
                }
            }
        }
        signal.raise()
    }

    private func keepStatus() async {
        var failures = 0
        while !Task.isCancelled {
            await look()
            let pause: Duration
            do {
                if isSynchronised, !isLeaving.withLock({ $0 }) { try await write() }
                failures = 0
                pause = configuration.heartbeat.statusPeriod
            } catch {
                if Task.isCancelled { return }
                let isRefused = (error as? APIError)?.code == 422
                logger.log(
                    level: isRefused ? .error : .debug, "the node was not written", metadata: ["error": "\(error)"])
                failures += 1
                pause = min(.seconds(7), .milliseconds(100) * (1 << min(failures, 7)))
            }
            await signal.wait(atMost: pause, clock: clock)
        }
    }

    /// Takes a look at the machine.
    private func look() async {
        let now = clock.steady()
        pressure.take(sample, now: now)
        conditions.hasMemoryPressure = pressure.isShort(of: .memory)
        conditions.hasDiskPressure = pressure.isShort(of: .disk)
        do throws(RuntimeFailure) {
            description.engine = try await runtime.version()
            conditions.problem = nil
            if lastImages.map({ $0 + configuration.heartbeat.reportPeriod <= now }) ?? true {
                description.images = try await runtime.images().sorted {
                    ($1.sizeBytes, $0.id) < ($0.sizeBytes, $1.id)
                }
                lastImages = now
            }
        } catch {
            conditions.problem = "container runtime is down: \(error.message)"
        }
    }

    /// Brings the API's object up to date, when it is not or it is time.
    private func write() async throws {
        let now = clock.steady()
        guard let node else { return try await register() }
        guard hasRegistered else { return try await reconcile(node) }
        let isDue = lastReport.map { $0 + configuration.heartbeat.reportPeriod <= now } ?? true
        guard isDue || isOutdated(node) else { return }
        var status = description.status
        status["conditions"] = .array(conditions.trees(before: node.list("status", "conditions"), now: clock.time()))
        // A merge by keys leaves conditions of others alone.
        let patch: JSONValue = ["metadata": ["uid": .string(node.uid)], "status": .object(status)]
        do {
            _ = try await client.patch(.nodes, node.key, .strategic, patch, subresource: "status")
        } catch let error as APIError where error.code == 409 || error.code == 404 {
            // It was made anew meanwhile; the watch tells.
            return
        }
        lastReport = now
        tellConditions()
    }

    private func register() async throws {
        guard description.engine != nil || conditions.problem != nil else { return }
        var object = description.object
        object["status", "conditions"] = .array(conditions.trees(before: [], now: clock.time()))
        do {
            _ = try await client.create(.nodes, object)
        } catch let error as APIError where error.code == 409 {
            return
        }
        hasRegistered = true
        lastReport = nil
    }

    /// Takes over the object that an earlier process made.
    private func reconcile(_ node: KubeObject) async throws {
        let wanted = description.object
        let (block, had) = (wanted.text("spec", "podCIDR"), node.text("spec", "podCIDR"))
        if !block.isEmpty, !had.isEmpty, block != had {
            // The API lets nobody change it, and routes depend on it.
            try await client.delete(.nodes, node.key, DeletionRequest(uid: node.uid))
            return
        }
        var patch = KubeObject(["metadata": ["uid": .string(node.uid)]])
        for part in ["labels", "annotations"] {
            for (key, value) in wanted.strings("metadata", part) where node["metadata", part, key]?.string != value {
                patch["metadata", part, key] = .string(value)
            }
        }
        // A label of ours that nobody gives any more.
        for (key, _) in node.labels where key.hasPrefix(PoolNames.attributePrefix) {
            if description.labels[key] == nil { patch["metadata", "labels", key] = .null }
        }
        if had.isEmpty, !block.isEmpty { patch["spec"] = wanted["spec"] }
        if patch["spec"] != nil || patch.metadata.count > 1 {
            _ = try await client.patch(.nodes, node.key, .merge, patch.value)
        }
        let (before, boot) = (node.text("status", "nodeInfo", "bootID"), description.facts.bootID)
        if !before.isEmpty, before != boot {
            note("Rebooted", "Node \(node.name) has been rebooted, boot id: \(boot)", .warning)
        }
        hasRegistered = true
        lastReport = nil
        signal.raise()
    }

    /// Whether the API's object says something else than what is so.
    private func isOutdated(_ node: KubeObject) -> Bool {
        for (field, value) in description.status where node["status", field] != value {
            // Empty lists are not stored.
            if value != .array([]) || node["status", field] != nil { return true }
        }
        let known = node.list("status", "conditions")
        return conditions.all.contains { condition in
            guard let old = known.first(where: { $0["type"]?.string == condition.type }) else { return true }
            return old["status"]?.string != (condition.isTrue ? "True" : "False")
                || old["reason"]?.string != condition.reason || old["message"]?.string != condition.message
        }
    }

    private func tellConditions() {
        for condition in conditions.all {
            let before = reported.updateValue(condition.isTrue, forKey: condition.type)
            if before != condition.isTrue, let event = condition.event { note(event) }
        }
    }

    private func note(
        _ reason: String, _ message: String? = nil, _ severity: EventNote.Severity = .normal
    ) {
        var node = KubeObject(["kind": "Node"])
        // Clients look for a node's events under its name in place of the uid.
        (node.name, node.uid) = (configuration.nodeName, configuration.nodeName)
        let text = message ?? "Node \(configuration.nodeName) status is now: \(reason)"
        events.record(EventNote(node, severity, reason: reason, text))
    }
}
