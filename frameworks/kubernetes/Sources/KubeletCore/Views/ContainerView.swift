internal import ClusterBase
public import KubeModel

/// What a node reads of a container's specification, taken out of the tree once.
public struct ContainerView: Hashable, Sendable {
    /// A port that a container listens at (`ports[]`).
    public struct Port: Hashable, Sendable {
        /// Its name; empty when it has none.
        public var name: String
        /// Its number.
        public var number: Int
        /// The node's port that leads to it; 0 = none.
        public var hostPort: Int
        /// The node's address of that port; empty = all.
        public var hostAddress: String
        /// `TCP`, `UDP` or `SCTP`.
        public var transport: String
    }

    /// When its image is pulled (`imagePullPolicy`).
    public enum PullPolicy: String, Hashable, Sendable, CaseIterable {
        /// Before every start.
        case always = "Always"
        /// When the node does not have it.
        case ifNotPresent = "IfNotPresent"
        /// Not at all.
        case never = "Never"
    }

    /// What counts as its last words (`terminationMessagePolicy`).
    public enum MessagePolicy: String, Hashable, Sendable {
        /// What it left in the file.
        case file = "File"
        /// The end of its log, when it ended in error and left nothing in the file.
        case fallbackToLogs = "FallbackToLogsOnError"
    }

    /// The whole specification.
    public let object: KubeObject
    /// Its name, unique within the pod.
    public let name: String
    /// Whether it runs before the containers proper.
    public let isInit: Bool
    /// The image as the specification names it.
    public let image: String
    /// When its image is pulled; the default depends on the image's tag.
    public let pullPolicy: PullPolicy
    /// Its ports.
    public let ports: [Port]
    /// Its requests and limits.
    public let resources: ContainerResources
    /// Whether it is alive.
    public let livenessProbe: ProbeView?
    /// Whether it is ready for traffic.
    public let readinessProbe: ProbeView?
    /// Whether it has started; until then the other probes wait.
    public let startupProbe: ProbeView?
    /// What runs right after its start.
    public let postStart: HandlerView?
    /// What runs before it is stopped.
    public let preStop: HandlerView?
    /// The file in the container that its last words are read from.
    public let messagePath: String
    /// What counts as its last words.
    public let messagePolicy: MessagePolicy
    /// Changes when the container must be made anew: a hash of name and image, the only members that may change.
    public let specHash: String

    /// Reads a container's specification.
    public init(_ spec: KubeObject, isInit: Bool) {
        object = spec
        (name, self.isInit, image) = (spec.text("name"), isInit, spec.text("image"))
        pullPolicy =
            PullPolicy(rawValue: spec.text("imagePullPolicy")) ?? ImageReference(image)?.defaultPullPolicy
            ?? .ifNotPresent
        ports = spec.list("ports").compactMap { KubeObject($0) }.map { port in
            Port(
                name: port.text("name"), number: Int(port.integer("containerPort") ?? 0),
                hostPort: Int(port.integer("hostPort") ?? 0), hostAddress: port.text("hostIP"),
                transport: port["protocol"]?.string ?? "TCP")
        }
        resources = ContainerResources(spec["resources"])
        livenessProbe = isInit ? nil : ProbeView(spec["livenessProbe"])
        readinessProbe = isInit ? nil : ProbeView(spec["readinessProbe"])
        startupProbe = isInit ? nil : ProbeView(spec["startupProbe"])
        postStart = HandlerView(spec["lifecycle", "postStart"])
        preStop = HandlerView(spec["lifecycle", "preStop"])
        messagePath = spec["terminationMessagePath"]?.string ?? "/dev/termination-log"
        messagePolicy = MessagePolicy(rawValue: spec.text("terminationMessagePolicy")) ?? .file
        specHash = SpecHash.of(name: name, image: image)
    }

    /// The number of a port given by number or name; nil when there is no such name, or the number is none of a port.
    public func port(_ port: IntOrString) -> Int? {
        let number: Int? =
            switch port {
            case .integer(let number): number
            case .string(let name): ports.first { $0.name == name }?.number ?? Int(name)
            }
        return number.flatMap { (1...65535).contains($0) ? $0 : nil }
    }

    /// The check of a kind; nil when there is none.
    public func probe(_ kind: ProbeKind) -> ProbeView? {
        switch kind {
        case .liveness: livenessProbe
        case .readiness: readinessProbe
        case .startup: startupProbe
        }
    }

    /// `spec.containers{NAME}`, the part of the pod that an event is about.
    public var fieldPath: String { "spec.\(isInit ? "initContainers" : "containers"){\(name)}" }
}
