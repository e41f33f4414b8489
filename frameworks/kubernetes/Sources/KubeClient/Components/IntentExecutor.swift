internal import ClusterBase
public import KubeCore
internal import KubeModel

/// Carries out what controllers want, at the API server.
public struct IntentExecutor: Sendable {
    /// How many intents of one plan are carried out at a time.
    private static let width = 8

    /// What they go through.
    public let client: KubeClient

    /// Makes an executor.
    public init(client: KubeClient) { self.client = client }

    /// Carries intents out; the outcomes are in their order, failures among them.
    public func execute(_ intents: [Intent]) async -> [Outcome] {
        guard intents.count > 1 else {
            var outcomes: [Outcome] = []
            for intent in intents { outcomes.append(await execute(intent)) }
            return outcomes
        }
        return await withTaskGroup(of: (Int, Outcome).self) { group in
            var outcomes = [Outcome?](repeating: nil, count: intents.count)
            var next = 0
            func start() {
                guard next < intents.count else { return }
                let (index, intent) = (next, intents[next])
                group.addTask { (index, await execute(intent)) }
                next += 1
            }
            for _ in 0..<Self.width { start() }
            for await (index, outcome) in group {
                outcomes[index] = outcome
                start()
            }
            return outcomes.compactMap { $0 }
        }
    }

    private func execute(_ intent: Intent) async -> Outcome {
        do { return Outcome(intent, try await answer(to: intent)) } catch let error as APIError {
            return Outcome(intent, .failed(error))
        } catch {
            return Outcome(intent, .failed(.unavailable("\(error)")))
        }
    }

    private func answer(to intent: Intent) async throws -> Outcome.Answer {
        switch intent {
        case .get(let kind, let key): return .object(try await client.get(kind, key))
        case .list(let kind, let namespace):
            return .objects(try await client.list(kind, ObjectSelection(namespace: namespace)).objects)
        case .create(let kind, let object): return .object(try await client.create(kind, object))
        case .update(let kind, let object, let subresource):
            return .object(try await client.update(kind, object, subresource: subresource))
        case .patch(let kind, let key, let patch, let subresource):
            return .object(try await client.patch(kind, key, .merge, patch, subresource: subresource))
        case .delete(let kind, let key, let request):
            try await client.delete(kind, key, request)
            return .done
        case .deleteAll(let kind, let namespace):
            try await client.deleteAll(kind, ObjectSelection(namespace: namespace))
            return .done
        }
    }
}
