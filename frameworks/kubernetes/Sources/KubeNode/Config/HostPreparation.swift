public import KubeModel
internal import KubeletCore
public import Logging
internal import NIOPosix

/// Works out how pods of this node are made, from their objects, the objects these refer to, and the host.
public final class HostPreparation: PodPreparation {
    let settings: PodSettings
    let source: any ConfigSource
    private let secrets: PullSecrets
    private let logger: Logger

    /// Makes a preparation.
    public init(_ settings: PodSettings, source: any ConfigSource, logger: Logger) {
        (self.settings, self.source, self.logger) = (settings, source, logger)
        secrets = PullSecrets(source: source, files: settings.registryFiles)
    }

    /// What a pod's sandbox is made with; see `PodPreparation`.
    public func sandbox(
        _ pod: KubeObject, attempt: Int, context: PodContext
    ) async throws(PreparationFailure) -> PreparedSandbox {
        let resolver = ResolverBuilder(
            clusterServers: settings.clusterDNS, clusterDomain: settings.clusterDomain,
            host: ResolverFile.parse(NodeFiles.text(settings.resolverFile) ?? ""))
        do {
            var (config, warnings) = try SandboxConfigBuilder.build(
                PodView(pod), attempt: attempt, clusterDomain: settings.clusterDomain, resolver: resolver)
            (config.image, config.cgroupParent) = (settings.sandboxImage, settings.cgroupParent)
            return PreparedSandbox(config, warnings: warnings)
        } catch {
            throw PreparationFailure(error.message, reason: "CreatePodSandboxError")
        }
    }

    /// What a run of a container is made with; see `PodPreparation`.
    public func container(_ request: ContainerRequest) async throws(PreparationFailure) -> PreparedContainer {
        do {
            return try await prepare(request)
        } catch let error as ConfigError {
            throw PreparationFailure(error.message)
        } catch {
            throw PreparationFailure(HostVolumes.words(error))
        }
    }

    /// What the registry of an image may be offered; see `PodPreparation`.
    public func credentials(_ pod: KubeObject, image: String) async -> [RegistryCredential] {
        await secrets.credentials(pod, image: image)
    }

    /// What a run of a container has left as its last words; see `PodPreparation`.
    public func terminationMessage(uid: String, container: String, attempt: Int, limit: Int) async -> String {
        guard let directory = try? PodDirectory(root: settings.root, uid: uid) else { return "" }
        return PodFiles(directory: directory).message(container, attempt: attempt, limit: limit)
    }

    private func prepare(_ request: ContainerRequest) async throws -> PreparedContainer {
        let pod = PodView(request.pod)
        guard let container = pod.container(request.container) else {
            throw ConfigError("container \(request.container) not found")
        }
        guard container.object.list("volumeDevices").isEmpty else {
            throw ConfigError("block devices are not supported")
        }
        var objects = try await ConfigObjects.gather(
            ConfigReferences(container: container.object), for: pod.object, from: source, isFresh: true)
        objects.services = await source.services(in: pod.key.namespace)
        if pod.key.namespace != settings.masterServiceNamespace {
            objects.services += await source.services(in: settings.masterServiceNamespace)
        }
        var context = request.context
        if !request.sandbox.address.isEmpty { context.podAddress = request.sandbox.address }
        let facts = context.facts(for: pod.object)
        let builder = ContainerConfigBuilder(
            pod,
            environment: EnvironmentBuilder(
                pod: pod.object, objects: objects, facts: facts, masterNamespace: settings.masterServiceNamespace),
            imageUser: request.imageUser)
        var (config, warnings) = try builder.build(
            container, attempt: request.attempt, sandboxID: request.sandbox.id)
        config.limits = ContainerConfig.Limits(
            container, in: pod, nodeMemory: context.allocatableMemory, enforcesCPUQuota: settings.enforcesCPUQuota)
        config.cgroupParent = settings.cgroupParent
        config.security.options = try config.security.options.map(withProfile)
        let plans = try MountPlan.mounts(of: container, environment: config.environment)
        config.mounts = try await NIOThreadPool.singleton.runIfActive { [settings] in
            let directory = try PodDirectory(root: SafePath.resolved(settings.root), uid: pod.uid)
            let mounts = ContainerMounts(
                pod: pod, container: container, files: PodFiles(directory: directory), settings: settings)
            return try mounts.make(
                plans, volumes: request.volumes, attempt: request.attempt, addresses: facts.podAddresses)
        }
        return PreparedContainer(config, warnings: warnings)
    }

    /// Puts the text of a seccomp profile of the node in place of its path.
    private func withProfile(_ option: String) throws -> String {
        guard option.hasPrefix(SecurityBuilder.localSeccomp) else { return option }
        let path = option.dropFirst(SecurityBuilder.localSeccomp.utf8.count)
        guard !path.split(separator: "/").contains(".."),
            let text = NodeFiles.text("\(settings.root)/seccomp/\(path)")
        else { throw ConfigError("the seccomp profile \"\(path)\" is not on this node") }
        return "seccomp=" + text
    }
}
