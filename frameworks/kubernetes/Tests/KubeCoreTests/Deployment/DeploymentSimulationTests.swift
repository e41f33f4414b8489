import ClusterBase
import KubeCore
import KubeModel
import Testing

/// Deployments, replica sets and kubelets in worlds where views are late and requests fail.
///
/// Every rollout comes to its end, and on the way there are never too many pods nor too few.
@Suite struct DeploymentSimulationTests {
    private static let faults = Faults(repeats: 0.2, drops: 0.3, refusals: 0.05)

    private func world(_ deployment: KubeObject, seed: UInt64) -> WorkloadWorld {
        var world = WorkloadWorld(
            [ControllerRig(DeploymentController()), ControllerRig(ReplicaController(.replicaSets))],
            faults: Self.faults, seed: seed)
        _ = world.server.create(.deployments, deployment)
        return world
    }

    private func images(_ pods: [KubeObject]) -> Set<String> {
        Set(pods.flatMap { $0.list("spec", "containers").compactMap { $0["image"]?.string } })
    }

    private func expectDone(_ world: WorkloadWorld, replicas: Int, image: String) {
        #expect(world.server.readyPods.count == replicas)
        #expect(world.server.activePods.count == replicas)
        #expect(images(world.server.activePods) == [image])
        let deployment = world.server[.deployments, Deployments.key] ?? KubeObject()
        #expect(Deployments.condition("Available", deployment) == "True MinimumReplicasAvailable")
        #expect(Deployments.condition("Progressing", deployment) == "True NewReplicaSetAvailable")
        for member in ["replicas", "updatedReplicas", "readyReplicas", "availableReplicas"] {
            #expect(deployment.integer("status", member) == Int64(replicas), "\(member)")
        }
        #expect(deployment.integer("status", "observedGeneration") == deployment.generation)
    }

    @Test(arguments: 1...16) func rollingUpdateKeepsWithinItsBounds(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let (replicas, surge, unavailable) = (3 + random.below(8), random.below(4), random.below(3))
        var deployment = Deployments.deployment(replicas)
        deployment["spec", "strategy", "rollingUpdate"] = [
            "maxSurge": .integer(Int64(surge)), "maxUnavailable": .integer(Int64(unavailable)),
        ]
        let least = replicas - (surge + unavailable == 0 ? 1 : unavailable)
        var world = world(deployment, seed: random.next())
        let isUp = world.run { server in #expect(server.activePods.count <= replicas) }
        #expect(isUp)
        expectDone(world, replicas: replicas, image: "nginx:1")
        for round in 2...4 {
            let image = "nginx:\(round % 3)"
            world.server.change(.deployments, Deployments.key) { deployment in
                deployment["spec", "template", "spec", "containers"] = [["name": "c", "image": .string(image)]]
            }
            let isDone = world.run { server in
                #expect(server.activePods.count <= replicas + surge)
                #expect(server.readyPods.count >= least)
            }
            #expect(isDone)
            expectDone(world, replicas: replicas, image: image)
        }
    }

    @Test(arguments: 1...8) func recreatingNeverMixesRevisions(seed: UInt64) {
        var world = world(Deployments.recreating(Deployments.deployment(5)), seed: seed)
        for round in 1...3 {
            world.server.change(.deployments, Deployments.key) { deployment in
                deployment["spec", "template", "spec", "containers"] = [
                    ["name": "c", "image": .string("nginx:\(round)")]
                ]
            }
            let isDone = world.run { server in
                #expect(images(server.all(.pods)).count <= 1)
                #expect(server.activePods.count <= 5)
            }
            #expect(isDone)
            expectDone(world, replicas: 5, image: "nginx:\(round)")
        }
    }

    /// Whatever people do to it in the middle of rollouts, the last word counts.
    @Test(arguments: 1...12) func lastWordCounts(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var world = world(Deployments.deployment(4), seed: random.next())
        var (replicas, image) = (4, "nginx:1")
        for _ in 0..<12 {
            _ = world.run(steps: random.below(150))
            switch random.below(4) {
            case 0: image = "nginx:\(random.below(6))"
            case 1: replicas = random.below(10)
            default: break
            }
            let isPaused = random.chance(0.2)
            world.server.change(.deployments, Deployments.key) { deployment in
                deployment["spec", "replicas"] = .integer(Int64(replicas))
                deployment["spec", "paused"] = isPaused ? true : nil
                deployment["spec", "template", "spec", "containers"] = [["name": "c", "image": .string(image)]]
            }
        }
        replicas = max(replicas, 1)
        world.server.change(.deployments, Deployments.key) { deployment in
            deployment["spec", "paused"] = nil
            deployment["spec", "replicas"] = .integer(Int64(replicas))
        }
        let isDone = world.run()
        #expect(isDone)
        expectDone(world, replicas: replicas, image: image)
        // The current replica set has the highest revision, and the deployment says it.
        let sets = world.server.all(.replicaSets)
        let revisions = sets.compactMap { $0.annotation("deployment.kubernetes.io/revision").flatMap { Int($0) } }
        #expect(Set(revisions).count == sets.count)
        let current = sets.first { $0.integer("spec", "replicas") != 0 }
        #expect(current?.annotation("deployment.kubernetes.io/revision") == revisions.max().map { "\($0)" })
        let deployment = world.server[.deployments, Deployments.key]
        #expect(
            deployment?.annotation("deployment.kubernetes.io/revision")
                == current?.annotation("deployment.kubernetes.io/revision"))
        #expect(sets.count <= 3)
    }

    /// Pods that never come up stop a rollout before it takes too many of the old ones.
    @Test(arguments: 1...3) func brokenRolloutStops(seed: UInt64) {
        var world = world(Deployments.deployment(8), seed: seed)
        let isUp = world.run()
        #expect(isUp)
        world.startsPods = false
        world.server.change(.deployments, Deployments.key) { deployment in
            deployment["spec", "template", "spec", "containers"] = [["name": "c", "image": "broken"]]
        }
        let isStuck = world.run(until: world.server.now.later(by: 700)) { server in
            #expect(server.readyPods.count >= 6)
            #expect(server.activePods.count <= 10)
        }
        #expect(isStuck)
        #expect(images(world.server.readyPods) == ["nginx:1"])
        let deployment = world.server[.deployments, Deployments.key] ?? KubeObject()
        #expect(Deployments.condition("Progressing", deployment) == "False ProgressDeadlineExceeded")
    }
}
