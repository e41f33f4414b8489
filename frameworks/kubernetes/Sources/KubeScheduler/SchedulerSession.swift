internal import ClusterBase
internal import ClusterModel
internal import FrameworkSDK
internal import HTTPTransport
internal import KubeClient
internal import KubeCore
internal import KubeModel
internal import KubeScheduling
internal import Logging

/// One life of the framework while this scheduler leads: a core that begins with nothing, what feeds it, and what
/// carries out its wishes.
struct SchedulerSession: Sendable {
    /// Who events say they come from.
    private static let component = "default-scheduler"

    let driver: SchedulingDriver
    private let configuration: SchedulerConfiguration
    private let client: KubeClient
    private let record: FrameworkRecord
    private let link: SchedulerClient
    private let recorder: EventRecorder
    private let kinds: [ResourceKind]
    private let services: PoolServices
    private let logger: Logger

    /// Whether the framework's id outlives this process.
    private var keepsID: Bool { configuration.failoverTimeout > .zero }

    /// Learns from the API server what there is: the framework's id, and which kinds are served; waits for it.
    static func open(
        _ configuration: SchedulerConfiguration, _ place: PublicAddress, logger: Logger
    ) async throws -> SchedulerSession {
        let client = try KubeClient(configuration.client)
        do {
            let record = FrameworkRecord(client: client, frameworkName: configuration.frameworkName)
            let kinds = try await persist("read the API's kinds", logger) { try await Self.served(client) }
            var id = try await persist("read the framework id", logger) { try await record.read() }
            if configuration.failoverTimeout <= .zero, let old = id {
                try await persist("forget the framework id", logger) { try await record.forget(old) }
                id = nil
            }
            return SchedulerSession(configuration, place, client, record, id, kinds, logger)
        } catch {
            await client.shutdown()
            throw error
        }
    }

    private init(
        _ configuration: SchedulerConfiguration, _ place: PublicAddress, _ client: KubeClient,
        _ record: FrameworkRecord, _ id: FrameworkID?, _ kinds: [ResourceKind], _ logger: Logger
    ) {
        (self.configuration, self.client, self.record) = (configuration, client, record)
        (self.kinds, self.logger) = (kinds, logger)
        var connection = configuration.connection
        connection.credential = configuration.credential ?? connection.credential
        link = SchedulerClient(
            framework: configuration.framework(id: id, servedAt: place.url), master: configuration.master,
            options: connection, logger: logger)
        recorder = EventRecorder(client: client, component: Self.component, host: "", logger: logger)
        var settings = configuration.scheduling
        settings.executor.command = configuration.executor.command(servedAt: place.url)
        driver = SchedulingDriver(
            core: PodScheduler(settings, seed: .random(in: 0 ... .max)), kinds: kinds, link: link, client: client,
            writes: configuration.writes, recorder: recorder, logger: logger)
        services = PoolServices(
            client: client, location: place.location,
            clusterDNS: configuration.keepsDNSService ? configuration.executor.clusterDNS : nil, logger: logger)
    }

    /// Schedules until cancelled; tells `ready` once the master has taken the framework in and all objects are known.
    ///
    /// Throws `SchedulerFailure` when the master ends the framework, its id forgotten where it was removed, and
    /// `ClusterError` `conflict` when another framework's id turns up.
    func run(_ ready: @escaping @Sendable () async -> Void) async throws {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await link.run() }
                group.addTask { try await readSignals(ready) }
                group.addTask { await driver.write() }
                group.addTask { await recorder.run() }
                group.addTask { try await services.run() }
                group.addTask { try await compareID() }
                group.addTask { try await follow(ready) }
                try await group.next()
            }
        } catch let error as FrameworkRecord.Conflict {
            throw ClusterError(.conflict, "\(error)")
        } catch let failure as SchedulerFailure {
            if case .removed = failure, let id = link.frameworkID {
                try await Self.persist("forget the framework id", logger) { try await record.forget(id) }
            }
            throw failure
        }
    }

    /// Ends what `open` began.
    func close() async {
        await driver.stop()
        recorder.finish()
        await client.shutdown()
    }

    // MARK: The master

    /// Feeds the driver; the framework's id is kept before anything is done as that framework.
    private func readSignals(_ ready: @Sendable () async -> Void) async throws {
        for await signal in link.signals {
            if case .event(.subscribed(let id, _, _)) = signal, keepsID {
                try await keep(id)
            }
            await driver.take(signal)
            if case .event(.subscribed) = signal, await driver.isReady { await ready() }
        }
        // The link ends with the reason.
        try await Task.sleep(for: .seconds(1 << 40))
    }

    /// Keeps an id; also when this scheduler is asked to end meanwhile, or nobody would go on with that framework.
    private func keep(_ id: FrameworkID) async throws {
        do {
            try await Self.persist("keep the framework id", logger) { try await record.keep(id) }
        } catch let error where Task.isCancelled {
            _ = await Task { try? await record.keep(id) }.value
            throw error
        }
    }

    /// Compares the kept id with the own one now and then, and puts it back when somebody removed it.
    private func compareID() async throws {
        while true {
            try await Task.sleep(for: configuration.frameworkIDInterval)
            guard keepsID, let id = link.frameworkID else { continue }
            do { try await record.keep(id) } catch let error as FrameworkRecord.Conflict { throw error } catch {
                logger.debug("the framework id was not compared", metadata: ["error": "\(error)"])
            }
        }
    }

    // MARK: The API server

    /// Informers, until cancelled.
    private func follow(_ ready: @escaping @Sendable () async -> Void) async throws {
        await withDiscardingTaskGroup { group in
            for kind in kinds {
                let informer = Informer(client, kind, logger: logger)
                group.addTask {
                    await informer.run { news in
                        switch news {
                        case .changed(let deltas): await driver.observe(deltas, of: kind)
                        case .synchronised:
                            await driver.synchronised(kind)
                            if await driver.isReady { await ready() }
                        }
                    }
                }
            }
        }
        try Task.checkCancellation()
    }

    /// Those of the core's kinds that the API server has.
    private static func served(_ client: KubeClient) async throws -> [ResourceKind] {
        var found: [ResourceKind] = []
        for version in Set(PodScheduler.kinds.map(\.groupVersion)).sorted(by: { "\($0)" < "\($1)" }) {
            let root = version.group.isEmpty ? "/api/" : "/apis/"
            let list = KubeObject(try await client.send(.get, root + version.description)) ?? KubeObject()
            let names = Set(list.list("resources").compactMap { KubeObject($0)?.text("name") })
            found += PodScheduler.kinds.filter { $0.groupVersion == version && names.contains($0.plural) }
        }
        return found
    }

    /// Tries until it succeeds, as long as nothing is wrong but that the API server is away.
    private static func persist<Value: Sendable>(
        _ what: String, _ logger: Logger, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        var level = Logger.Level.notice
        var pause = Duration.milliseconds(50)
        while true {
            do { return try await body() } catch let error where !(error is FrameworkRecord.Conflict) {
                try Task.checkCancellation()
                let words = (error as? APIError)?.message ?? "\(error)"
                logger.log(level: level, "trying again", metadata: ["to": "\(what)", "error": "\(words)"])
                level = .debug
                try await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(2))
            }
        }
    }
}
