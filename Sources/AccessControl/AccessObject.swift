/// What an action is done to.
public enum AccessObject: Hashable, Sendable {
    /// Nothing in particular; only rules about anything or nothing are about it.
    case any
    /// A role, for the actions about roles.
    case role(String)
    /// A user of the operating system.
    case user(String)
    /// A principal: of a framework, a reservation or a volume.
    case principal(String)
    /// A path, for `getEndpoint`.
    case path(String)

    /// The text that rules are compared with.
    var text: String? {
        switch self {
        case .any: nil
        case .role(let text), .user(let text), .principal(let text), .path(let text): text
        }
    }
}
