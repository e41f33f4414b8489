import AgentService
import Authentication
import ClusterBase
import ClusterModel
import ClusterPorts
import Foundation
import HTTPTransport
import Logging
import MasterCore
import MasterService
import ResourceModel
import StateStorage
import Synchronization
import TestSupport
import ZooKeeper

/// A master and agents that guard themselves, on free ports; everything ends with the scope.
struct SecuredMaster: Sendable {
    static let operatorHeader: HeaderFields = [
        "Authorization": Credential(principal: "operator", secret: Array("op-secret".utf8)).basicAuthorization
    ]
    static let agentCredential = Credential(principal: "agents", secret: Array("agent-secret".utf8))
    static let credentials = CredentialTable([
        Credential(principal: "operator", secret: Array("op-secret".utf8)), agentCredential,
        Credential(principal: "dev", secret: Array("dev-secret".utf8)),
    ])

    let info: MasterInfo
    let client: JSONClient
    let log: CapturedLog

    static func start(
        in scope: TestScope, change: (inout MasterServiceConfiguration) -> Void = { _ in }
    ) async throws -> SecuredMaster {
        let election = StandaloneElection()
        var configuration = MasterServiceConfiguration(host: "127.0.0.1", port: 0)
        configuration.core.requiresAgentAuthentication = true
        configuration.security.peerCredentials = credentials
        change(&configuration)
        let log = CapturedLog()
        let service = MasterService(
            configuration, store: MemoryVariableStore(), contender: election, detector: election,
            logger: log.logger("master"))
        let info = try await service.start()
        let running = Task { try await service.run() }
        scope.onExit {
            running.cancel()
            _ = await running.result
        }
        let master = SecuredMaster(
            info: info, client: try JSONClient("http://127.0.0.1:\(info.port)", in: scope), log: log)
        if configuration.security.identity == nil {
            try await eventually("the master leads") {
                try await master.client.send(.get, "/state", headers: operatorHeader).status == 200
            }
        }
        return master
    }

    /// How many agents the master has.
    func agents() async throws -> Int {
        try await client.send(.get, "/slaves", headers: Self.operatorHeader).json["slaves"]?.array?.count ?? 0
    }
}

/// An agent that runs nothing.
struct SecuredAgent: Sendable {
    let service: AgentService
    let task: Task<Void, any Error>
    let address: BoundAddress
    let log: CapturedLog

    static func start(
        in scope: TestScope, name: String = "agent", with master: MasterInfo, credential: Credential?,
        change: (inout AgentServiceConfiguration) -> Void = { _ in }
    ) async throws -> SecuredAgent {
        var configuration = AgentServiceConfiguration(
            workDirectory: scope.directory.path(name), port: 0,
            resources: [.scalar("cpus", 1), .scalar("mem", 128)])
        configuration.switchesUser = false
        configuration.registrationBackoffFactor = .milliseconds(50)
        configuration.security.credential = credential
        configuration.security.authenticationBackoffFactor = .milliseconds(50)
        change(&configuration)
        let log = CapturedLog()
        let service = AgentService(
            configuration, containerizer: IdleContainerizer(), detector: StaticDetector(master),
            logger: log.logger(name))
        let address = try await service.start()
        let task = Task { try await service.run() }
        scope.onExit {
            task.cancel()
            _ = await task.result
        }
        return SecuredAgent(service: service, task: task, address: address, log: log)
    }
}

/// Everything that was logged, with its metadata, for looking for what must not be there.
final class CapturedLog: Sendable {
    private let lines = Mutex<[String]>([])

    func logger(_ label: String) -> Logger {
        var logger = Logger(label: label) { _ in Handler(log: self) }
        logger.logLevel = .trace
        return logger
    }

    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    private func add(_ line: String) { lines.withLock { $0.append(line) } }

    private struct Handler: LogHandler {
        let log: CapturedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        init(log: CapturedLog) { self.log = log }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { log.add("\(event.message) \(event.metadata ?? [:])") }
    }
}

/// A containerizer that is never asked to run anything.
struct IdleContainerizer: Containerizer {
    func launch(_ spec: ContainerSpec) async throws -> ContainerStarted {
        throw ClusterError(.unavailable, "nothing runs here")
    }
    func wait(_ id: ContainerID) async throws -> ContainerTermination { throw ClusterError(.notFound, "none") }
    func stop(_ id: ContainerID, grace: Duration) async {}
    func destroy(_ id: ContainerID) async {}
    func update(_ id: ContainerID, limits: ContainerLimits) async throws {}
    func recover(_ known: [RecoverableContainer]) async throws -> [ContainerID: RecoveredContainer] { [:] }
    func execute(_ id: ContainerID, command: CommandInfo, timeout: Duration) async throws -> Int32 { 0 }
    func usage(_ id: ContainerID) async throws -> ContainerUsage { throw ClusterError(.notFound, "none") }
    func forget(_ id: ContainerID) async {}
}
