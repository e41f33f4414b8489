/// What becomes of the objects that name a deleted object as their owner (spec `kubernetes/02` §2.10).
public enum DeletionPropagation: String, Sendable {
    /// The owner goes now, its dependents afterwards.
    case background = "Background"
    /// The dependents that block it go first, then the owner.
    case foreground = "Foreground"
    /// The dependents stay and forget their owner.
    case orphan = "Orphan"
}
