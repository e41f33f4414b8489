/// One resource: a name, a quantity, and what it is reserved, made or marked for.
///
/// The model always holds the post-refinement form: a stack of reservations, empty for unreserved resources. Borders
/// translate the older `role` and `reservation` fields. Source: `Resource` in the v1 messages; spec `mesos/02` §2.6.
public struct Resource: Hashable, Sendable {
    /// The quantity.
    public enum Value: Hashable, Sendable {
        /// An amount, such as cpus.
        case scalar(Scalar)
        /// Numbers, such as ports.
        case ranges(ValueRanges)
        /// Names; sorted and unique.
        case set([String])
    }

    /// A reservation to a role.
    public struct Reservation: Hashable, Sendable {
        /// Whether it was made on the agent's command line or by an operation.
        public enum Kind: Hashable, Sendable { case `static`, dynamic }
        /// Static or dynamic.
        public var kind: Kind
        /// The role; never `*`.
        public var role: String
        /// Who reserved it.
        public var principal: String?
        /// Labels, as key and optional value.
        public var labels: [Label]

        /// Makes a reservation.
        public init(kind: Kind, role: String, principal: String? = nil, labels: [Label] = []) {
            (self.kind, self.role, self.principal, self.labels) = (kind, role, principal, labels)
        }

        /// Whether both are the same; the order of labels does not matter.
        public static func == (left: Self, right: Self) -> Bool {
            left.role == right.role && left.kind == right.kind && left.principal == right.principal
                && (left.labels == right.labels || haveSameLabels(left, right))
        }

        private static func haveSameLabels(_ left: Self, _ right: Self) -> Bool {
            guard left.labels.count == right.labels.count, left.labels.count > 1 else { return false }
            // Most differ at once.
            for label in [left.labels[0], left.labels[left.labels.count - 1]] where !right.labels.contains(label) {
                return false
            }
            var counts: [Label: Int] = [:]
            for label in left.labels { counts[label, default: 0] += 1 }
            for label in right.labels {
                guard let count = counts[label], count > 0 else { return false }
                counts[label] = count - 1
            }
            return true
        }

