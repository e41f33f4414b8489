public import ClusterBase
public import ClusterModel
public import ResourceModel

/// What somebody may see of a cluster; lists leave out the rest.
///
/// Source: spec `mesos/06` §6.11 (`view_frameworks`, `view_tasks`, `view_executors`, `view_roles`).
public struct ViewFilter: Hashable, Sendable {
    private let frameworks: AccessApprover
    private let tasks: AccessApprover
    private let executors: AccessApprover
    private let roles: AccessApprover
    /// Whether flags may be seen.
    public let showsFlags: Bool

    /// Makes the filter of a principal; without rules everything is seen.
    public init(_ principal: Principal?, under rules: AccessRules?) {
        func approver(_ action: AccessAction) -> AccessApprover {
            rules?.approver(of: principal, action) ?? .everything
        }
        frameworks = approver(.viewFramework)
        tasks = approver(.viewTask)
        executors = approver(.viewExecutor)
        roles = approver(.viewRole)
        showsFlags = approver(.viewFlags).allows(.any)
        showsEverything = [frameworks, tasks, executors, roles].allSatisfy(\.allowsEverything)
    }

    /// Shows everything.
    public static let everything = ViewFilter(nil, under: nil)

    /// Whether nothing but perhaps flags is left out, so that shared encodings may be used.
    public let showsEverything: Bool

    /// Whether a framework is seen.
    public func shows(_ framework: FrameworkInfo) -> Bool { frameworks.allows(.user(framework.user)) }

    /// Whether a task is seen; it runs as its own user, or else as its framework's.
    public func shows(_ task: TaskRecord, of framework: FrameworkInfo) -> Bool {
        tasks.allows(.user(task.user ?? framework.user))
    }

    /// Whether a task that is about to start is seen.
    public func shows(_ task: TaskInfo, of framework: FrameworkInfo) -> Bool {
        tasks.allows(.user(task.command?.user ?? task.executor?.command?.user ?? framework.user))
    }

    /// Whether an executor is seen; it runs as its command's user, or else as its framework's.
    public func shows(_ executor: ExecutorInfo, of framework: FrameworkInfo) -> Bool {
        executors.allows(.user(executor.command?.user ?? framework.user))
    }

    /// Whether a role is seen.
    public func shows(role: String) -> Bool { roles.allows(.role(role)) }

    /// Whether a resource is seen: the role it is allocated to, and every role it is reserved for.
    public func shows(_ resource: Resource) -> Bool {
        if roles.allowsEverything { return true }
        if let role = resource.allocationRole, !shows(role: role) { return false }
        return resource.reservations.allSatisfy { shows(role: $0.role) }
    }

    /// Those of some resources that are seen.
    public func visible(_ resources: Resources) -> Resources {
        roles.allowsEverything ? resources : resources.filter { shows($0) }
    }

    /// Whether an operation is seen: all resources that it is about.
    ///
    /// One whose resources are not known is seen by those alone who see every role.
    public func shows(_ operation: OperationRecord) -> Bool {
        if roles.allowsEverything { return true }
        return switch operation.operation.action {
        case .reserve(let source, let resources): (source + resources).allSatisfy(shows)
        case .unreserve(let resources), .create(let resources), .destroy(let resources): resources.allSatisfy(shows)
        case .growVolume(let volume, let addition): shows(volume) && shows(addition)
        case .shrinkVolume(let volume, _): shows(volume)
        case .createDisk(let source, _, _), .destroyDisk(let source): shows(source)
        case .launch, .launchGroup, .unsupported: false
        }
    }
}
