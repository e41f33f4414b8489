/// Something that access rules allow or deny; the raw value is its field of the rules' document.
///
/// Source: spec `mesos/06` §6.11.
public enum AccessAction: String, Hashable, Sendable, CaseIterable {
    /// Subscribe a framework in a role.
    case registerFramework = "register_frameworks"
    /// Run a task or executor as a user.
    case runTask = "run_tasks"
    /// Reserve resources for a role.
    case reserveResources = "reserve_resources"
    /// Take back what a principal reserved.
    case unreserveResources = "unreserve_resources"
    /// Create a persistent volume in a role.
    case createVolume = "create_volumes"
    /// Destroy a volume that a principal created.
    case destroyVolume = "destroy_volumes"
    /// End a principal's framework.
    case teardownFramework = "teardown_frameworks"
    /// Change the weight of a role.
    case updateWeight = "update_weights"
    /// Read an endpoint by its path.
    case getEndpoint = "get_endpoints"
    /// See the quota of a role.
    case getQuota = "get_quotas"
    /// Change the quota of a role.
    case updateQuota = "update_quotas"
    /// See the frameworks of a user.
    case viewFramework = "view_frameworks"
    /// See the tasks of a user.
    case viewTask = "view_tasks"
    /// See the executors of a user.
    case viewExecutor = "view_executors"
    /// Read a user's sandboxes.
    case accessSandbox = "access_sandboxes"
    /// Read the daemon's log.
    case accessMesosLog = "access_mesos_logs"
    /// See a role.
    case viewRole = "view_roles"
    /// See the flags.
    case viewFlags = "view_flags"
    /// Start a nested container as a user.
    case launchNestedContainerAsUser = "launch_nested_containers_as_user"
    /// Start a nested container below a user's.
    case launchNestedContainerUnderParent = "launch_nested_containers_under_parent_with_user"
    /// Kill a nested container below a user's.
    case killNestedContainer = "kill_nested_containers"
    /// Wait for a nested container below a user's.
    case waitNestedContainer = "wait_nested_containers"
    /// Start a debug session as a user.
    case launchNestedContainerSessionAsUser = "launch_nested_container_sessions_as_user"
    /// Start a debug session below a user's container.
    case launchNestedContainerSessionUnderParent = "launch_nested_container_sessions_under_parent_with_user"
    /// Write to a user's container.
    case attachContainerInput = "attach_containers_input"
    /// Read from a user's container.
    case attachContainerOutput = "attach_containers_output"
    /// See a user's containers.
    case viewContainer = "view_containers"
    /// Change the level of logging.
    case setLogLevel = "set_log_level"
    /// Remove a nested container below a user's.
    case removeNestedContainer = "remove_nested_containers"
    /// Register an agent.
    case registerAgent = "register_agents"
    /// Change the maintenance schedule.
    case updateMaintenanceSchedule = "update_maintenance_schedules"
    /// See the schedule of a machine.
    case getMaintenanceSchedule = "get_maintenance_schedules"
    /// Take a machine down.
    case startMaintenance = "start_maintenances"
    /// Bring a machine up.
    case stopMaintenance = "stop_maintenances"
    /// See how a machine stands with its maintenance.
    case getMaintenanceStatus = "get_maintenance_statuses"
    /// Drain an agent.
    case drainAgent = "drain_agents"
    /// Deactivate an agent.
    case deactivateAgent = "deactivate_agents"
    /// Reactivate an agent.
    case reactivateAgent = "reactivate_agents"
    /// Declare an agent gone.
    case markAgentGone = "mark_agents_gone"
    /// Start a standalone container as a user.
    case launchStandaloneContainer = "launch_standalone_containers"
    /// Kill a user's standalone container.
    case killStandaloneContainer = "kill_standalone_containers"
    /// Wait for a user's standalone container.
    case waitStandaloneContainer = "wait_standalone_containers"
    /// Remove a user's standalone container.
    case removeStandaloneContainer = "remove_standalone_containers"
    /// See a user's standalone containers.
    case viewStandaloneContainer = "view_standalone_containers"
    /// Change the configuration of resource providers.
    case modifyResourceProviderConfig = "modify_resource_provider_configs"
    /// Declare a resource provider gone.
    case markResourceProviderGone = "mark_resource_providers_gone"
    /// See resource providers.
    case viewResourceProvider = "view_resource_providers"
    /// Remove unused images.
    case pruneImages = "prune_images"
    /// Grow or shrink a volume of a role.
    case resizeVolume = "resize_volumes"
    /// Make a block disk for a role.
    case createBlockDisk = "create_block_disks"
    /// Destroy a block disk of a role.
    case destroyBlockDisk = "destroy_block_disks"
    /// Make a mounted disk for a role.
    case createMountDisk = "create_mount_disks"
    /// Destroy a mounted disk of a role.
    case destroyMountDisk = "destroy_mount_disks"
    /// Destroy a raw disk of a role.
    case destroyRawDisk = "destroy_raw_disks"

    /// The field that names the objects of its rules.
    public var objectField: String {
        switch self {
        case .registerFramework, .reserveResources, .createVolume, .updateWeight, .getQuota, .updateQuota, .viewRole,
            .resizeVolume, .createBlockDisk, .destroyBlockDisk, .createMountDisk, .destroyMountDisk, .destroyRawDisk:
            "roles"
        case .unreserveResources: "reserver_principals"
        case .destroyVolume: "creator_principals"
        case .teardownFramework: "framework_principals"
        case .getEndpoint: "paths"
        case .accessMesosLog: "logs"
        case .viewFlags: "flags"
        case .setLogLevel: "level"
        case .registerAgent, .drainAgent, .deactivateAgent, .reactivateAgent, .markAgentGone: "agents"
        case .updateMaintenanceSchedule, .getMaintenanceSchedule, .startMaintenance, .stopMaintenance,
            .getMaintenanceStatus:
            "machines"
        case .modifyResourceProviderConfig, .markResourceProviderGone, .viewResourceProvider: "resource_providers"
        case .pruneImages: "images"
        default: "users"
        }
    }

    /// Whether its objects are roles, which rules may name with all roles below (`a/%`).
    public var isAboutRoles: Bool { objectField == "roles" }

    /// Whether its rules can only be about everything or nothing, not about single objects.
    public var isAllOrNothing: Bool {
        switch self {
        case .accessMesosLog, .viewFlags, .setLogLevel, .registerAgent, .updateMaintenanceSchedule,
            .getMaintenanceSchedule, .startMaintenance, .stopMaintenance, .getMaintenanceStatus, .drainAgent,
            .deactivateAgent, .reactivateAgent, .markAgentGone, .modifyResourceProviderConfig,
            .markResourceProviderGone, .viewResourceProvider, .pruneImages, .launchStandaloneContainer,
            .killStandaloneContainer, .waitStandaloneContainer, .removeStandaloneContainer, .viewStandaloneContainer:
            true
        default: false
        }
    }
}
