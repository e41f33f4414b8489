import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

/// How operations go on: statuses, acknowledgements, questions, and the end of those who asked.
struct OperationFeedbackTests {
    typealias World = MasterWorld

    /// A world with an operation `o` of framework `f` on its way to agent `a1`, and its name within the cluster.
    static func pending(id: OperationID? = "o") throws -> (world: MasterWorld, uuid: UniqueID) {
        var world = OperationTests.world()
        let effects = world.accept("f", [.reserve([World.reserved("cpus", 1, "r")], id: id)])
        return (world, try #require(world.appliedUUIDs(in: effects).first))
    }

    @Test func theAgentIsToldWithTheVersionOfItsResources() throws {
        var world = OperationTests.world()
        let effects = world.accept("f", [.reserve([World.reserved("cpus", 1, "r")], id: "o")])
        guard case .applyOperation(let framework, let operation, _, let version)? = world.orders(in: effects).first
        else {
            Issue.record("nothing was sent")
            return
        }
        #expect(framework == "m-0000" && operation.id == "o" && version == World.resourceVersion)
        let record = try #require(world.operations("a1").first)
        #expect(record.latest.state == .pending && record.latest.agentID == "m-S0" && record.frameworkID == "m-0000")
    }

    @Test func statusesReachTheFrameworkAndTheAcknowledgementTheAgent() throws {
        var (world, uuid) = try OperationFeedbackTests.pending()
        let effects = world.report("a1", uuid, .finished, status: 5)
        let status = try #require(world.operationStatuses(in: effects).first)
        #expect(status.operationID == "o" && status.state == .finished && status.statusUUID == world.uuid(5))
        #expect(world.operations("a1").map(\.latest.state) == [.finished], "kept until acknowledged")
        #expect(world.counter("operations/reserve/finished") == 1 && world.counter("operations/pending") == 0)
        let wrong = world.call("f", .acknowledgeOperationStatus(agent: "m-S0", uuid: world.uuid(6), operation: "o"))
        #expect(world.orders(in: wrong).isEmpty)
        #expect(world.counter("invalid_operation_status_update_acknowledgements") == 1)
        let right = world.call("f", .acknowledgeOperationStatus(agent: "m-S0", uuid: world.uuid(5), operation: "o"))
        #expect(world.orders(in: right) == [.acknowledgeOperation(statusUUID: world.uuid(5), operationUUID: uuid)])
        #expect(world.operations("a1").isEmpty && world.violations.isEmpty)
        #expect(world.counter("valid_operation_status_update_acknowledgements") == 1)
        #expect(world.counter("operations/finished") == 1, "ends are counted for good")
    }

    /// A framework that never acknowledges cannot fill the master's memory.
    @Test func operationsThatWaitAreLimited() throws {
        var world = OperationTests.world { $0.maxOperationsPerFramework = 2 }
        func reservation(_ id: OperationID) -> OfferOperation { .reserve([World.reserved("cpus", 1, "r")], id: id) }
        let effects = world.accept("f", [reservation("o1"), reservation("o2"), reservation("o3")], refuse: 0)
        let uuids = world.appliedUUIDs(in: effects)
        #expect(uuids.count == 2 && world.operations("a1").count == 2)
        #expect(world.operationStatuses(in: effects).map(\.operationID) == ["o3"])
        #expect(world.operationStatuses(in: effects).first?.state == .error)
        #expect(
            world.operationStatuses(in: effects).first?.message
                == "More than 2 operations of the framework are not acknowledged")
        world.report("a1", uuids[0], .finished, status: 5)
        world.call("f", .acknowledgeOperationStatus(agent: "m-S0", uuid: world.uuid(5), operation: "o1"))
        world.wait(.seconds(2))
        #expect(world.appliedUUIDs(in: world.accept("f", [reservation("o4")])).count == 1)
        #expect(world.violations.isEmpty)
    }

