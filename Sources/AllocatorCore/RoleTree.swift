/// The roles as a tree by the parts of their names (`a/b/c`), ordered by share at every level.
///
/// What is booked to a role counts for each of its ancestors, so that `a/b` and `a/c` compete for the share of `a`. A
/// role that has roles below it competes with them as one more child of itself. Source: spec `mesos/06` §6.4 Sorters.
package struct RoleTree: Sendable {
    /// A role's number; roles that are only ancestors have one too.
    package typealias Number = Int32

    private static let root: Number = 0

    private struct Node: Sendable {
        let path: String
        let parent: Number
        /// The number in the sorter of the parent.
        let client: Int32
        var sorter: ShareSorter
        /// By client number of `sorter`; the root's number where there is none.
        var children: [Number] = []
        /// The client that stands for the role itself, once there are children.
        var own: Int32?
        /// Whether the role has frameworks that take offers.
        var isActive = false
        /// Active children.
        var activeChildren = 0
        /// Who needs the node: the role itself, and children.
        var users = 0
        /// What was booked to the role itself.
        var booked = ScalarVector.zero
        var bookings: UInt64 = 0
    }

    /// Vacant ones have no parent, as the root.
    private var nodes: [Node]
    private var vacant: [Number] = []
    private var numbers: [String: Number] = [:]
    private var weights: [String: Double]
    private let template: ShareSorter
    /// How many roles have others below them; without any, the order is that of the root's sorter.
    private var inner = 0
    private var cache: [Number] = []
    private var isStale = true
    private var cachedTotal = ScalarVector.zero

    /// An empty tree; sorters are copies of the template.
    package init(weights: [String: Double], template: ShareSorter) {
        (self.weights, self.template) = (weights, template)
        nodes = [Node(path: "", parent: -1, client: -1, sorter: template)]
    }

    /// The roles that were added, and their ancestors.
    var paths: [String] { numbers.keys.sorted() }

    /// The number of a role, if it or one below it was added.
    func number(of path: String) -> Number? { numbers[path] }

    /// Takes a role in, inactive; its number stays until `remove`.
    package mutating func add(_ path: String) -> Number {
        let number = makeNode(path)
        nodes[Int(number)].users += 1
        return number
    }

    /// Forgets a role to which nothing is booked, and ancestors that nobody needs any more.
    package mutating func remove(_ number: Number) {
        setActive(number, false)
        release(number)
        isStale = true
    }

    /// Lists a role in `order`, or does not.
    package mutating func setActive(_ number: Number, _ active: Bool) {
        guard nodes[Int(number)].isActive != active else { return }
        nodes[Int(number)].isActive = active
        if let own = nodes[Int(number)].own { nodes[Int(number)].sorter.setActive(own, active) }
        if nodes[Int(number)].activeChildren == 0 { tellParent(number, active) }
        isStale = true
    }

    /// Sets the weight of a role, above 0, among its siblings.
    mutating func setWeight(_ weight: Double, of path: String) {
        weights[path] = weight
        isStale = true
        guard let number = numbers[path] else { return }
        nodes[Int(nodes[Int(number)].parent)].sorter.setWeight(nodes[Int(number)].client, weight)
    }

    /// Forgets the weight of a role, which is 1 then.
    mutating func removeWeight(of path: String) {
        setWeight(1, of: path)
        weights[path] = nil
    }

    /// The part of the cluster that a role and those below it hold, by its weight.
    func share(of number: Number, total: ScalarVector) -> Double {
        let parent = nodes[Int(number)].parent
        return parent < 0 ? 0 : nodes[Int(parent)].sorter.share(of: nodes[Int(number)].client, total: total)
    }

    /// Books an allocation (or, with negative amounts, its return).
    package mutating func book(_ number: Number, _ amounts: ScalarVector, isAllocation: Bool, total: ScalarVector) {
        nodes[Int(number)].booked &+= amounts
        if isAllocation { nodes[Int(number)].bookings += 1 }
        if let own = nodes[Int(number)].own {
            nodes[Int(number)].sorter.book(own, amounts, isAllocation: isAllocation, total: total)
        }
        var place = number
        while nodes[Int(place)].parent >= 0 {
            let (parent, client) = (nodes[Int(place)].parent, nodes[Int(place)].client)
            nodes[Int(parent)].sorter.book(client, amounts, isAllocation: isAllocation, total: total)
            place = parent
        }
        isStale = true
    }

    /// Brings the order of the active roles up to date: neediest first, depth first.
    ///
    /// O(1) when nothing changed, or when no role has others below it and the total is the same.
    package mutating func sort(total: ScalarVector) {
        if inner == 0 {
            nodes[Int(Self.root)].sorter.sort(total: total)
            return
        }
        guard isStale || total != cachedTotal else { return }
        var order = cache
        cache = []
        order.removeAll(keepingCapacity: true)
        visit(Self.root, total, &order)
        cache = order
        cachedTotal = total
        isStale = false
    }

    /// How many roles are active.
    package var activeCount: Int { inner == 0 ? nodes[Int(Self.root)].sorter.order.count : cache.count }

    /// The active role at a place in the order; to be sorted before.
    package func active(at place: Int) -> Number {
        guard inner == 0 else { return cache[place] }
        return nodes[Int(Self.root)].children[Int(nodes[Int(Self.root)].sorter.order[place])]
    }

    /// The active roles, neediest first, depth first.
    mutating func order(total: ScalarVector) -> [Number] {
        sort(total: total)
        return (0..<activeCount).map(active(at:))
    }

    /// The active roles in an order of chance, each level by itself: a role comes first as often as its weight says.
    package mutating func shuffled(_ random: inout some RandomNumberGenerator) -> [Number] {
        if inner == 0 {
            let children = nodes[Int(Self.root)].children
            return nodes[Int(Self.root)].sorter.shuffled(&random).map { children[Int($0)] }
        }
        var order: [Number] = []
        visitShuffled(Self.root, &random, &order)
        return order
    }

    private mutating func visit(_ number: Number, _ total: ScalarVector, _ order: inout [Number]) {
        nodes[Int(number)].sorter.sort(total: total)
        let node = nodes[Int(number)]
        for client in node.sorter.order { descend(node, number, client, &order) { visit($0, total, &$1) } }
    }

    private mutating func visitShuffled(
        _ number: Number, _ random: inout some RandomNumberGenerator, _ order: inout [Number]
    ) {
        let clients = nodes[Int(number)].sorter.shuffled(&random)
        let node = nodes[Int(number)]
        for client in clients {
            descend(node, number, client, &order) { visitShuffled($0, &random, &$1) }
        }
    }

    private func descend(
        _ node: Node, _ number: Number, _ client: Int32, _ order: inout [Number],
        _ visit: (Number, inout [Number]) -> Void
    ) {
        if client == node.own { return order.append(number) }
        let child = node.children[Int(client)]
        if nodes[Int(child)].own == nil { order.append(child) } else { visit(child, &order) }
    }

    // MARK: Nodes

    private mutating func makeNode(_ path: String) -> Number {
        if let known = numbers[path] { return known }
        var parent = Self.root
        if let slash = path.lastIndex(of: "/") { parent = makeNode(String(path[..<slash])) }
        openForChildren(parent)
        let client = nodes[Int(parent)].sorter.add(path, weight: weights[path] ?? 1)
        let node = Node(path: path, parent: parent, client: client, sorter: template)
        let number: Number
        if let free = vacant.popLast() {
            number = free
            nodes[Int(free)] = node
        } else {
            number = Number(nodes.count)
            nodes.append(node)
        }
        setChild(number, client, of: parent)
        nodes[Int(parent)].users += 1
        numbers[path] = number
        return number
    }

    private mutating func setChild(_ child: Number, _ client: Int32, of parent: Number) {
        while nodes[Int(parent)].children.count <= Int(client) { nodes[Int(parent)].children.append(Self.root) }
        nodes[Int(parent)].children[Int(client)] = child
    }

    /// Lets the role itself compete with its children from now on.
    private mutating func openForChildren(_ number: Number) {
        guard number != Self.root, nodes[Int(number)].own == nil else { return }
        var node = nodes[Int(number)]
        let own = node.sorter.add(node.path, weight: 1)
        node.sorter.take(own, booked: node.booked, bookings: node.bookings)
        node.sorter.setActive(own, node.isActive)
        node.own = own
        inner += 1
        nodes[Int(number)] = node
        isStale = true
    }

    private mutating func release(_ number: Number) {
        guard number != Self.root else { return }
        nodes[Int(number)].users -= 1
        let node = nodes[Int(number)]
        if node.users > 0 { return }
        nodes[Int(node.parent)].sorter.remove(node.client)
        setChild(Self.root, node.client, of: node.parent)
        if node.own != nil { inner -= 1 }
        nodes[Int(number)] = Node(path: "", parent: -1, client: -1, sorter: template)
        numbers[node.path] = nil
        vacant.append(number)
        release(node.parent)
    }

    private mutating func tellParent(_ number: Number, _ active: Bool) {
        let node = nodes[Int(number)]
        guard node.parent >= 0 else { return }
        var parent = nodes[Int(node.parent)]
        parent.sorter.setActive(node.client, active)
        let wasListed = parent.isActive || parent.activeChildren > 0
        parent.activeChildren += active ? 1 : -1
        nodes[Int(node.parent)] = parent
        if wasListed != (parent.isActive || parent.activeChildren > 0) { tellParent(node.parent, active) }
    }
}
