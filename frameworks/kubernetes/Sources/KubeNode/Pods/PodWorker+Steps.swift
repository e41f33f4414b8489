internal import ClusterBase
internal import KubeClient
internal import KubeCore
internal import KubeModel
internal import KubeletCore

extension PodWorker {
    /// Carries a plan out, step by step; cancellation gives up what can be given up.
    func carryOut(_ plan: PodPlan) async {
        let starts = plan.steps.joined().contains { $0.isStart }
        var canStart = true
        if plan.mountsVolumes || (starts && volumes == nil) { canStart = await mount() }
        for step in plan.steps {
            if Task.isCancelled { return }
            let actions = step.filter { canStart || !$0.isStart }
            let isDone = await withTaskGroup(of: Bool.self) { group in
                for action in actions { group.addTask { await self.perform(action) } }
                var isDone = true
                for await result in group { isDone = result && isDone }
                return isDone
            }
            flush()
            statusSignal.raise()
            // Without its sandbox nothing of the pod can be started; the next plan begins with what is there.
            if !isDone { return }
        }
    }

    /// Does one thing; false when nothing may follow.
    private func perform(_ action: PodAction) async -> Bool {
        switch action {
        case .startSandbox(let attempt): return await startSandbox(attempt)
        case .startContainer(let start): await self.start(start)
        case .killContainer(let kill): await self.kill(kill)
        case .unmountVolumes: await unmount()
        case .stopSandbox(let id):
            await attempt(action) { runtime throws(RuntimeFailure) in try await runtime.stopSandbox(id) }
        case .removeSandbox(let id):
            await attempt(action) { runtime throws(RuntimeFailure) in try await runtime.removeSandbox(id) }
        case .removeContainer(let id, _):
            let isRemoved = await attempt(action) { runtime throws(RuntimeFailure) in
                try await runtime.removeContainer(id)
            }
            if isRemoved { report(.containerRemoved(id: id)) }
        }
        return true
    }

    @discardableResult
    private func attempt(
        _ action: PodAction, _ body: @escaping @Sendable (any PodRuntime) async throws(RuntimeFailure) -> Void
    ) async -> Bool {
        let runtime = world.runtime
        do throws(RuntimeFailure) {
            try await uncancelled { () async throws(RuntimeFailure) in try await body(runtime) }
            return true
        } catch {
            report(.failed(action, error.message))
            return false
        }
    }

    func report(_ report: PodReport) {
        sync.report(report, now: now)
        flush()
    }

    // MARK: - Volumes

    private func mount() async -> Bool {
        do throws(VolumeFailure) {
            let address = sync.runtime?.sandboxes.first { $0.isReady }.map { _ in podAddress }
            volumes = try await world.volumes.mount(
                sync.view.object, context: world.context(podAddress: address ?? ""))
            report(.volumesMounted)
            return true
        } catch {
            if !Task.isCancelled { report(.volumesFailed(volume: error.volume, error.message)) }
            return false
        }
    }

    private func unmount() async {
        do throws(VolumeFailure) {
            try await world.volumes.unmount(uid: uid)
            volumes = nil
            report(.volumesUnmounted)
        } catch {
            report(.volumesFailed(volume: error.volume, error.message))
        }
    }

    // MARK: - Sandboxes and containers

    private func startSandbox(_ attempt: Int) async -> Bool {
        do {
            let prepared = try await world.preparation.sandbox(
                sync.view.object, attempt: attempt, context: world.context())
            warn(prepared.warnings)
            let runtime = world.runtime
            let sandbox = try await world.engine.pass {
                try await uncancelled { () async throws(RuntimeFailure) in
                    try await runtime.startSandbox(prepared.config)
                }
            }
            report(.sandboxStarted(sandbox))
            return true
        } catch {
            if !(error is CancellationError) { report(.sandboxFailed("\(error)")) }
            return false
        }
    }

    private func start(_ start: ContainerStart) async {
        do {
            guard let image = try await image(for: start) else { return }
            let id = try await create(start, image: image)
            report(.containerCreated(start, id: id))
            let runtime = world.runtime
            do {
                try await world.engine.pass {
                    try await uncancelled { () async throws(RuntimeFailure) in try await runtime.startContainer(id) }
                }
            } catch let error as RuntimeFailure {
                throw StartFailure(.run, error.message)
            }
            report(.containerStarted(start, id: id))
            try await runPostStart(start, id: id)
        } catch let failure as StartFailure {
            report(.startFailed(start, failure))
        } catch {
            // The pod is to go: the next plan sees what is there.
        }
    }

