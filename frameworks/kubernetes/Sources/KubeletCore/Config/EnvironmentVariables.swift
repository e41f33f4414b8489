/// Variables in the order in which they were first set.
struct EnvironmentVariables: Sendable {
    private(set) var entries: [(name: String, value: String)] = []
    private var places: [String: Int] = [:]

    subscript(name: String) -> String? {
        get { places[name].map { entries[$0].value } }
        set {
            guard let newValue else { return }
            if let place = places[name] {
                entries[place].value = newValue
            } else {
                places[name] = entries.count
                entries.append((name, newValue))
            }
        }
    }

    /// Sets all of them, in their order.
    mutating func merge(_ others: some Sequence<(name: String, value: String)>) {
        for other in others { self[other.name] = other.value }
    }
}
