/// What names the objects of a kind may have.
public enum NameRule: Sendable {
    /// Lower-case RFC 1123 labels joined by dots.
    case subdomain
    /// One lower-case RFC 1123 label.
    case label
    /// One lower-case RFC 1035 label (begins with a letter).
    case label1035
    /// As `subdomain`, but in capital letters too: ids of the first API versions.
    case anyCaseSubdomain
    /// Anything that can be one path segment.
    case pathSegment

    /// What is wrong with a name; of a prefix (`generateName`) a trailing dash is permitted.
    public func problems(_ name: String, isPrefix: Bool = false) -> [String] {
        let checked = isPrefix && name.hasSuffix("-") ? name.dropLast() + "a" : name
        return switch self {
        case .subdomain: NameRules.dns1123Subdomain(checked)
        case .anyCaseSubdomain: NameRules.dns1123Subdomain(checked.lowercased())
        case .label: NameRules.dns1123Label(checked)
        case .label1035: NameRules.dns1035Label(checked)
        case .pathSegment: NameRules.pathSegment(name, isPrefix: isPrefix)
        }
    }
}
