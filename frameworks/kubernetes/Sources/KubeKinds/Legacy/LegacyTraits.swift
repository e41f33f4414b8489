public import KubeModel

/// What sets versions of the first years (`v1beta1` to `v1beta3`) apart besides the form of their objects.
///
/// Such a version is served in full, but discovery and OpenAPI leave it out: clients take the first version that `/api`
/// lists, or fetch all of them, and none that reads discovery wants one of these. Their paths stand in the list of `/`.
/// What their conversion makes is read again by the hub's schema and completed by its defaults, so that objects are
/// stored in one form whichever version they came in.
public struct LegacyTraits: Sendable {
    /// What names new objects may have, given the kind's rule.
    public var nameRule: @Sendable (NameRule) -> NameRule = { $0 }
    /// Names that field selectors use for fields of the hub version.
    public var fieldNames: [String: String] = [:]
    /// Turns a list of today's form (`metadata`, `items`) into the version's; nil when it is the same.
    public var list: (@Sendable (KubeObject) -> KubeObject)?
    /// Turns a `Status` of today's form into the version's.
    public var status: @Sendable (KubeObject) -> KubeObject = { $0 }
}
