internal import ClusterBase
internal import KubeCore
internal import KubeModel
internal import ResourceModel

/// All of a pod that decides where it can go: pods of one template share one.
struct PodShape: Hashable, Sendable {
    var identity: PodIdentity
    /// What is charged, in thousandths (of a core, of a MiB).
    var cpus: Int64
    var memory: Int64
    /// Whose resources it may use.
    var roles: RoleOrder
    var ports: PodPorts
    var nodeAffinity: NodeAffinity
    var tolerations: [Toleration]
    var disks: [PodDisk]
    /// The claims of its volumes.
    var claims: [String]
    var podAffinity: PodAffinity?
    /// Why no node can ever take it; nil when there is no such reason.
    var problem: String?

    private static let affinityAnnotation = "scheduler.alpha.kubernetes.io/affinity"

    /// Reads a pod.
    init(_ pod: KubeObject, _ settings: SchedulingSettings, _ slots: RoleSlots) {
        identity = PodIdentity(namespace: pod.namespace, labels: LabelPair.sorted(pod.labels))
        let charge = PodCharge(pod, settings.charge)
        (cpus, memory) = (charge.cpus.thousandths, charge.memory.thousandths)
        let named = pod.annotation(PoolNames.roles) ?? pod.label(PoolNames.roles)
        roles = slots.order(named.map(Self.roles) ?? settings.defaultPodRoles)
        ports = PodPorts(pod, standard: settings.portMapping)
        var affinity = pod["spec", "affinity"]
        if affinity?.object == nil, let text = pod.annotation(Self.affinityAnnotation) {
            affinity = try? JSONValue(parsing: text)
        }
        nodeAffinity = NodeAffinity(pod, affinity: affinity)
        tolerations = pod.list("spec", "tolerations").map(Toleration.init)
        disks = PodDisk.disks(of: pod)
        claims = pod.list("spec", "volumes").compactMap { $0["persistentVolumeClaim"]?["claimName"]?.string }
        podAffinity = PodAffinity(affinity, namespace: pod.namespace)
        problem = ports.problem
        if roles == .none { problem = "no role of the framework is allowed by the annotation \(PoolNames.roles)" }
    }

    /// Whether resources, taints and the number of pods alone decide.
    var isPlain: Bool {
        ports.isEmpty && nodeAffinity.requiresNothing && disks.isEmpty && claims.isEmpty && podAffinity == nil
            && problem == nil
    }

    private static func roles(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }
    }
}

/// The shapes of all pods, by number.
struct ShapeTable: Sendable {
    private(set) var shapes: [PodShape] = []
    private(set) var isPlain: [Bool] = []
    private var numbers: [PodShape: Int] = [:]
    private var uses: [Int] = []
    private var free: [Int] = []

    subscript(number: Int) -> PodShape { shapes[number] }

    /// Takes a use of a shape.
    mutating func take(_ shape: PodShape) -> Int {
        if let number = numbers[shape] {
            uses[number] += 1
            return number
        }
        if let number = free.popLast() {
            (shapes[number], isPlain[number], uses[number]) = (shape, shape.isPlain, 1)
            numbers[shape] = number
            return number
        }
        shapes.append(shape)
        isPlain.append(shape.isPlain)
        uses.append(1)
        numbers[shape] = shapes.count - 1
        return shapes.count - 1
    }

    /// Gives a use back; a shape that nobody uses is forgotten.
    mutating func release(_ number: Int) {
        uses[number] -= 1
        guard uses[number] == 0 else { return }
        numbers[shapes[number]] = nil
        free.append(number)
    }
}
