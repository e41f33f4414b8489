internal import ClusterModel
internal import MarathonModel
internal import ResourceModel

/// Where an instance is or would be, as constraints see it.
struct Placement: Hashable, Sendable {
    var hostname: String
    var region: String?
    var zone: String?
    var attributes: [String: String]

    init(hostname: String, region: String? = nil, zone: String? = nil, attributes: [String: String] = [:]) {
        (self.hostname, self.region, self.zone, self.attributes) = (hostname, region, zone, attributes)
    }

    init(_ run: Instance.Run) {
        self.init(hostname: run.hostname, region: run.region, zone: run.zone, attributes: run.attributes)
    }

    init(_ offer: Offer) {
        self.init(hostname: offer.hostname, region: offer.domain?.region, zone: offer.domain?.zone)
        for attribute in offer.attributes where attributes[attribute.name] == nil {
            attributes[attribute.name] = Placement.text(attribute.value)
        }
    }

    func value(of field: String) -> String? {
        switch field {
        case "hostname", "@hostname": hostname
        case "@region": region
        case "@zone": zone
        default: attributes[field]
        }
    }

    /// Scalars with at most three decimals, ranges as `[b-e,b-e]`.
    static func text(_ value: Attribute.Value) -> String {
        switch value {
        case .text(let text): text
        case .scalar(let number): decimal(number)
        case .ranges(let ranges):
            "[" + ranges.ranges.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",") + "]"
        }
    }

    static func decimal(_ number: Double) -> String {
        let rounded = (number * 1000).rounded(.toNearestOrEven) / 1000
        return Int64(exactly: rounded).map(String.init) ?? "\(rounded)"
    }
}

extension Constraint {
    /// Whether an offer satisfies the constraint beside the instances that are placed already (spec `marathon` §2.9;
    /// GROUP_BY by the released rule: a new group, or one of the smallest).
    func accepts(_ candidate: Placement, beside placed: [Placement]) -> Bool {
        guard let own = candidate.value(of: field) else { return rule == .unlike }
        switch rule {
        case .unique: return !placed.contains { $0.value(of: field) == own }
        case .cluster:
            if let value, !value.isEmpty { return own == value }
            guard let first = placed.lazy.compactMap({ $0.value(of: field) }).first else { return true }
            return own == first
        case .groupBy: return acceptsGroup(own, placed)
        case .maxPer: return placed.count { $0.value(of: field) == own } < (value.flatMap(Int.init) ?? 0)
        case .like: return isMatch(own)
        case .unlike: return !isMatch(own)
        case .is:
            let wanted = value ?? ""
            return own == wanted || Double(wanted).map(Placement.decimal) == own
        }
    }

    private func acceptsGroup(_ own: String, _ placed: [Placement]) -> Bool {
        var counts: [String: Int] = [:]
        for value in placed.compactMap({ $0.value(of: field) }) { counts[value, default: 0] += 1 }
        guard let count = counts[own] else { return true }
        let wanted = value.flatMap(Int.init) ?? 0
        return counts.count >= wanted && count == counts.values.min()
    }

    private func isMatch(_ text: String) -> Bool {
        guard let pattern = value, let regex = try? Regex(pattern) else { return false }
        return (try? regex.wholeMatch(in: text)) != nil
    }
}
