internal import AgentCore
internal import ClusterModel
internal import ResourceModel

/// What endpoints show of an agent at one moment.
struct AgentSnapshot: Sendable {
    let info: AgentInfo
    let master: MasterInfo?
    let allocated: Resources
    let frameworks: [FrameworkSummary]
    let completedFrameworks: [FrameworkSummary]

    init(_ core: AgentCore) {
        (info, master, allocated) = (core.info, core.master, core.allocatedResources)
        (frameworks, completedFrameworks) = (core.frameworks, core.completedFrameworks)
    }
}
