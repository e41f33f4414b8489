internal import KubeModel

/// The static pods of all places, by uid.
struct StaticTable: Sendable {
    private var places: [StaticPlace: [KubeObject]] = [:]
    private var unseen: Set<StaticPlace> = []
    private var pods: [String: KubeObject] = [:]

    /// Says which places will tell what they hold.
    mutating func expect(_ sources: KubeletConfiguration.StaticSources) {
        if !sources.path.isEmpty, places[.path] == nil { unseen.insert(.path) }
    }

    /// Whether what runs may be judged by this table.
    ///
    /// A web server that does not answer keeps nobody waiting.
    var isComplete: Bool { unseen.isEmpty }

    /// All pods, by key.
    var all: [KubeObject] { pods.values.sorted { $0.key < $1.key } }

    /// The pod with a uid, or nil.
    subscript(uid: String) -> KubeObject? { pods[uid] }

    /// Whether there is such a pod.
    func contains(_ uid: String) -> Bool { pods[uid] != nil }

    /// Takes what a place holds; returns the uids of pods that are gone.
    mutating func set(_ place: StaticPlace, _ found: [KubeObject]) -> [String] {
        unseen.remove(place)
        places[place] = found
        var (next, names): ([String: KubeObject], Set<ObjectKey>) = ([:], [])
        for place in [StaticPlace.executor, .path, .url] {
            for pod in places[place] ?? [] where names.insert(pod.key).inserted {
                // What is known stays as it was first seen.
                next[pod.uid] = pods[pod.uid] ?? pod
            }
        }
        defer { pods = next }
        return pods.keys.filter { next[$0] == nil }.sorted()
    }
}
