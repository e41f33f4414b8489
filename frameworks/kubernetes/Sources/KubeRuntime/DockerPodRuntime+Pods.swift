internal import ClusterBase
internal import Containers
internal import KubeModel
public import KubeNode
public import KubeletCore

extension DockerPodRuntime {
    /// How many containers are looked at at a time.
    private static let inspectors = 16

    /// Every pod of this node; see `PodRuntime`.
    public func pods() async throws(RuntimeFailure) -> [RuntimePod] {
        let listed = try await listed([PodLabels.podUID])
        records.keep(only: Set(listed.map(\.id)))
        return try await assemble(listed)
    }

    /// One pod; see `PodRuntime`.
    public func pod(uid: String) async throws(RuntimeFailure) -> RuntimePod? {
        try await assemble(try await listed(["\(PodLabels.podUID)=\(uid)"])).first
    }

    private func listed(_ labels: [String]) async throws(RuntimeFailure) -> [ListedContainer] {
        let owner = options.owner.map { "\($0.key)=\($0.value)" }
        return try await asking { try await engine.list(labels: owner + labels).compactMap(ListedContainer.init) }
    }

    /// Groups containers by pod, in the order of namespace and name.
    private func assemble(_ listed: [ListedContainer]) async throws(RuntimeFailure) -> [RuntimePod] {
        let details = try await details(of: listed.filter { !$0.isSandbox })
        let digests = try await digests(of: Set(listed.lazy.filter { !$0.isSandbox }.map(\.imageID)))
        var pods: [String: RuntimePod] = [:]
        for entry in listed {
            var pod = pods[entry.uid] ?? RuntimePod(key: entry.key, uid: entry.uid)
            if entry.isSandbox {
                pod.sandboxes.append(
                    RuntimeSandbox(
                        id: entry.id, attempt: entry.attempt,
                        isReady: entry.state == "running" && !records.hasEnded(entry.id),
                        createdAt: entry.createdAt, address: entry.isRunning ? entry.address : "",
                        usesHostNetwork: entry.usesHostNetwork))
            } else if let details = details[entry.id] {
                pod.containers.append(
                    RuntimeContainer(
                        id: entry.id, name: entry.name, attempt: entry.attempt, image: details.image,
                        imageID: ImageReference.status(
                            entry.imageID, image: details.image, digests: digests[entry.imageID] ?? []),
                        specHash: entry.labels[PodLabels.hash] ?? "",
                        sandboxID: entry.labels[PodLabels.sandboxID] ?? "",
                        createdAt: details.createdAt ?? entry.createdAt, state: details.state, labels: entry.labels))
            }
            pods[entry.uid] = pod
        }
        return pods.values.map { pod in
            var pod = pod
            pod.sandboxes.sort { ($0.attempt, $0.createdAt, $0.id) > ($1.attempt, $1.createdAt, $1.id) }
            pod.containers.sort { ($0.createdAt, $0.attempt, $0.id) > ($1.createdAt, $1.attempt, $1.id) }
            return pod
        }.sorted { ($0.key, $0.uid) < ($1.key, $1.uid) }
    }

    /// The details of containers, inspected where they are not known; those removed meanwhile are left out.
    private func details(
        of listed: [ListedContainer]
    ) async throws(RuntimeFailure) -> [String: ContainerDetails] {
        var known: [String: ContainerDetails] = [:]
        var unknown: [ListedContainer] = []
        for entry in listed {
            if let details = records.details(entry.id, in: entry.state) {
                known[entry.id] = details
            } else {
                unknown.append(entry)
            }
        }
        let found = try await inspectEach(unknown) { [engine, records] entry in
            do {
                let document = try await engine.inspect(entry.id)
                return (
                    entry.id,
                    records.add(
                        ContainerDetails(document, listedState: entry.state), of: entry.id, now: EngineClock.reading)
                )
            } catch let error as ClusterError where error.code == .notFound {
                return nil
            }
        }
        return known.merging(found) { $1 }
    }

    private func digests(of images: Set<String>) async throws(RuntimeFailure) -> [String: [String]] {
        var known: [String: [String]] = [:]
        var unknown: [String] = []
        for image in images {
            if let digests = records.digests(of: image) { known[image] = digests } else { unknown.append(image) }
        }
        let found = try await inspectEach(unknown.sorted()) { [engine, records] image in
            let document = image.isEmpty ? nil : try await engine.inspectImage(image)
            let digests = (document?["RepoDigests"]?.array ?? []).compactMap(\.string)
            records.add(digests: digests, of: image)
            return (image, digests)
        }
        return known.merging(found) { $1 }
    }

    /// Asks about each item, a few at a time.
    private func inspectEach<Item: Sendable, Answer: Sendable>(
        _ items: [Item], _ ask: @escaping @Sendable (Item) async throws -> (String, Answer)?
    ) async throws(RuntimeFailure) -> [(String, Answer)] {
        guard !items.isEmpty else { return [] }
        return try await asking {
            try await withThrowingTaskGroup(of: (String, Answer)?.self) { group in
                var rest = items[...]
                for item in rest.prefix(Self.inspectors) { group.addTask { try await ask(item) } }
                rest = rest.dropFirst(Self.inspectors)
                var answers: [(String, Answer)] = []
                while let answer = try await group.next() {
                    if let answer { answers.append(answer) }
                    if let item = rest.popFirst() { group.addTask { try await ask(item) } }
                }
                return answers
            }
        }
    }
}
