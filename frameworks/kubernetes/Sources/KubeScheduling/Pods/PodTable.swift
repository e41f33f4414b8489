internal import KubeModel

/// All pods by number; a number is used again after its pod is gone.
struct PodTable: Sendable {
    private var entries: [PodEntry] = []
    private var numbers: [ObjectKey: Int] = [:]
    private var vacant: [Int] = []

    /// The number of a pod.
    func number(_ key: ObjectKey) -> Int? { numbers[key] }

    /// The keys of all pods, in order.
    var keys: [ObjectKey] { numbers.keys.sorted() }

    subscript(number: Int) -> PodEntry {
        _read { yield entries[number] }
        _modify { yield &entries[number] }
    }

    /// Adds a pod.
    mutating func add(_ entry: PodEntry) -> Int {
        let number: Int
        if let hole = vacant.popLast() {
            number = hole
            entries[hole] = entry
        } else {
            number = entries.count
            entries.append(entry)
        }
        numbers[entry.key] = number
        return number
    }

    /// Removes a pod.
    mutating func remove(_ number: Int) {
        numbers[entries[number].key] = nil
        entries[number].object = KubeObject()
        entries[number].phase = .ignored
        vacant.append(number)
    }
}
