internal import ClusterBase
internal import ClusterModel
internal import KubeCore
internal import KubeModel
internal import OrderedCollections

extension PodScheduler {
    /// The longest wait after a write that failed: the server comes back sooner than room on a full pool.
    private static let longestWriteBackoff: Duration = .seconds(10)

    /// Takes the answer to a write.
    mutating func take(_ outcome: Outcome) {
        switch outcome.intent {
        case .create(.bindings, let binding): bound(binding, outcome.error)
        case .patch(.pods, let key, let tree, subresource: "status"):
            guard outcome.isFailure, let number = pods.number(key), pods[number].uid == uid(tree) else { return }
            pods[number].announced = ""
        case .patch(.pods, let key, let tree, _): annotated(key, tree, outcome)
        case .patch(.nodes, let key, _, _):
            if outcome.isFailure, let number = nodes.number(key.name) { nodes[number].writtenMemo = "" }
        case .delete(.pods, let key, let request):
            guard let number = pods.number(key), pods[number].uid == request.uid else { return }
            pods[number].isDeletionAsked = outcome.error == nil || outcome.error?.code == 404
            guard outcome.isFailure else { return }
            pods[number].attempts += 1
            timers.set(.delete(number), due: now + backoff(pods[number].attempts, longest: Self.longestWriteBackoff))
        default: break
        }
    }

    private func uid(_ tree: JSONValue) -> String { tree["metadata"]?["uid"]?.string ?? "" }

    private func task(_ annotations: JSONValue?) -> String { annotations?[PoolNames.task]?.string ?? "" }

    /// Takes the answer to a binding.
    private mutating func bound(_ binding: KubeObject, _ error: APIError?) {
        guard let number = pods.number(binding.key), pods[number].uid == binding.uid, pods[number].phase == .binding,
            pods[number].assignment?.task.value == task(binding["metadata", "annotations"])
        else { return }
        let node = pods[number].node
        let seen = pods[number].object
        let landed = task(seen["metadata", "annotations"]) == task(binding["metadata", "annotations"])
        guard error == nil || landed else {
            withdraw(number, to: .ignored)
            pods[number].attempts += 1
            let name = seen.text("spec", "nodeName")
            if !name.isEmpty { return adopt(number, name) }
            pods[number].phase = .waiting
            queue.add(number, shape: pods[number].shape)
            let delay = backoff(pods[number].attempts - 1, longest: Self.longestWriteBackoff)
            pods[number].holdUntil = now + delay
            return retry(number, after: delay)
        }
        nodes[node].inFlight -= 1
        (pods[number].attempts, pods[number].message, pods[number].holdUntil) = (0, "", nil)
        let (key, name) = (pods[number].key, nodes[node].name)
        effects.append(
            .note(EventNote(seen, .normal, reason: "Scheduled", "Successfully assigned \(key) to \(name)")))
        awaitLaunch(number, node)
    }

    /// Takes the answer to the annotations of a bound pod.
    private mutating func annotated(_ key: ObjectKey, _ tree: JSONValue, _ outcome: Outcome) {
        guard let number = pods.number(key), pods[number].uid == uid(tree), pods[number].phase == .bound,
            pods[number].isWriting, let assignment = pods[number].assignment,
            assignment.task.value == task(tree["metadata"]?["annotations"])
        else { return }
        let node = pods[number].node
        pods[number].isWriting = false
        nodes[node].inFlight -= 1
        launchable.append(node)
        guard outcome.isFailure else {
            pods[number].attempts = 0
            return
        }
        pods[number].assignment = nil
        pods[number].attempts += 1
        let delay = backoff(pods[number].attempts - 1, longest: Self.longestWriteBackoff)
        pods[number].holdUntil = now + delay
        timers.set(.retry(number), due: now + delay)
    }
}
