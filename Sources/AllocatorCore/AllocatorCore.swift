
/// Decides who is offered what: weighted dominant resource fairness over roles, then over the frameworks of a role.
public struct AllocatorCore: Sendable {
    let configuration: AllocatorConfiguration

    /// Makes an allocator without agents and frameworks.
    public init(configuration: AllocatorConfiguration) { self.configuration = configuration }
}
