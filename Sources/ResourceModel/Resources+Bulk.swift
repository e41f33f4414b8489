extension Resources {
    /// A large bag while much is done to it at once: entries are found by what tells kinds apart, not one by one.
    ///
    /// Making one costs as much as a few searches. Entries that go leave holes, so that places stay.
    struct Bulk {
        /// Smaller bags are searched faster than they are indexed.
        static let threshold = 64
        /// After so many searches it pays to index.
        static let patience = 8

        private var entries: [Resource]
        private var isHole: [Bool]
        private var places: [Int: [Int]] = [:]

        init(_ entries: [Resource]) {
            self.entries = entries
            isHole = Array(repeating: false, count: entries.count)
            places.reserveCapacity(entries.count)
            for (place, entry) in entries.enumerated() { places[entry.kindHash, default: []].append(place) }
        }

        /// What is left, in order.
        var rest: [Resource] { zip(entries, isHole).filter { !$0.1 }.map(\.0) }

        mutating func add(_ resource: Resource) {
            guard !resource.isEmpty else { return }
            let hash = resource.kindHash
            guard let at = place(hash, where: { $0.isAddable(resource) }) else {
                places[hash, default: []].append(entries.count)
                entries.append(resource)
                return isHole.append(false)
            }
            entries[at].merge(resource)
        }

        mutating func subtract(_ resource: Resource) {
            guard let at = place(resource.kindHash, where: { $0.isSubtractable(resource) }) else { return }
            if !entries[at].reduce(by: resource) { isHole[at] = true }
        }

        func contains(_ resource: Resource) -> Bool {
            resource.isEmpty || place(resource.kindHash, where: { $0.contains(resource) }) != nil
        }

        private func place(_ hash: Int, where condition: (Resource) -> Bool) -> Int? {
            places[hash]?.first { !isHole[$0] && condition(entries[$0]) }
        }
    }
}

extension Resource {
    /// The same for all resources of one kind.
    fileprivate var kindHash: Int {
        var hasher = Hasher()
        hasher.combine(name)
        hasher.combine(allocationRole)
        hasher.combine(disk?.persistenceID)
        hasher.combine(providerID)
        for reservation in reservations {
            hasher.combine(reservation)
            // In whatever order they come.
            hasher.combine(reservation.labels.reduce(0) { $0 &+ $1.hashValue })
        }
        return hasher.finalize()
    }

    /// Adds another of the same kind.
    mutating func merge(_ other: Resource) {
        if isShared {
            sharedCount += other.sharedCount
            return
        }
        switch (value, other.value) {
        case (.scalar(let left), .scalar(let right)): value = .scalar(left + right)
        case (.ranges(let left), .ranges(let right)): value = .ranges(left + right)
        case (.set(let left), .set(let right)): value = .set(Set(left).union(right).sorted())
        default: break
        }
    }

    /// Takes another of the same kind off; false when nothing is left.
    mutating func reduce(by other: Resource) -> Bool {
        if isShared {
            guard sharedCount > other.sharedCount else { return false }
            sharedCount -= other.sharedCount
            return true
        }
        switch (value, other.value) {
        case (.scalar(let left), .scalar(let right)): value = .scalar(left - right)
        case (.ranges(let left), .ranges(let right)): value = .ranges(left - right)
        case (.set(let left), .set(let right)): value = .set(left.filter { !right.contains($0) })
        default: break
        }
        return !isEmpty
    }
}