    /// Takes minutes when every question is added to a copy of those before it.
    @Test(.timeLimit(.minutes(1))) func manyQuestionsForOneAgentAreOneMessage() throws {
        var world = OperationTests.world()
        let queries = (0..<60_000).map { number in
            OperationQuery(operationID: OperationID("o\(number)"), agentID: "m-S0", providerID: "p")
        }
        let effects = world.call("f", .reconcileOperations(queries))
        guard case .reconcileOperations(_, let references)? = world.orders(in: effects).first else {
            Issue.record("nothing was sent")
            return
        }
        #expect(references.map(\.operationID) == queries.map(\.operationID))
    }

    @Test func repeatedStatusesArePassedOnAndBookedOnce() throws {
        var (world, uuid) = try OperationFeedbackTests.pending()
        for _ in 0..<3 {
            #expect(world.operationStatuses(in: world.report("a1", uuid, .finished, status: 5)).count == 1)
        }
        #expect(world.operations("a1").first?.statuses.count == 1 && world.counter("operations/finished") == 1)
        #expect(world.counter("messages_operation_status_update") == 3)
    }

    @Test func theFirstEndCounts() throws {
        var (world, uuid) = try OperationFeedbackTests.pending()
        world.report("a1", uuid, .finished, status: 5)
        world.report("a1", uuid, .dropped, status: 6)
        #expect(world.operations("a1").first?.latest.state == .finished && world.counter("operations/dropped") == 0)
    }

    @Test func anEndThatNeedsNoAcknowledgementIsForgotten() throws {
        var (world, uuid) = try OperationFeedbackTests.pending()
        let effects = world.report("a1", uuid, .dropped, status: nil, of: nil)
        #expect(world.operationStatuses(in: effects).map(\.state) == [.dropped])
        #expect(world.operationStatuses(in: effects).first?.operationID == "o", "agents leave it out")
        #expect(world.operations("a1").isEmpty && world.violations.isEmpty)
    }

    @Test func theMasterAcknowledgesWhatNobodyElseCan() throws {
        var (world, uuid) = try OperationFeedbackTests.pending(id: nil)
        let effects = world.report("a1", uuid, .finished, status: 5)
        #expect(world.operationStatuses(in: effects).isEmpty)
        #expect(world.orders(in: effects) == [.acknowledgeOperation(statusUUID: world.uuid(5), operationUUID: uuid)])
        #expect(world.operations("a1").isEmpty && world.violations.isEmpty)
    }

    @Test func operationsOfEndedFrameworksAreAcknowledgedByTheMaster() throws {
        var (world, uuid) = try OperationFeedbackTests.pending()
        world.call("f", .teardown)
        #expect(world.operations("a1").count == 1 && world.violations.isEmpty)
        let effects = world.report("a1", uuid, .finished, status: 5)
        #expect(world.orders(in: effects) == [.acknowledgeOperation(statusUUID: world.uuid(5), operationUUID: uuid)])
        #expect(world.operations("a1").isEmpty && world.total("a1").contains([World.reserved("cpus", 1, "r")]))
    }

