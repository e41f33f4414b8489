public import AccessControl
public import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// Who may do what (spec `mesos/06` §6.10, §6.11).
extension MasterCore {
    /// Whether somebody (nil = nobody was authenticated) may do something; yes where there are no rules.
    public func isAllowed(_ principal: String?, _ action: AccessAction, _ object: AccessObject) -> Bool {
        isAllowed(principal.map { Principal($0) }, action, object)
    }

    /// Whether somebody may do something; yes where there are no rules.
    public func isAllowed(_ principal: Principal?, _ action: AccessAction, _ object: AccessObject) -> Bool {
        configuration.access?.allows(principal, action, object) ?? true
    }

    /// Why a framework may not register in its roles; nil when it may.
    func denial(of framework: FrameworkInfo, to principal: String?) -> String? {
        let roles = framework.roles.isEmpty ? ["*"] : framework.roles
        if roles.allSatisfy({ isAllowed(principal, .registerFramework, .role($0)) }) { return nil }
        let names = Set(roles).sorted().joined(separator: ", ")
        return "Not authorized to register framework \(framework.id?.value ?? "") with roles { \(names) }"
    }

    /// Whether somebody may end a framework.
    func mayTearDown(_ framework: FrameworkInfo, _ principal: String?) -> Bool {
        isAllowed(principal, .teardownFramework, framework.principal.map { .principal($0) } ?? .any)
    }

    /// Whether somebody may change quotas or weights so.
    func isAllowed(_ principal: String?, _ change: ShareChange) -> Bool {
        switch change {
        case .updateQuota(let configs, _):
            configs.allSatisfy { isAllowed(principal, .updateQuota, .role($0.role)) }
        case .setQuota(let quota): isAllowed(principal, .updateQuota, .role(QuotaRules.config(quota).role))
        case .removeQuota(let role, _): isAllowed(principal, .updateQuota, .role(role))
        case .updateWeights(let weights):
            weights.allSatisfy { isAllowed(principal, .updateWeight, .role($0.role)) }
        }
    }

    // MARK: Agents

    /// Notes who an agent has proved to be; nil = nobody any more.
    ///
    /// Those who never register are forgotten when there are too many, so that one secret cannot fill the memory.
    mutating func authenticated(_ pid: String, as principal: String?) {
        agentPrincipals[pid] = principal
        guard agentPrincipals.count > agents.count + Self.strangerLimit else { return }
        agentPrincipals = agentPrincipals.filter { $0.key == pid || agentsByPID[$0.key] != nil }
    }

    /// How many may have proved who they are and not be registered.
    static let strangerLimit = 20_000

    /// Why an agent may not register; nil when it may, and for all other messages.
    func denial(of message: AgentMessage, from pid: String) -> String? {
        let info: AgentInfo
        switch message {
        case .register(let registration), .reregister(let registration, _): info = registration.info
        default: return nil
        }
        let principal = agentPrincipals[pid]
        if configuration.requiresAgentAuthentication, principal == nil {
            return "Refusing registration of agent at \(pid) because it is not authenticated"
        }
        let roles = Set(info.resources.compactMap { $0.reservations.last?.role }).sorted()
        let isAllowed =
            self.isAllowed(principal, .registerAgent, .any)
            && roles.allSatisfy { self.isAllowed(principal, .reserveResources, .role($0)) }
        if isAllowed { return nil }
        let who = principal.map { "with principal '\($0)'" } ?? "without a principal"
        return "Refusing registration of agent at \(pid) (\(info.hostname)): Not authorized to register agent "
            + "providing resources '\(info.resources)' \(who)"
    }
}
