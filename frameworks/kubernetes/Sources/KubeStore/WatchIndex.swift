/// Running watches by prefix: the watches a key concerns are found with one binary search, however many others run.
///
/// The prefixes are kept in byte order, each with the longest other prefix that it begins with. All prefixes of a key
/// then lie on one such chain, which begins at the last prefix not behind the key.
struct WatchIndex {
    private struct Node {
        var parent: KeyText?
        var watchers: [Watcher] = []
    }

    private var nodes: [KeyText: Node] = [:]
    private var sorted: [KeyText] = []

    /// Every watch.
    var watchers: [Watcher] { sorted.flatMap { nodes[$0]?.watchers ?? [] } }

    /// The watches of exactly this prefix, in the order in which they began.
    func watchers(of prefix: KeyText) -> [Watcher] { nodes[prefix]?.watchers ?? [] }

    /// The prefixes being watched that a key begins with, longest first.
    func prefixes(of key: KeyText) -> [KeyText] {
        var found: [KeyText] = []
        var candidate = sorted.partitionPoint { key < $0 }.predecessor.map { sorted[$0] }
        while let prefix = candidate {
            if key.hasPrefix(prefix) { found.append(prefix) }
            candidate = nodes[prefix]?.parent
        }
        return found
    }

    mutating func insert(_ watcher: Watcher) {
        let prefix = watcher.prefix
        if nodes[prefix] == nil {
            let parent = prefixes(of: prefix).first
            let place = sorted.partitionPoint { prefix < $0 }
            sorted.insert(prefix, at: place)
            nodes[prefix] = Node(parent: parent)
            relink(behind: place, below: prefix, from: parent, to: prefix)
        }
        nodes[prefix]?.watchers.append(watcher)
    }

    mutating func remove(_ watcher: Watcher) {
        let prefix = watcher.prefix
        guard let place = nodes[prefix]?.watchers.firstIndex(where: { $0 === watcher }) else { return }
        nodes[prefix]?.watchers.remove(at: place)
        guard let node = nodes[prefix], node.watchers.isEmpty else { return }
        let position = sorted.partitionPoint { !($0 < prefix) }
        relink(behind: position, below: prefix, from: prefix, to: node.parent)
        sorted.remove(at: position)
        nodes[prefix] = nil
    }

    /// Gives the prefixes that follow and begin with `prefix` another parent.
    private mutating func relink(behind place: Int, below prefix: KeyText, from old: KeyText?, to new: KeyText?) {
        for longer in sorted[(place + 1)...] {
            guard longer.hasPrefix(prefix) else { return }
            if nodes[longer]?.parent == old { nodes[longer]?.parent = new }
        }
    }
}

extension Int {
    fileprivate var predecessor: Int? { self > 0 ? self - 1 : nil }
}
