internal import KubeModel

/// Pulls images, each once at a time however many containers want it.
actor ImagePuller {
    private let runtime: any PodRuntime
    /// Where all pulls go one after the other.
    private let sequence: Gate?
    private var gates: [String: (gate: Gate, users: Int)] = [:]

    init(runtime: any PodRuntime, inSequence: Bool) {
        self.runtime = runtime
        sequence = inSequence ? Gate(width: 1) : nil
    }

    /// Pulls an image; whoever waited for another's pull of it asks the registry again, which has little to send then.
    func pull(_ reference: String, credentials: [RegistryCredential]) async throws {
        let gate = gates[reference]?.gate ?? Gate(width: 1)
        gates[reference] = (gate, (gates[reference]?.users ?? 0) + 1)
        defer {
            if let entry = gates[reference] {
                gates[reference] = entry.users > 1 ? (entry.gate, entry.users - 1) : nil
            }
        }
        let runtime = runtime
        try await gate.pass {
            guard let sequence else { return try await runtime.pull(reference, credentials: credentials) }
            try await sequence.pass { try await runtime.pull(reference, credentials: credentials) }
        }
    }
}
