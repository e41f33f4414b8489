internal import KubeClient
internal import KubeModel
internal import KubeletCore
internal import Logging

/// What the workers of all pods share.
struct PodWorld: Sendable {
    let configuration: KubeletConfiguration
    let client: KubeClient
    let runtime: any PodRuntime
    let volumes: any PodVolumes
    let preparation: any PodPreparation
    let handlers: HandlerRunner
    let images: ImagePuller
    let events: EventRecorder
    let clock: KubeletClock
    let logger: Logger
    /// Bounds what is asked of the engine to start and look at pods; ends wait for nobody.
    let engine: Gate
    /// Bounds what is written to the API server at a time.
    let writes: Gate
    /// To be called when the engine did not answer.
    let engineFailed: @Sendable () -> Void
    /// Numbers of the core.
    let settings: PodSyncSettings

    /// What the node knows of a pod with an address.
    func context(podAddress: String = "") -> PodContext {
        let allocatable = configuration.allocatable ?? configuration.capacity
        return PodContext(
            nodeName: configuration.nodeName, hostAddress: configuration.hostAddress, podAddress: podAddress,
            allocatableCPU: allocatable.cpuMillis, allocatableMemory: allocatable.memoryBytes)
    }
}

/// How far a pod is, as its worker tells it.
struct PodProgress: Sendable {
    var uid: String
    var stage: PodPlan.Stage
    /// The pod with its status.
    var pod: KubeObject
    /// Whether the API object was finally removed, or that was tried once.
    var isReleased = false

    var phase: PodPhase? { PodPhase(rawValue: pod.text("status", "phase")) }
}
