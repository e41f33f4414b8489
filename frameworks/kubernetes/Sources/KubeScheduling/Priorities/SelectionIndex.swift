internal import KubeModel
internal import OrderedCollections

/// How many pods of a selection run on each node, kept while pods come and go.
///
/// Pods of equal namespace and labels are counted as one; a selection is counted once when it is first asked for, and
/// from then on incrementally.
struct SelectionIndex: Sendable {
    private struct Kin: Sendable {
        var identity: PodIdentity
        /// Pods by node.
        var counts: [Int: Int32] = [:]
        /// The selections that choose them.
        var groups: [Int] = []
    }

    /// The pods of a selection.
    struct Group: Sendable {
        var selection: PodSelection
        /// By node.
        var counts: [Int32] = []
        var total: Int32 = 0
    }

    private static let groupLimit = 4_096

    private var kin: [Kin] = []
    private var kinNumbers: [PodIdentity: Int] = [:]
    private var byNamespace: [String: [Int]] = [:]
    private(set) var groups: [Group] = []
    private var groupNumbers: [PodSelection: Int] = [:]

    /// Counts pods of an identity on a node.
    mutating func move(_ identity: PodIdentity, node: Int, by difference: Int32) {
        let number = kinNumber(identity)
        let count = (kin[number].counts[node] ?? 0) + difference
        kin[number].counts[node] = count == 0 ? nil : count
        for group in kin[number].groups { add(difference, to: group, node: node) }
    }

    /// The number of a selection.
    mutating func group(_ selection: PodSelection) -> Int {
        if let number = groupNumbers[selection] { return number }
        if groups.count >= Self.groupLimit { forgetGroups() }
        let number = groups.count
        groups.append(Group(selection: selection))
        groupNumbers[selection] = number
        for namespace in selection.namespaces {
            for member in byNamespace[namespace] ?? [] where selection.matches(kin[member].identity) {
                kin[member].groups.append(number)
                for (node, count) in kin[member].counts { add(count, to: number, node: node) }
            }
        }
        return number
    }

    /// How many pods of a selection are on a node.
    func count(_ group: Int, node: Int) -> Int32 {
        node < groups[group].counts.count ? groups[group].counts[node] : 0
    }

    private mutating func add(_ difference: Int32, to group: Int, node: Int) {
        while groups[group].counts.count <= node { groups[group].counts.append(0) }
        groups[group].counts[node] += difference
        groups[group].total += difference
    }

    private mutating func kinNumber(_ identity: PodIdentity) -> Int {
        if let number = kinNumbers[identity] { return number }
        forgetKin()
        let number = kin.count
        var new = Kin(identity: identity)
        for (index, group) in groups.enumerated() where group.selection.matches(identity) { new.groups.append(index) }
        kin.append(new)
        kinNumbers[identity] = number
        byNamespace[identity.namespace, default: []].append(number)
        return number
    }

    /// Forgets identities without pods once they are many.
    private mutating func forgetKin() {
        guard kin.count >= 1_024, kin.count >= 2 * liveAtLastSweep else { return }
        let live = kin.filter { !$0.counts.isEmpty }
        (kin, kinNumbers, byNamespace) = (live, [:], [:])
        for (number, entry) in live.enumerated() {
            kinNumbers[entry.identity] = number
            byNamespace[entry.identity.namespace, default: []].append(number)
        }
        liveAtLastSweep = live.count
    }

    private var liveAtLastSweep = 0

    private mutating func forgetGroups() {
        (groups, groupNumbers) = ([], [:])
        for number in kin.indices { kin[number].groups = [] }
    }
}
