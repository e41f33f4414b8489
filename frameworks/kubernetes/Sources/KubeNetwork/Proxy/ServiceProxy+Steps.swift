internal import ClusterBase
internal import KubeModel
internal import KubeNetworkCore
internal import Logging
internal import NIOPosix

extension ServiceProxy {
    /// Writing everything may take no more than this part of the time.
    private static let leastIdleness = 20
    private static let longestPatience = Duration.seconds(30)

    /// Writes what has changed, or everything when its time has come; a failure is tried again.
    func step() async {
        if patience > .zero, await pause(patience) == false { return }
        let names = map.takeChanges()
        for name in names { await prepare(name) }
        guard let (update, isEverything) = await nextUpdate() else { return }
        let began = ContinuousClock.now
        do {
            try await writer.write(update)
            written(update, isEverything: isEverything, took: ContinuousClock.now - began)
        } catch {
            failed(error)
            return
        }
        await closeForgottenPortals()
        await forgetStaleFlows()
        let rest = configuration.minSyncPeriod - (ContinuousClock.now - began)
        if rest > .zero { _ = await pause(rest) }
    }

    /// What is to be written now; nil when there is nothing, or it cannot be found out.
    private func nextUpdate() async -> (RuleUpdate, isEverything: Bool)? {
        let isTime = ContinuousClock.now >= nextLook
        guard needsEverything || isTime else {
            let update = program.changes()
            return update.isEmpty ? nil : (update, false)
        }
        do {
            var listing = try await writer.listing([program.frame], chains: needsEverything)
            if !needsEverything, !program.frame.isInPlace(listing) {
                counted.repairs += 1
                logger.warning("somebody has changed what leads to the rules of services; writing them anew")
                listing = try await writer.listing([program.frame], chains: true)
            }
            return (program.everything(listing: listing), true)
        } catch {
            failed(error)
            return nil
        }
    }

    private func written(_ update: RuleUpdate, isEverything: Bool, took duration: Duration) {
        counted.lastTouched = update.writtenChains + update.removedChains
        counted.lastDuration = duration
        counted.lastFailure = nil
        patience = .zero
        if isEverything {
            needsEverything = false
            counted.resyncs += 1
            // A little early, for the timer that asks is never exactly on time.
            nextLook = ContinuousClock.now + max(configuration.syncPeriod * 9 / 10, duration * Self.leastIdleness)
        } else {
            counted.changes += 1
        }
    }

    private func failed(_ error: any Error) {
        needsEverything = true
        if pace.hasEnded || Task.isCancelled { return }
        counted.failures += 1
        counted.lastFailure = "\(error)"
        patience = min(Self.longestPatience, max(.milliseconds(500), patience * 2))
        logger.error("the rules of services were not written", metadata: ["error": "\(error)"])
        pace.signal()
    }

    /// Waits; false when the proxy was ended meanwhile.
    private func pause(_ duration: Duration) async -> Bool {
        try? await Task.sleep(for: duration)
        return !pace.hasEnded && !Task.isCancelled
    }

    /// Brings rules and sockets of a port in line with what is known of it.
    private func prepare(_ name: ServicePortName) async {
        let port = map[name]
        let endpoints = map.endpoints(of: name)
        switch configuration.mode {
        case .iptables:
            stale.note(name, port, endpoints)
            holdPorts(port, name)
            program.set(port.map { KernelRules.rules(for: $0, endpoints, settings) }, for: name)
        case .userspace:
            program.set(await portalRules(name, port, endpoints), for: name)
        }
    }

    private func holdPorts(_ port: ServicePort?, _ name: ServicePortName) {
        var places: [PortHolder.Place] = []
        if let port, port.transport != .sctp, let number = port.nodePort {
            places.append(PortHolder.Place(port: number, transport: port.transport))
        }
        for place in holder.hold(places, for: name) {
            logger.error(
                "a node port is in use by another program; its rules are written all the same",
                metadata: ["service": "\(name)", "port": "\(place.port)/\(place.transport)"])
        }
        if !places.isEmpty, !system.set("net/ipv4/conf/all/route_localnet", "1", restores: true) {
            logger.warning("node ports do not answer at the host's loopback addresses (route_localnet)")
        }
    }

    /// Lets the kernel forget exchanges that would go on past the rules.
    private func forgetStaleFlows() async {
        guard !stale.isEmpty else { return }
        let flows = stale
        stale.clear()
        do {
            let count = try await NIOThreadPool.singleton.runIfActive { try FlowTable.forget(flows.isStale) }
            if count > 0 { logger.debug("UDP exchanges were ended", metadata: ["count": "\(count)"]) }
        } catch {
            logger.warning("UDP exchanges past the rules may go on", metadata: ["error": "\(error)"])
        }
    }
}
