extension Resource {
    /// A persistent volume or a disk with a source (`Resource.DiskInfo` of the v1 messages).
    ///
    /// Its content is shared by copies, so that resources stay small.
    public struct Disk: Hashable, Sendable {
        /// Where the space comes from.
        public struct Source: Hashable, Sendable {
            /// What the space is; raw values are the numbers on the wire.
            public enum Kind: Int, Hashable, Sendable, CaseIterable {
                /// A directory; can be divided.
                case path = 1
                /// A file system of its own; only taken whole.
                case mount
                /// A block device; only taken whole.
                case block
                /// Storage that is not set up yet; can be divided unless it has an identity.
                case raw

                /// The name on the wire.
                public var wireName: String {
                    switch self {
                    case .path: "PATH"
                    case .mount: "MOUNT"
                    case .block: "BLOCK"
                    case .raw: "RAW"
                    }
                }
            }

            /// What the space is.
            public var kind: Kind
            /// The directory of a path or mount; nil = the resource provider says so.
            public var root: String?
            /// The identity at the storage's vendor.
            public var id: String?
            /// The storage's profile.
            public var profile: String?
            /// The vendor: type and name of a storage plugin.
            public var vendor: String?
            /// Facts from the vendor.
            public var metadata: [Label]

            /// Makes a source.
            public init(
                _ kind: Kind, root: String? = nil, id: String? = nil, profile: String? = nil, vendor: String? = nil,
                metadata: [Label] = []
            ) {
                (self.kind, self.root, self.id) = (kind, root, id)
                (self.profile, self.vendor, self.metadata) = (profile, vendor, metadata)
            }
        }

        /// Where a persistent volume appears (`Volume` of the v1 messages, as far as volumes of disks go).
        public struct Mounting: Hashable, Sendable {
            /// The path in the container.
            public var containerPath: String
            /// The path on the host; not allowed for persistent volumes.
            public var hostPath: String?
            /// Whether it can be written.
            public var isReadOnly: Bool

            /// Makes a place; writable unless said otherwise.
            public init(containerPath: String, hostPath: String? = nil, isReadOnly: Bool = false) {
                (self.containerPath, self.hostPath, self.isReadOnly) = (containerPath, hostPath, isReadOnly)
            }
        }

        private final class Content: Hashable, Sendable {
            let persistenceID: String?
            let persistencePrincipal: String?
            let mounting: Mounting?
            let source: Source?

            init(_ id: String?, _ principal: String?, _ mounting: Mounting?, _ source: Source?) {
                (persistenceID, persistencePrincipal, self.mounting, self.source) = (id, principal, mounting, source)
            }

            static func == (left: Content, right: Content) -> Bool {
                left === right
                    || (left.persistenceID == right.persistenceID
                        && left.persistencePrincipal == right.persistencePrincipal && left.mounting == right.mounting
                        && left.source == right.source)
            }

            func hash(into hasher: inout Hasher) {
                hasher.combine(persistenceID)
                hasher.combine(source)
            }
        }

        private var content: Content

        /// Makes a disk description; give `containerPath` or `mounting`.
        public init(
            persistenceID: String? = nil, persistencePrincipal: String? = nil, containerPath: String? = nil,
            mounting: Mounting? = nil, source: Source? = nil
        ) {
            let mounting = mounting ?? containerPath.map { Mounting(containerPath: $0) }
            content = Content(persistenceID, persistencePrincipal, mounting, source)
        }

        /// The persistence id of a volume.
        public var persistenceID: String? {
            get { content.persistenceID }
            set { content = Content(newValue, persistencePrincipal, mounting, source) }
        }

        /// Who made the volume.
        public var persistencePrincipal: String? {
            get { content.persistencePrincipal }
            set { content = Content(persistenceID, newValue, mounting, source) }
        }

        /// Where the volume appears.
        public var mounting: Mounting? {
            get { content.mounting }
            set { content = Content(persistenceID, persistencePrincipal, newValue, source) }
        }

        /// Where the space comes from; nil = the agent's work directory.
        public var source: Source? {
            get { content.source }
            set { content = Content(persistenceID, persistencePrincipal, mounting, newValue) }
        }

        /// Where the volume appears in the container.
        public var containerPath: String? { content.mounting?.containerPath }

        /// Whether it can only be taken whole.
        var isExclusive: Bool {
            if content.persistenceID != nil { return true }
            guard let source = content.source else { return false }
            return switch source.kind {
            case .path: false
            case .mount, .block: true
            case .raw: source.id != nil
            }
        }

        /// Whether two disks are the same but for where a container sees them and who made the volume.
        ///
        /// Source: mesos `src/common/resources.cpp` (`operator==(DiskInfo)`).
        static func isSameKind(_ left: Disk?, _ right: Disk?) -> Bool {
            guard let left, let right else { return left == nil && right == nil }
            return left.content === right.content
                || (left.content.persistenceID == right.content.persistenceID
                    && left.content.source == right.content.source)
        }
    }
}
