internal import MasterCore

// The core's types whose names `MesosProtocol` uses for their wire forms too.

/// The core's idea of a scheduler's request.
typealias CoreRequest = SchedulerRequest
/// What happens to the core.
typealias CoreEvent = MasterEvent
/// The core's view of an agent.
typealias CoreAgent = AgentView
/// The core's view of a framework.
typealias CoreFramework = FrameworkView
/// The core's view of an executor.
typealias CoreExecutor = ExecutorView
/// The core's view of a role.
typealias CoreRole = RoleView
