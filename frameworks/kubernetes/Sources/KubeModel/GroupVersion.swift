/// An API group and version, such as `apps/v1`; the core group's name is empty and it is written `v1`.
public struct GroupVersion: Hashable, Sendable, CustomStringConvertible {
    /// The group, such as `apps`; empty for the core group.
    public var group: String
    /// The version, such as `v1`.
    public var version: String

    /// Makes a group version.
    public init(group: String = "", _ version: String) { (self.group, self.version) = (group, version) }

    /// Reads an `apiVersion`; nil when it is empty or has more than one slash.
    public init?(parsing text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }), let version = parts.last else { return nil }
        self.init(group: parts.count == 2 ? String(parts[0]) : "", String(version))
    }

    /// The form of `apiVersion`: `apps/v1`, or `v1` for the core group.
    public var description: String { group.isEmpty ? version : group + "/" + version }

    /// Core `v1`.
    public static let v1 = GroupVersion("v1")
}

/// A kind in a group and version.
public struct GroupVersionKind: Hashable, Sendable, CustomStringConvertible {
    /// Group and version.
    public var groupVersion: GroupVersion
    /// The kind, such as `Deployment`.
    public var kind: String

    /// Makes a kind.
    public init(_ groupVersion: GroupVersion, _ kind: String) { (self.groupVersion, self.kind) = (groupVersion, kind) }

    /// `apps/v1, Kind=Deployment`, as upstream's messages write it.
    public var description: String { "\(groupVersion), Kind=\(kind)" }
}

/// A resource (plural) in a group, as error messages name it.
public struct GroupResource: Hashable, Sendable, CustomStringConvertible {
    /// The group; empty for the core group.
    public var group: String
    /// The plural, such as `deployments`; may carry a subresource (`pods/binding`).
    public var resource: String

    /// Makes a group resource.
    public init(group: String = "", _ resource: String) { (self.group, self.resource) = (group, resource) }

    /// `deployments.apps`, or `pods` for the core group.
    public var description: String { group.isEmpty ? resource : resource + "." + group }
}