        /// Hashes role and principal.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(role)
            hasher.combine(principal)
        }
    }

    /// A key with an optional value, as `Label` of the wire messages.
    public struct Label: Hashable, Sendable {
        /// The key.
        public var key: String
        /// The value.
        public var value: String?

        /// Makes a label.
        public init(key: String, value: String? = nil) { (self.key, self.value) = (key, value) }
    }

    /// The name: `cpus`, `mem`, `disk`, `gpus`, `ports` or any other.
    public var name: String
    /// The quantity.
    public var value: Value
    /// The reservation stack, outermost first; empty = unreserved.
    public var reservations: [Reservation]
    /// The role it is allocated to, once offered.
    public var allocationRole: String?
    /// Disk description.
    public var disk: Disk?
    /// Whether it may be taken back at any time.
    public var isRevocable: Bool
    /// How often it is there: 0 = not shared; else several tasks may use it at once, each taking one copy of it.
    public var sharedCount: Int
    /// The resource provider, if not the agent itself.
    public var providerID: String?

    /// Makes a resource; unreserved unless said otherwise.
    public init(
        name: String, value: Value, reservations: [Reservation] = [], allocationRole: String? = nil, disk: Disk? = nil,
        isRevocable: Bool = false, isShared: Bool = false, providerID: String? = nil
    ) {
        (self.name, self.value, self.reservations) = (name, value, reservations)
        (self.allocationRole, self.disk, self.isRevocable) = (allocationRole, disk, isRevocable)
        (sharedCount, self.providerID) = (isShared ? 1 : 0, providerID)
    }

    /// An amount of an unreserved resource.
    public static func scalar(_ name: String, _ amount: Double) -> Resource {
        Resource(name: name, value: .scalar(Scalar(amount)))
    }

    /// Numbers of an unreserved resource.
    public static func ranges(_ name: String, _ ranges: [ClosedRange<UInt64>]) -> Resource {
        Resource(name: name, value: .ranges(ValueRanges(ranges)))
    }

    /// Whether nothing is left of it.
    public var isEmpty: Bool {
        switch value {
        case .scalar(let amount): amount <= .zero
        case .ranges(let ranges): ranges.isEmpty
        case .set(let items): items.isEmpty
        }
    }

    /// The role it is reserved for; `*` when unreserved.
    public var role: String { reservations.last?.role ?? "*" }
    /// Whether it is reserved.
    public var isReserved: Bool { !reservations.isEmpty }
    /// Whether its last reservation was made by an operation.
    public var isDynamicallyReserved: Bool { reservations.last?.kind == .dynamic }
    /// Whether it is a persistent volume.
    public var isPersistentVolume: Bool { disk?.persistenceID != nil }
    /// Whether several tasks may use it at once; setting it makes one copy of it.
    public var isShared: Bool {
        get { sharedCount > 0 }
        set { sharedCount = newValue ? max(sharedCount, 1) : 0 }
    }

    /// Whether it can only be taken whole: persistent volumes, exclusive disks, and raw ones with an identity.
    public var isIndivisible: Bool {
        guard let disk else { return false }
        return disk.isExclusive
    }

    /// What a persistent volume was made of; other resources as they are, but for copies.
    ///
    /// Source: mesos `src/common/resources_utils.cpp` (CREATE and DESTROY in `getResourceConversions`).
    public var withoutVolume: Resource {
        var result = self
        result.disk = disk?.source.map { Disk(source: $0) }
        result.sharedCount = 0
        return result
    }

    /// The same with one reservation more, which must refine the last one.
    public func pushing(_ reservation: Reservation) -> Resource {
        var result = self
        result.reservations.append(reservation)
        return result
    }

    /// The same without its last reservation; unreserved resources stay as they are.
    public func popping() -> Resource {
        var result = self
        _ = result.reservations.popLast()
        return result
    }

    /// Whether a framework in `role` may be offered it: unreserved, or reserved for the role or an ancestor of it.
    public func isUsable(by role: String) -> Bool {
        guard let reserved = reservations.last?.role else { return true }
        return reserved == role || (role.hasPrefix(reserved) && role.utf8.dropFirst(reserved.utf8.count).first == 0x2f)
    }

    /// Whether two resources differ in quantity only, so that they can be added.
    public func isSameKind(as other: Resource) -> Bool {
        name == other.name && isRevocable == other.isRevocable && isShared == other.isShared
            && reservations == other.reservations && allocationRole == other.allocationRole
            && Disk.isSameKind(disk, other.disk) && providerID == other.providerID
            && value.isSameType(as: other.value)
    }
}

extension Resource {
    /// Whether both can be one entry: the same kind and divisible, or copies of one shared resource.
    func isAddable(_ other: Resource) -> Bool {
        guard isSameKind(as: other) else { return false }
        return isShared ? value == other.value : !isIndivisible
    }

    /// Whether the other can be taken from it: the same kind, and the same size where that is all or nothing.
    func isSubtractable(_ other: Resource) -> Bool {
        guard isSameKind(as: other) else { return false }
        return isShared || isIndivisible ? value == other.value : true
    }

    /// Whether all of the other is in it.
    func contains(_ other: Resource) -> Bool {
        guard isSubtractable(other) else { return false }
        if isShared { return sharedCount >= other.sharedCount }
        return switch (value, other.value) {
        case (.scalar(let left), .scalar(let right)): left >= right
        case (.ranges(let left), .ranges(let right)): left.contains(right)
        case (.set(let left), .set(let right)): right.allSatisfy(left.contains)
        default: false
        }
    }
}

extension Resource.Value {
    func isSameType(as other: Self) -> Bool {
        switch (self, other) {
        case (.scalar, .scalar), (.ranges, .ranges), (.set, .set): true
        default: false
        }
    }
}
