internal import FrameworkSDK
internal import Testing

@testable internal import hello

/// The smallest framework, tested as a value.
struct HelloTests {
    private func offer(cpus: Double) -> Offer {
        Offer(
            id: "o1", frameworkID: "f1", agentID: "a1", hostname: "host", ip: "127.0.0.1", port: 5051,
            resources: .quantities(cpus: cpus, memory: 1_024), role: "*")
    }

    private func update(_ task: TaskID, _ state: TaskState) -> SchedulerEvent {
        .update(TaskStatus(taskID: task, state: state))
    }

    @Test func launchesWhatFitsAndLeavesWhenAllIsDone() {
        var hello = Hello(times: 3)
        let first = hello.handle(.offers([offer(cpus: 0.25)]), now: .epoch)
        #expect(launched(first) == ["hello-0", "hello-1"])
        #expect(hello.handle(update("hello-0", .running), now: .epoch) == [])
        #expect(hello.handle(update("hello-0", .finished), now: .epoch) == [])
        #expect(hello.handle(update("hello-1", .finished), now: .epoch) == [])
        #expect(launched(hello.handle(.offers([offer(cpus: 1)]), now: .epoch)) == ["hello-2"])
        #expect(hello.handle(.offers([offer(cpus: 1)]), now: .epoch) == [.decline(offers: ["o1"], filters: Filters())])
        #expect(hello.handle(update("hello-2", .finished), now: .epoch) == [.teardown])
    }

    @Test func aLostTaskIsTriedAgainUnderAnotherID() {
        var hello = Hello(times: 1)
        _ = hello.handle(.offers([offer(cpus: 1)]), now: .epoch)
        #expect(hello.handle(update("hello-0", .lost), now: .epoch) == [.revive(roles: [])])
        #expect(hello.handle(update("hello-0", .lost), now: .epoch) == [])
        #expect(launched(hello.handle(.offers([offer(cpus: 1)]), now: .epoch)) == ["hello-0-again"])
        #expect(hello.handle(update("hello-0-again", .finished), now: .epoch) == [.teardown])
    }

    private func launched(_ calls: [SchedulerCall]) -> [TaskID] {
        guard case .accept(_, let operations, _)? = calls.first,
            case .launch(let tasks)? = operations.first?.action
        else {
            return []
        }
        return tasks.map(\.id)
    }
}
