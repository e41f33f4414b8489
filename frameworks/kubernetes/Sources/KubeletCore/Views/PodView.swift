internal import ClusterBase
public import KubeModel

/// What a node reads of a pod, taken out of the tree once.
///
/// Absent members have the API's defaults, so that pods from files do as well.
public struct PodView: Hashable, Sendable {
    /// When a container that ended is started again (`spec.restartPolicy`).
    public enum RestartPolicy: String, Hashable, Sendable, CaseIterable {
        /// Always.
        case always = "Always"
        /// When it ended in error.
        case onFailure = "OnFailure"
        /// Not at all.
        case never = "Never"
    }

    /// Where a pod came from (`kubernetes.io/config.source`).
    public enum Source: String, Hashable, Sendable {
        /// The API server.
        case api
        /// A file of the node.
        case file
        /// A URL that the node reads.
        case http
    }

    /// The whole pod.
    public let object: KubeObject
    /// Its namespace and name.
    public let key: ObjectKey
    /// Its uid.
    public let uid: String
    /// Where it came from.
    public let source: Source
    /// When its containers are started again.
    public let restartPolicy: RestartPolicy
    /// The containers that run first, one after the other.
    public let initContainers: [ContainerView]
    /// The containers.
    public let containers: [ContainerView]
    /// How long its containers may take to end (`terminationGracePeriodSeconds`, 30 s by default).
    public let terminationGrace: Duration
    /// How long they may take as the deletion says; nil while it is not being deleted.
    public let deletionGrace: Duration?
    /// How long it may be active on the node; nil = for ever.
    public let activeDeadline: Duration?
    /// The node it is bound to.
    public let nodeName: String
    /// Labels its node must have.
    public let nodeSelector: LabelSelector
    /// Whether it uses the host's network.
    public let usesHostNetwork: Bool
    /// Types of conditions that must hold besides `ContainersReady` (`readinessGates`).
    public let readinessGates: [String]
    /// Its priority; 0 by default.
    public let priority: Int64
    /// Its class of quality of service: as the API says, for limits may have been filled in on the way here.
    public let qosClass: QoSClass

    /// Reads a pod in `v1`.
    public init(_ pod: KubeObject) {
        object = pod
        (key, uid) = (pod.key, pod.uid)
        source = pod.annotation("kubernetes.io/config.source").flatMap(Source.init) ?? .api
        restartPolicy = RestartPolicy(rawValue: pod.text("spec", "restartPolicy")) ?? .always
        func read(_ member: String, isInit: Bool) -> [ContainerView] {
            pod.list("spec", member).compactMap { KubeObject($0) }.map { ContainerView($0, isInit: isInit) }
        }
        initContainers = read("initContainers", isInit: true)
        containers = read("containers", isInit: false)
        terminationGrace = .seconds(pod.integer("spec", "terminationGracePeriodSeconds") ?? 30)
        deletionGrace =
            pod.isDeleting ? pod.deletionGracePeriodSeconds.map { .seconds($0) } ?? terminationGrace : nil
        activeDeadline = pod.integer("spec", "activeDeadlineSeconds").map { .seconds($0) }
        nodeName = pod.text("spec", "nodeName")
        nodeSelector = LabelSelector(labels: pod.strings("spec", "nodeSelector"))
        usesHostNetwork = pod.flag("spec", "hostNetwork")
        readinessGates = pod.list("spec", "readinessGates").compactMap { $0["conditionType"]?.string }
        priority = pod.integer("spec", "priority") ?? 0
        qosClass = QoSClass(rawValue: pod.text("status", "qosClass")) ?? QoSClass(of: initContainers + containers)
    }

    /// Whether it is being deleted (`deletionTimestamp`).
    public var isDeleting: Bool { object.isDeleting }

    /// Whether it has volumes whose sources may change while it runs.
    public var hasChangingVolumes: Bool {
        let kinds = ["secret", "configMap", "downwardAPI", "projected"]
        return object.list("spec", "volumes").contains { volume in kinds.contains { volume[$0] != nil } }
    }

    /// Whether it does not come from the API server.
    public var isStatic: Bool { source != .api }

    /// Whether the API object stands for a static pod (`kubernetes.io/config.mirror`).
    public var isMirror: Bool { object.annotation("kubernetes.io/config.mirror") != nil }

    /// The phase as the API has it; nil when it has none.
    public var recordedPhase: PodPhase? { PodPhase(rawValue: object.text("status", "phase")) }

    /// The container of a name, init containers included; nil when there is none.
    public func container(_ name: String) -> ContainerView? {
        containers.first { $0.name == name } ?? initContainers.first { $0.name == name }
    }

    /// `NAME_NAMESPACE(UID)`, as messages of the node name pods.
    public var longName: String { "\(key.name)_\(key.namespace)(\(uid))" }
}

/// Where a pod is in its life (`status.phase`).
public enum PodPhase: String, Hashable, Sendable, CaseIterable {
    /// Not every container has been started.
    case pending = "Pending"
    /// All have been started, one at least runs or will again.
    case running = "Running"
    /// All ended well, for good.
    case succeeded = "Succeeded"
    /// All ended, one at least in error, or the node stopped it; for good.
    case failed = "Failed"
    /// Its node cannot be asked.
    case unknown = "Unknown"

    /// Whether it is for good.
    public var isFinal: Bool { self == .succeeded || self == .failed }
}
