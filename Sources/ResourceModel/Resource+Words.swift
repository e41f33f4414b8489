extension Resource: CustomStringConvertible {
    /// Mesos' text form with all that is said of it:
    /// `disk(allocated: a)(reservations: [(DYNAMIC,a,principal,{key: value})])[MOUNT:/mnt,id:path]{REV}<SHARED>:64`.
    ///
    /// Source: mesos `src/common/resources.cpp` (`operator<<`).
    public var description: String { description(value: value.description) }

    /// The text form with other words for the quantity.
    public func description(value: String) -> String {
        var text = name
        if let allocationRole { text += "(allocated: \(allocationRole))" }
        if !reservations.isEmpty {
            text += "(reservations: [" + reservations.map { "(\($0))" }.joined(separator: ",") + "])"
        }
        if let disk { text += "[\(disk)]" }
        if isRevocable { text += "{REV}" }
        if isShared { text += "<SHARED>" }
        return text + ":" + value
    }

    /// Name, role and quantity, as `--resources` has them: `cpus:2`, `mem(role):1024`, `ports:[31000-32000]`.
    public var summary: String { isReserved ? "\(name)(\(role)):\(value)" : "\(name):\(value)" }

    /// Labels in mesos' text form: `{key: value, key}`.
    public static func words(of labels: [Label]) -> String {
        let parts = labels.map { label in label.value.map { "\(label.key): \($0)" } ?? label.key }
        return "{" + parts.joined(separator: ", ") + "}"
    }
}

extension Resource.Value: CustomStringConvertible {
    /// Mesos' text form: `2`, `[31000-32000]`, `{a, b}`.
    public var description: String {
        switch self {
        case .scalar(let amount): amount.description
        case .ranges(let ranges): ranges.description
        case .set(let items): "{" + items.joined(separator: ", ") + "}"
        }
    }
}

extension Resource.Reservation: CustomStringConvertible {
    /// Mesos' text form: `DYNAMIC,role,principal,{key: value}`.
    public var description: String {
        var text = (kind == .static ? "STATIC," : "DYNAMIC,") + role
        if let principal { text += "," + principal }
        if !labels.isEmpty { text += "," + Resource.words(of: labels) }
        return text
    }
}

extension Resource.Disk: CustomStringConvertible {
    /// Mesos' text form: source, persistence id and mounting: `MOUNT:/mnt,id:path`.
    public var description: String {
        let parts = [source?.description, persistenceID].compactMap { $0 }
        return parts.joined(separator: ",") + (mounting.map { ":\($0)" } ?? "")
    }
}

extension Resource.Disk.Source: CustomStringConvertible {
    /// Mesos' text form: `PATH:/root`, `RAW(vendor,id,profile)`.
    public var description: String {
        if id != nil || profile != nil {
            return "\(kind.wireName)(\(vendor ?? ""),\(id ?? ""),\(profile ?? ""))"
        }
        guard kind == .path || kind == .mount, let root else { return kind.wireName }
        return "\(kind.wireName):\(root)"
    }
}

extension Resource.Disk.Mounting: CustomStringConvertible {
    /// Mesos' text form: `container`, `host:container:rw`.
    public var description: String {
        guard let hostPath else { return containerPath }
        return "\(hostPath):\(containerPath):\(isReadOnly ? "ro" : "rw")"
    }
}
