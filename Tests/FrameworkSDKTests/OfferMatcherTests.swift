internal import ClusterBase
internal import ClusterModel
internal import FrameworkSDK
internal import ResourceModel
internal import Testing

struct OfferMatcherTests {
    private func offer(_ id: OfferID, _ resources: Resources, agent: AgentID = "a1", executors: [ExecutorID] = [])
        -> Offer
    {
        Offer(
            id: id, frameworkID: "f1", agentID: agent, hostname: "host", ip: "127.0.0.1", port: 5051,
            resources: resources, role: "web", executorIDs: executors)
    }

    private func task(_ id: TaskID, cpus: Double) -> TaskInfo {
        .command("true", id: id, resources: .quantities(cpus: cpus, memory: 64))
    }

    @Test func acceptsWhatFitsAndDeclinesTheRest() throws {
        var queue = [task("t1", cpus: 1), task("t2", cpus: 1), task("t3", cpus: 8)]
        let offers = [
            offer("o1", .quantities(cpus: 1, memory: 64), agent: "a1"),
            offer("o2", .quantities(cpus: 1.5, memory: 64), agent: "a2"),
            offer("o3", .quantities(cpus: 4, memory: 1_024), agent: "a3"),
        ]
        let calls = OfferMatcher.firstFit(offers, &queue)
        #expect(queue.map(\.id) == ["t3"])
        #expect(calls.count == 3)
        #expect(launched(calls[0]) == ["t1"])
        #expect(launched(calls[1]) == ["t2"])
        #expect(calls[2] == .decline(offers: ["o3"], filters: Filters()))
        guard case .accept(["o2"], let operations, _) = calls[1], case .launch(let tasks) = operations[0].action else {
            throw Unexpected("\(calls[1])")
        }
        #expect(tasks[0].agentID == "a2")
    }

    @Test func usesReservedResourcesFirstAndKeepsTheAllocation() throws {
        let reserved = Resource(
            name: "cpus", value: .scalar(Scalar(1)), reservations: [.init(kind: .static, role: "web")],
            allocationRole: "web")
        var free = Resources.quantities(cpus: 3, memory: 100).allocated(to: "web")
        free.add(reserved)
        var room = OfferRoom(offer("o1", free))
        let taken = room.take(.quantities(cpus: 2, memory: 10))
        let pick = try #require(taken)
        #expect(pick.resources.contains(reserved))
        #expect(pick.resources.cpus == Scalar(2))
        #expect(pick.resources.allSatisfy { $0.allocationRole == "web" })
        #expect(room.rest.cpus == Scalar(2))
        #expect(room.rest.reserved.isEmpty)
    }

    @Test func picksPortsOnceEach() throws {
        var resources = Resources.quantities(cpus: 1, memory: 64)
        resources.add(.ranges("ports", [31_000...31_002, 31_500...31_500]))
        var room = OfferRoom(offer("o1", resources))
        let two = room.take([.ranges("ports", [31_001...31_001])], ports: 2)
        #expect(two?.ports == [31_000, 31_002])
        let last = room.take([], ports: 1)
        #expect(last?.ports == [31_500])
        let before = room
        let none = room.take([], ports: 1)
        #expect(none == nil)
        #expect(room == before)
    }

    @Test func chargesAnExecutorOncePerAgent() {
        let executor = ExecutorInfo(
            id: "e1", command: CommandInfo(value: "run"), resources: .quantities(cpus: 1, memory: 0))
        var queue = ["t1", "t2", "t3"].map { id -> TaskInfo in
            var one = task(TaskID(id), cpus: 1)
            (one.executor, one.command) = (executor, nil)
            return one
        }
        let calls = OfferMatcher.firstFit([offer("o1", .quantities(cpus: 3, memory: 1_000))], &queue)
        #expect(launched(calls[0]) == ["t1", "t2"])
        let more = OfferMatcher.firstFit([offer("o2", .quantities(cpus: 1, memory: 64), executors: ["e1"])], &queue)
        #expect(launched(more[0]) == ["t3"])
    }

    @Test func anEmptyQueueDeclinesEverythingInOneCall() {
        var queue: [TaskInfo] = []
        let calls = OfferMatcher.firstFit(
            [offer("o1", []), offer("o2", [])], &queue, filters: Filters(refuseSeconds: 60))
        #expect(calls == [.decline(offers: ["o1", "o2"], filters: Filters(refuseSeconds: 60))])
    }

    private func launched(_ call: SchedulerCall) -> [TaskID] {
        guard case .accept(_, let operations, _) = call, case .launch(let tasks)? = operations.first?.action else {
            return []
        }
        return tasks.map(\.id)
    }
}
