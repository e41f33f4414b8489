internal import AllocatorCore

extension AllocationCause {
    /// What it says of the agents it concerns; follows "3 agents: ".
    var text: String {
        switch self {
        case .agentInactive: "they are disconnected, deactivated or draining"
        case .notWhitelisted: "their host is not on the whitelist"
        case .gpus: "they have GPUs and the framework lacks the capability GPU_RESOURCES"
        case .region: "they are in another region and the framework lacks the capability REGION_AWARE"
        case .oldAgent: "they are too old for frameworks of several roles, or for a role below another"
        case .offerConstraints: "the framework's own offer constraints exclude them"
        case .heldByOthers: "all they have is used by, or offered to, others"
        case .heldByFramework: "all they have is used by, or offered to, this framework"
        case .reservedForOthers: "what they have left is reserved for other roles"
        case .capabilities: "what they have left is revocable, shared or refined, which the framework does not know"
        case .quotaLimit: "what they have left is beyond the limits of the role's quota"
        case .guaranteesOfOthers: "what they have left is kept for the guarantees of other roles"
        case .belowMinimum: "what they have left is less than the minimum of an offer"
        case .filtered: "the framework declined what they have left, and the filter still holds"
        case .offerable: "nothing stands in the way; the next allocation may offer them"
        }
    }
}