    @Test func unknownOperationsAreNotBooked() throws {
        var world = OperationTests.world()
        let effects = world.report("a1", world.uuid(9), .unknown, status: nil, id: "x")
        #expect(
            world.operationStatuses(in: effects).map(\.state) == [.unknown], "an answer to the framework's question")
        #expect(world.counter("invalid_operation_status_updates") == 1 && world.operations("a1").isEmpty)
        let foreign = OperationUpdate(
            agentID: "m-S7", status: OperationStatus(state: .finished), operationUUID: world.uuid(9))
        #expect(world.say("a1", .updateOperationStatus(foreign)).isEmpty)
        #expect(world.counter("invalid_operation_status_updates") == 2)
    }

    @Test(arguments: [nil, "o"] as [OperationID?]) func aLostAcknowledgementIsRepeated(id: OperationID?) throws {
        var (world, uuid) = try OperationFeedbackTests.pending(id: id)
        world.report("a1", uuid, .finished, status: 5, id: id)
        world.call("f", .acknowledgeOperationStatus(agent: "m-S0", uuid: world.uuid(5), operation: "o"))
        #expect(world.operations("a1").isEmpty)
        let effects = world.report("a1", uuid, .finished, status: 5, id: id)
        #expect(world.orders(in: effects) == [.acknowledgeOperation(statusUUID: world.uuid(5), operationUUID: uuid)])
        #expect(world.operationStatuses(in: effects).count == (id == nil ? 0 : 1), "without an id nobody hears of it")
    }

    // MARK: Master and agent

    @Test func theAgentIsAskedAboutWhatItDoesNotReport() throws {
        var (world, uuid) = try OperationFeedbackTests.pending()
        world.breakLink("a1")
        world.reregisterAble("a1", of: ["f"])
        let effects = world.say("a1", .update("m-S0", resourceVersion: World.resourceVersion))
        #expect(world.orders(in: effects) == [.reconcileOperations(nil, [OperationReference(uuid: uuid)])])
        world.report("a1", uuid, .dropped, status: nil, of: nil)
        #expect(world.operations("a1").isEmpty && world.violations.isEmpty)
    }

    @Test func aNewMasterLearnsOfOperationsFromAgents() throws {
        let (old, uuid) = try OperationFeedbackTests.pending()
        let record = try #require(old.operations("a1").first)
        var world = old.failover()
        world.reregisterAble("a1", checkpointed: [World.reserved("cpus", 1, "r")])
        world.say("a1", .update("m-S0", resourceVersion: World.resourceVersion, operations: [record]))
        #expect(world.operations("a1").map(\.uuid) == [uuid])
        let early = world.report("a1", uuid, .finished, status: 5)
        #expect(world.orders(in: early).isEmpty, "its framework may be about to come back")
        world.subscribe("f")
        let effects = world.report("a1", uuid, .finished, status: 5)
        #expect(world.operationStatuses(in: effects).first?.operationID == "o" && world.violations.isEmpty)
        world.call("f", .acknowledgeOperationStatus(agent: "m-S0", uuid: world.uuid(5), operation: "o"))
        #expect(world.operations("a1").isEmpty && world.violations.isEmpty)
    }

    @Test func operationsOfFrameworksThatStayAwayAreAcknowledgedAfterTenMinutes() throws {
        let (old, uuid) = try OperationFeedbackTests.pending()
        let record = try #require(old.operations("a1").first)
        var world = old.failover()
        world.reregisterAble("a1", checkpointed: [World.reserved("cpus", 1, "r")])
        world.say("a1", .update("m-S0", resourceVersion: World.resourceVersion, operations: [record]))
        for _ in 0..<50 {
            world.wait(.seconds(13))
            world.say("a1", .pong)
        }
        let effects = world.report("a1", uuid, .finished, status: 5)
        #expect(world.orders(in: effects) == [.acknowledgeOperation(statusUUID: world.uuid(5), operationUUID: uuid)])
        #expect(world.operations("a1").isEmpty)
    }

    // MARK: Lost agents

    @Test func operationsOfUnreachableAgentsAreToldAndForgotten() throws {
        var (world, _) = try OperationFeedbackTests.pending()
        let status = try #require(world.operationStatuses(in: world.wait(.seconds(95))).first)
        #expect(status.state == .unreachable && status.operationID == "o" && status.statusUUID == nil)
        #expect(status.message == "Agent was marked unreachable" && status.agentID == "m-S0")
        #expect(world.counter("operations/unreachable") == 1 && world.counter("operations/pending") == 0)
        #expect(world.violations.isEmpty)
    }

    @Test func operationsOfGoneAgentsAreToldAndForgotten() throws {
        var (world, _) = try OperationFeedbackTests.pending()
        let status = try #require(world.operationStatuses(in: world.operate(.markGone("m-S0")).effects).first)
        #expect(status.state == .goneByOperator && status.message == "Agent has been marked gone")
        #expect(world.counter("operations/gone_by_operator") == 1 && world.violations.isEmpty)
    }

    @Test func aDrainedAgentHasNoOperations() throws {
        var (world, uuid) = try OperationFeedbackTests.pending()
        world.say("a1", .update("m-S0", resourceVersion: World.resourceVersion, operations: world.operations("a1")))
        world.operate(.drain("m-S0", DrainConfig()))
        func state() -> DrainState? { world.core.state.agent("m-S0")?.drainInfo?.state }
        #expect(state() == .draining)
        world.report("a1", uuid, .finished, status: 5)
        #expect(state() == .draining)
        world.call("f", .acknowledgeOperationStatus(agent: "m-S0", uuid: world.uuid(5), operation: "o"))
        #expect(state() == .drained)
    }

    // MARK: RECONCILE_OPERATIONS

    @Test func implicitReconciliationTellsAllThatIsKnown() throws {
        var (world, uuid) = try OperationFeedbackTests.pending()
        world.accept("f", [.reserve([World.reserved("mem", 1, "r")])])
        #expect(world.operations("a1").count == 2)
        #expect(world.operationStatuses(in: world.call("f", .reconcileOperations([]))).map(\.state) == [.pending])
        world.report("a1", uuid, .finished, status: 5)
        let status = try #require(world.operationStatuses(in: world.call("f", .reconcileOperations([]))).first)
        #expect(status.state == .finished && status.operationID == "o" && status.statusUUID == nil)
    }

    struct Question: Sendable, CustomTestStringConvertible {
        let query: OperationQuery
        let state: OperationState
        let words: String
        var testDescription: String { words }
    }

    static let questions = [
        Question(
            query: OperationQuery(operationID: "x", agentID: "recovered"), state: .recovering,
            words: "Agent is recovered but has not re-registered"),
        Question(
            query: OperationQuery(operationID: "x", agentID: "m-S0"), state: .unknown, words: "Operation is unknown"),
        Question(
            query: OperationQuery(operationID: "x", agentID: "unreachable"), state: .unreachable,
            words: "Agent is unreachable"),
        Question(
            query: OperationQuery(operationID: "x", agentID: "gone"), state: .goneByOperator,
            words: "Agent marked gone by operator"),
        Question(
            query: OperationQuery(operationID: "x", agentID: "nobody", providerID: "p"), state: .unknown,
            words: "Both operation and agent are unknown"),
        Question(
            query: OperationQuery(operationID: "x"), state: .unknown,
            words: "Operation is unknown and no 'agent_id' was provided"),
    ]

    @Test(arguments: questions) func explicitReconciliation(question: Question) throws {
        let registry = RegistrySnapshot(
            agents: [AgentInfo(id: "recovered", hostname: "h", port: 1, resources: [])],
            unreachable: [.init(id: "unreachable", since: .epoch)], gone: [.init(id: "gone", since: .epoch)])
        var world = MasterWorld(registry)
        world.registerAble("a1", OperationTests.resources)
        world.subscribe("f")
        let effects = world.call("f", .reconcileOperations([question.query]))
        let status = try #require(world.operationStatuses(in: effects).first)
        #expect(status.state == question.state && status.message == "Reconciliation: \(question.words)")
        #expect(status.operationID == "x" && status.agentID == question.query.agentID)
        #expect(status.providerID == question.query.providerID && status.statusUUID == nil)
    }

    @Test func knownOperationsAreToldWhereverTheyShouldBe() throws {
        var (world, _) = try OperationFeedbackTests.pending()
        let effects = world.call("f", .reconcileOperations([OperationQuery(operationID: "o", agentID: "elsewhere")]))
        #expect(world.operationStatuses(in: effects).map(\.state) == [.pending])
    }

    @Test func agentsAnswerForResourceProvidersThatTheMasterDoesNotKnow() throws {
        var world = OperationTests.world()
        let queries = ["x", "y"].map {
            OperationQuery(operationID: OperationID($0), agentID: "m-S0", providerID: "p")
        }
        let effects = world.call("f", .reconcileOperations(queries))
        #expect(world.operationStatuses(in: effects).isEmpty)
        guard case .reconcileOperations("m-0000", let references)? = world.orders(in: effects).first else {
            Issue.record("the agent was not asked")
            return
        }
        #expect(references.map(\.operationID) == ["x", "y"] && references.map(\.providerID) == ["p", "p"])
        let answer = world.report("a1", references[0].uuid, .unknown, status: nil, id: "x")
        #expect(world.operationStatuses(in: answer).map(\.operationID) == ["x"])
    }

    @Test func theMastersQuestionsAreCounted() throws {
        var (world, _) = try OperationFeedbackTests.pending()
        world.call("f", .reconcileOperations([]))
        #expect(world.counter("messages_reconcile_operations") == 1)
    }
}
