import ClusterBase
import KubeCore
import KubeModel
import Testing

/// Random forests of owners, deleted at random, under a lagging watch: whatever the order, the end is what ownership
/// says.
@Suite struct GarbageSimulationTests {
    private static let kinds: [ResourceKind] = [.configMaps, .replicaSets, .pods]

    /// An object by number: it lies in one of two namespaces and may be owned by smaller numbers of the same one.
    private struct Plant {
        var kind: ResourceKind
        var object: KubeObject
        var owners: [Int]
    }

    private func plant(_ count: Int, _ random: inout SeededRandom) -> [Plant] {
        var plants: [Plant] = []
        for number in 0..<count {
            let kind = Self.kinds[random.below(Self.kinds.count)]
            var object = KubeObject()
            (object.apiVersion, object.kind) = (kind.groupVersion.description, kind.kind)
            (object.name, object.uid) = ("o\(number)", "u\(number)")
            object.namespace = "ns\(number % 2)"
            let candidates = plants.indices.filter { $0 % 2 == number % 2 }
            var owners: Set<Int> = []
            for _ in 0..<random.below(3) where !candidates.isEmpty {
                owners.insert(candidates[random.below(candidates.count)])
            }
            object.ownerReferences = owners.sorted().map { owner in
                OwnerReference(
                    apiVersion: plants[owner].object.apiVersion, kind: plants[owner].object.kind,
                    name: plants[owner].object.name, uid: plants[owner].object.uid,
                    blocksOwnerDeletion: random.chance(0.5))
            }
            plants.append(Plant(kind: kind, object: object, owners: owners.sorted()))
        }
        return plants
    }

    /// Which objects stay: a deleted one goes, and one that had owners goes with the last of them; owners come first.
    private func survivors(_ plants: [Plant], deleted: Set<Int>) -> Set<String> {
        var gone = deleted
        for (number, plant) in plants.enumerated() where !plant.owners.isEmpty {
            if plant.owners.allSatisfy(gone.contains) { gone.insert(number) }
        }
        return Set(plants.indices.filter { !gone.contains($0) }.map { plants[$0].object.uid })
    }

    @Test(arguments: 1...40) func endIsWhatOwnershipSays(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let plants = plant(40, &random)
        var world = GarbageWorld(kinds: Self.kinds, seed: random.next())
        for plant in plants { world.create(plant.kind, plant.object) }
        world.settle()
        #expect(world.writes == 0)
        var deleted: Set<Int> = []
        for _ in 0..<8 {
            let number = random.below(plants.count)
            let policy: DeletionPropagation = random.chance(0.5) ? .foreground : .background
            if world.object(plants[number].kind, plants[number].object.key) != nil { deleted.insert(number) }
            _ = world.delete(plants[number].kind, plants[number].object.key, DeletionRequest(propagation: policy))
            if random.chance(0.5) { world.settle() }
        }
        world.settle()
        #expect(world.uids == survivors(plants, deleted: deleted))
        // What stays names no owner that is gone.
        for plant in plants {
            guard let object = world.object(plant.kind, plant.object.key) else { continue }
            #expect(object.ownerReferences.allSatisfy { world.uids.contains($0.uid) })
        }
        let writes = world.writes
        world.settle()
        #expect(world.writes == writes)
    }

    @Test(arguments: 1...10) func orphaningLeavesEverythingElse(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let plants = plant(20, &random)
        var world = GarbageWorld(kinds: Self.kinds, seed: random.next())
        for plant in plants { world.create(plant.kind, plant.object) }
        world.settle()
        let number = random.below(plants.count)
        _ = world.delete(plants[number].kind, plants[number].object.key, DeletionRequest(propagation: .orphan))
        world.settle()
        #expect(world.uids.count == plants.count - 1)
    }
}