    /// Sees to it that a container's image is there; nil when the core does not want the container now.
    private func image(for start: ContainerStart) async throws -> String? {
        let runtime = world.runtime
        let reference = ImageReference(start.container.image)?.description
        var isPresent = false
        if let reference {
            do { isPresent = try await runtime.image(reference) != nil } catch {
                throw StartFailure(.imageInspect, error.message)
            }
        }
        switch sync.decideImage(for: start, isPresent: isPresent, now: now) {
        case .use(let image): return image
        case .refused: return nil
        case .pull(let image):
            report(.pulling(start))
            statusSignal.raise()
            let credentials = await world.preparation.credentials(sync.view.object, image: image)
            do { try await world.images.pull(image, credentials: credentials) } catch let error as RuntimeFailure {
                if Task.isCancelled { throw CancellationError() }
                throw StartFailure(.imagePull, error.message)
            }
            report(.pulled(start))
            return image
        }
    }

    private func create(_ start: ContainerStart, image: String) async throws -> String {
        guard let sandbox = sync.runtime?.sandboxes.first(where: { $0.id == start.sandboxID }) else {
            throw StartFailure(.create, "sandbox \(start.sandboxID) is gone")
        }
        let address = start.podAddress.isEmpty ? world.configuration.hostAddress : start.podAddress
        var request = ContainerRequest(
            pod: sync.view.object, container: start.container.name, attempt: start.attempt, sandbox: sandbox,
            volumes: volumes ?? [:], context: world.context(podAddress: address))
        if SecurityBuilder.needsImageUser(sync.view, start.container) {
            request.imageUser = try? await world.runtime.imageUser(image)
        }
        var config: ContainerConfig
        do throws(PreparationFailure) {
            let prepared = try await world.preparation.container(request)
            warn(prepared.warnings, about: start.container)
            config = prepared.config
        } catch {
            throw StartFailure(StartFailure.Reason(rawValue: error.reason) ?? .createConfig, error.message)
        }
        config.image = image
        if config.specHash.isEmpty { config.specHash = start.container.specHash }
        let (runtime, made) = (world.runtime, config)
        do {
            return try await world.engine.pass {
                try await uncancelled { () async throws(RuntimeFailure) in try await runtime.createContainer(made) }
            }
        } catch let error as RuntimeFailure {
            throw StartFailure(.create, error.message)
        }
    }

    private func runPostStart(_ start: ContainerStart, id: String) async throws {
        guard let hook = start.container.postStart else { return }
        let target = HandlerRunner.Target(
            container: start.container, containerID: id, address: podAddress, pod: sync.view.longName)
        guard let problem = await world.handlers.hook(hook, target) else { return }
        if Task.isCancelled { throw CancellationError() }
        // The next plan ends the container for it.
        report(.hookFailed(.postStart, containerID: id, name: start.container.name, problem))
        throw StartFailure(.postStartHook, problem)
    }

    private func kill(_ kill: ContainerKill) async {
        var spent = Duration.zero
        if let hook = kill.preStop, let container = sync.view.container(kill.name) {
            let began = world.clock.steady()
            await runPreStop(hook, container, kill)
            if Task.isCancelled { return }
            spent = world.clock.steady() - began
        }
        do throws(RuntimeFailure) {
            try await world.runtime.stopContainer(kill.id, grace: kill.remainingGrace(hookTook: spent))
        } catch {
            if !Task.isCancelled { report(.killFailed(kill, error.message)) }
        }
    }

    /// Runs the hook before an end, within the time that the container has.
    private func runPreStop(_ hook: HandlerView, _ container: ContainerView, _ kill: ContainerKill) async {
        let target = HandlerRunner.Target(
            container: container, containerID: kill.id, address: podAddress, pod: sync.view.longName)
        let (handlers, clock) = (world.handlers, world.clock)
        let problem = await withTaskGroup(of: String?.self) { group in
            group.addTask { await handlers.hook(hook, target) }
            group.addTask {
                try? await clock.sleep(kill.grace)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        if Task.isCancelled { return }
        if let problem { report(.hookFailed(.preStop, containerID: kill.id, name: kill.name, problem)) }
    }

    private func warn(_ warnings: [ConfigWarning], about container: ContainerView? = nil) {
        for warning in warnings {
            let event = PodEvent(.warning, warning.reason, warning.message, about: container)
            world.events.record(event.note(about: sync.view.object))
        }
    }

    // MARK: - Last words

    /// Reads the termination messages of containers that have ended.
    func collectLastWords() async {
        for wanted in sync.wantedWords {
            var words = await world.preparation.terminationMessage(
                uid: uid, container: wanted.container.name, attempt: wanted.attempt, limit: WantedWords.longestFile)
            if words.isEmpty, wanted.fallsBackToLog { words = await endOfLog(wanted.id) }
            sync.report(.lastWords(containerID: wanted.id, words), now: now)
        }
    }

    private func endOfLog(_ id: String) async -> String {
        var options = LogOptions()
        options.tailLines = WantedWords.mostLogLines
        let tail = ByteTail(limit: WantedWords.longestLog)
        try? await world.runtime.log(id, options) { bytes in
            tail.append(bytes)
            return true
        }
        return String(decoding: tail.bytes, as: UTF8.self)
    }
}

extension PodAction {
    /// Whether it makes something run, for which the pod's volumes must be there.
    fileprivate var isStart: Bool {
        switch self {
        case .startSandbox, .startContainer: true
        default: false
        }
    }
}
