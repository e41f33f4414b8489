public import ClusterBase
public import ClusterModel
public import MarathonModel

/// Names one instance of an app for its whole life, over all its incarnations: `a_b.instance-<uuid>`.
public struct InstanceID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The text.
    public let description: String

    /// Makes an id of an app and a unique id.
    public init(app: PathID, unique: UniqueID) { description = "\(app.safe).instance-\(unique)" }

    /// Takes text as it stands; nil unless it has an app and a unique part.
    public init?(parsing text: String) {
        guard let mark = text.lastRange(of: ".instance-"), mark.lowerBound > text.startIndex,
            UniqueID(text: String(text[mark.upperBound...])) != nil
        else { return nil }
        description = text
    }

    /// Splits a task id (`a_b.instance-<uuid>._app.<incarnation>`); nil for other forms.
    public static func parse(task: TaskID) -> (id: InstanceID, incarnation: Int)? {
        guard let mark = task.value.lastRange(of: "._app."),
            let id = InstanceID(parsing: String(task.value[..<mark.lowerBound])),
            let incarnation = Int(task.value[mark.upperBound...])
        else { return nil }
        return (id, incarnation)
    }

    /// The app it is an instance of.
    public var app: PathID {
        let safe = description.lastRange(of: ".instance-").map { description[..<$0.lowerBound] } ?? ""
        return PathID(segments: safe.split(separator: "_").map(String.init))
    }

    /// Orders by text.
    public static func < (left: Self, right: Self) -> Bool { left.description < right.description }
}

extension String {
    /// The last occurrence of a text.
    func lastRange(of text: String) -> Range<Index>? {
        let (bytes, wanted) = (utf8, Array(text.utf8))
        guard bytes.count >= wanted.count else { return nil }
        var at = bytes.index(bytes.endIndex, offsetBy: -wanted.count)
        while true {
            let end = bytes.index(at, offsetBy: wanted.count)
            if bytes[at..<end].elementsEqual(wanted) { return at..<end }
            guard at > bytes.startIndex else { return nil }
            at = bytes.index(before: at)
        }
    }
}

/// What an instance does (spec `marathon` §5.6); raw values are upstream's names.
public enum InstanceCondition: String, Hashable, Sendable, CaseIterable {
    /// Waits for an offer.
    case scheduled = "Scheduled"
    /// Accepted on an offer, not heard of yet.
    case provisioned = "Provisioned"
    /// TASK_STAGING.
    case staging = "Staging"
    /// TASK_STARTING.
    case starting = "Starting"
    /// TASK_RUNNING.
    case running = "Running"
    /// TASK_KILLING.
    case killing = "Killing"
    /// On an unreachable agent.
    case unreachable = "Unreachable"
    /// On an unreachable agent for so long that it is replaced.
    case unreachableInactive = "UnreachableInactive"
    /// TASK_FINISHED.
    case finished = "Finished"
    /// TASK_FAILED.
    case failed = "Failed"
    /// TASK_ERROR.
    case error = "Error"
    /// TASK_KILLED.
    case killed = "Killed"
    /// TASK_GONE and what means the same.
    case gone = "Gone"
    /// TASK_DROPPED.
    case dropped = "Dropped"
    /// Nobody knows the task.
    case unknown = "Unknown"

    /// Whether the task has ended for good.
    public var isTerminal: Bool {
        switch self {
        case .finished, .failed, .error, .killed, .gone, .dropped, .unknown: true
        default: false
        }
    }

    /// Whether such an end delays the next launch (spec `marathon` §5.5).
    var delaysLaunch: Bool {
        switch self {
        case .dropped, .error, .failed, .gone, .finished: true
        default: false
        }
    }

    /// The state the task API prints.
    public var taskState: TaskState {
        switch self {
        case .scheduled, .provisioned, .staging: .staging
        case .starting: .starting
        case .running: .running
        case .killing: .killing
        case .unreachable, .unreachableInactive: .unreachable
        case .finished: .finished
        case .failed: .failed
        case .error: .error
        case .killed: .killed
        case .gone: .gone
        case .dropped: .dropped
        case .unknown: .unknown
        }
    }
}

/// What is wanted of an instance.
public enum InstanceGoal: String, Hashable, Sendable {
    /// Run; relaunch when it ends.
    case running = "Running"
    /// End and be forgotten.
    case decommissioned = "Decommissioned"
}

/// One instance of an app.
public struct Instance: Hashable, Sendable {
    /// What there is of it once an offer was accepted for it.
    public struct Run: Hashable, Sendable {
        /// The agent.
        public var agentID: AgentID
        /// The agent's name.
        public var hostname: String
        /// The agent's region, if it said one.
        public var region: String?
        /// The agent's zone, if it said one.
        public var zone: String?
        /// The agent's attributes as constraints compare them.
        public var attributes: [String: String]
        /// Host ports, in order of the app's ports.
        public var ports: [Int]
        /// IP addresses of the container.
        public var addresses: [String] = []
        /// When the offer was accepted.
        public var stagedAt: Timestamp
        /// When it ran first.
        public var startedAt: Timestamp?
        /// Since when its agent is unreachable.
        public var unreachableSince: Instant?
    }

    /// Its id.
    public var id: InstanceID
    /// Its app.
    public var app: PathID
    /// Counts its tasks, from 1.
    public var incarnation = 1
    /// The version of the app it runs (or will run).
    public var version: Timestamp
    /// The role of its resources.
    public var role: String
    /// What is wanted of it.
    public var goal = InstanceGoal.running
    /// What it does.
    public var condition = InstanceCondition.scheduled
    /// Since when.
    public var since: Timestamp
    /// The deployment that made it.
    public var deployment: String?
    /// Agent, ports and times; nil while it waits for an offer.
    public var run: Run?
    /// What its health check says; nil = nothing yet.
    public var isHealthy: Bool?

    /// Makes an instance that waits for an offer.
    public init(
        id: InstanceID, app: PathID, version: Timestamp, role: String, since: Timestamp, deployment: String? = nil
    ) {
        (self.id, self.app, self.version, self.role) = (id, app, version, role)
        (self.since, self.deployment) = (since, deployment)
    }

    /// The id of its present task.
    public var taskID: TaskID { TaskID("\(id)._app.\(incarnation)") }
    /// Whether it counts towards the number of instances of its app.
    public var isCounted: Bool { goal == .running && condition != .unreachableInactive }
}
