import ClusterBase
import ClusterPorts
import StateStorage
import Testing

@Suite struct MemoryVariableStoreTests {
    @Test func keepsTheContract() async throws { try await variableStoreContract(MemoryVariableStore()) }

    @Test func faultsHitTheNextCommitsInOrder() async throws {
        let store = MemoryVariableStore()
        store.inject(.unavailable, .unavailableAfterCommit, .delay(.milliseconds(1)))
        #expect(await failure { try await store.commit([.put(name: "a", value: [1])]) }?.code == .unavailable)
        #expect(try await store.readAll(prefix: "") == [])
        #expect(await failure { try await store.commit([.put(name: "a", value: [2])]) }?.code == .unavailable)
        #expect(try await store.readAll(prefix: "").map(\.value) == [[2]])
        _ = try await store.commit([.put(name: "a", value: [3])])
        #expect(store.commits == 2)
    }
}
