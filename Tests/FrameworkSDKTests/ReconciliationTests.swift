internal import ClusterBase
internal import ClusterModel
internal import FrameworkSDK
internal import Testing

struct ReconciliationTests {
    private let start = Instant.epoch

    private func answer(_ task: TaskID, _ state: TaskState) -> TaskStatus { TaskStatus(taskID: task, state: state) }

    @Test func asksUntilEveryTaskIsAnsweredWithDoublingIntervals() {
        var reconciliation = Reconciliation(knownTasks: [TaskQuery(taskID: "b"), TaskQuery(taskID: "a", agentID: "s1")])
        let all = [TaskQuery(taskID: "a", agentID: "s1"), TaskQuery(taskID: "b")]
        #expect(reconciliation.subscribed(now: start) == [.reconcile([]), .reconcile(all)])
        #expect(reconciliation.nextDeadline == start + .seconds(10))
        #expect(reconciliation.tick(now: start + .seconds(9)) == [])
        reconciliation.observe(answer("a", .running))
        #expect(reconciliation.tick(now: start + .seconds(10)) == [.reconcile([TaskQuery(taskID: "b")])])
        #expect(reconciliation.nextDeadline == start + .seconds(30))
        reconciliation.observe(answer("b", .lost))
        #expect(reconciliation.nextDeadline == nil)
        #expect(reconciliation.tasks.map(\.taskID) == ["a"])
    }

    @Test func learnsTasksFromLaunchesAndForgetsEndedOnes() {
        var reconciliation = Reconciliation()
        var task = TaskInfo.command("true", id: "t1", resources: [])
        task.agentID = "s1"
        reconciliation.observe(.accept(offers: ["o1"], operations: [.launch([task])], filters: Filters()))
        #expect(reconciliation.tasks == [TaskQuery(taskID: "t1", agentID: "s1")])
        reconciliation.observe(answer("t1", .running))
        #expect(reconciliation.tasks == [TaskQuery(taskID: "t1", agentID: "s1")])
        reconciliation.observe(answer("t1", .finished))
        #expect(reconciliation.tasks == [])
        #expect(reconciliation.subscribed(now: start) == [.reconcile([])])
        #expect(reconciliation.nextDeadline == nil)
    }

    @Test func aDisconnectionStopsTheQuestions() {
        var reconciliation = Reconciliation(knownTasks: [TaskQuery(taskID: "a")])
        _ = reconciliation.subscribed(now: start)
        reconciliation.disconnected()
        #expect(reconciliation.nextDeadline == nil)
        #expect(reconciliation.tick(now: start + .seconds(600)) == [])
    }

    @Test func intervalsStayBelowTheMaximum() throws {
        var reconciliation = Reconciliation(knownTasks: [TaskQuery(taskID: "a")])
        _ = reconciliation.subscribed(now: start)
        var last = start
        for _ in 0..<20 {
            let due = try #require(reconciliation.nextDeadline)
            #expect(due - last <= Reconciliation.maximumInterval)
            last = due
            #expect(reconciliation.tick(now: due).count == 1)
        }
    }
}
