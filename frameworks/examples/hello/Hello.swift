internal import FrameworkSDK

/// The smallest useful framework: runs a command some times, anywhere in the cluster, and leaves.
struct Hello: FrameworkScheduler {
    private var queue: [TaskInfo] = []
    private var running: [TaskID: TaskInfo] = [:]

    init(times: Int) {
        for number in 0..<times {
            queue.append(
                .command(
                    "echo hello from $(hostname)", id: TaskID("hello-\(number)"),
                    resources: .quantities(cpus: 0.1, memory: 32)))
        }
    }

    mutating func handle(_ event: SchedulerEvent, now: Instant) -> [SchedulerCall] {
        switch event {
        case .offers(let offers):
            let waiting = queue
            defer { for task in waiting where !queue.contains(task) { running[task.id] = task } }
            return OfferMatcher.firstFit(offers, &queue)
        case .update(let status):
            print("\(status.taskID) \(status.state.wireName) \(status.message ?? "")")
            guard status.state.isTerminal, let task = running.removeValue(forKey: status.taskID) else { return [] }
            if status.state != .finished { return retry(task) }
            return queue.isEmpty && running.isEmpty ? [.teardown] : []
        default: return []
        }
    }

    /// Puts a task back under a new id (ids are never used twice) and asks for offers again.
    private mutating func retry(_ task: TaskInfo) -> [SchedulerCall] {
        var task = task
        task.id = TaskID(task.id.value + "-again")
        queue.append(task)
        return [.revive(roles: [])]
    }
}

@main
enum Main {
    /// `hello MASTER [TIMES]`, where MASTER is `host:port` or `zk://host:port,…/path`.
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let hello = Hello(times: arguments.dropFirst().first.flatMap(Int.init) ?? 1)
        let master = try MasterLocation.discover(arguments.first ?? "127.0.0.1:5050")
        try await FrameworkDriver(hello, master: master, info: FrameworkInfo(name: "hello")).run()
    }
}
