public import MarathonModel

/// One thing a deployment does to one app.
public struct DeploymentAction: Hashable, Sendable {
    /// What; raw values are upstream's names.
    public enum Kind: String, Hashable, Sendable {
        /// Makes the app known; starts nothing.
        case start = "StartApplication"
        /// Ends all instances.
        case stop = "StopApplication"
        /// Brings the number of instances to the target.
        case scale = "ScaleApplication"
        /// Replaces instances of older versions.
        case restart = "RestartApplication"
    }

    /// What.
    public var kind: Kind
    /// To which app.
    public var app: PathID
}

/// An app before and after a change.
public struct AppChange: Hashable, Sendable {
    /// The app.
    public var id: PathID
    /// Before; nil when it did not exist.
    public var original: AppSpec?
    /// After; nil when it is removed.
    public var target: AppSpec?
}

/// How to get from one set of apps to another: steps one after another, the actions of a step at once.
public struct DeploymentPlan: Hashable, Sendable {
    /// Its id.
    public var id: String
    /// The version it makes current.
    public var version: Timestamp
    /// What changes, ordered by app.
    public var changes: [AppChange]
    /// The steps.
    public var steps: [[DeploymentAction]]

    /// The apps it affects, in order.
    public var apps: [PathID] { changes.map(\.id) }
}

/// A plan on its way.
public struct Deployment: Hashable, Sendable {
    /// The plan.
    public var plan: DeploymentPlan
    /// The step under way, from 0.
    public var step = 0
    /// Instances that are to go first when scaling down.
    public var victims: [InstanceID] = []

    /// The actions under way.
    public var currentActions: [DeploymentAction] { plan.steps.indices.contains(step) ? plan.steps[step] : [] }
}

extension DeploymentPlan {
    /// Plans a change (spec `marathon` §4.1).
    ///
    /// - Parameter targets: every app after the change, for the order of dependencies.
    public init(id: String, version: Timestamp, changes: [AppChange], targets: [PathID: AppSpec]) {
        let changes = changes.sorted { $0.id < $1.id }
        var steps: [[DeploymentAction]] = [[], []]
        for change in changes {
            if change.target == nil { steps[0].append(DeploymentAction(kind: .stop, app: change.id)) }
            if change.original == nil { steps[1].append(DeploymentAction(kind: .start, app: change.id)) }
        }
        var layers = DependencyLayers(targets: targets)
        var layered: [Int: [DeploymentAction]] = [:]
        for change in changes {
            guard let kind = DeploymentPlan.action(for: change), change.target != nil else { continue }
            layered[layers.depth(of: change.id), default: []].append(DeploymentAction(kind: kind, app: change.id))
        }
        steps += layered.keys.sorted().compactMap { layered[$0] }
        (self.id, self.version, self.changes) = (id, version, changes)
        self.steps = steps.filter { !$0.isEmpty }
    }

    private static func action(for change: AppChange) -> DeploymentAction.Kind? {
        guard let target = change.target else { return nil }
        guard let original = change.original else { return .scale }
        let restarts =
            target.needsRestart(from: original)
            || target.versionInfo?.lastConfigChangeAt != original.versionInfo?.lastConfigChangeAt
        if restarts { return target.instances == 0 ? .scale : .restart }
        return target.instances == original.instances ? nil : .scale
    }
}

/// Depths of apps in the graph of dependencies; a dependency on a group is one on every app below it.
struct DependencyLayers {
    private let targets: [PathID: AppSpec]
    private var depths: [PathID: Int] = [:]
    private var path: Set<PathID> = []
    /// Whether a cycle was met.
    private(set) var isCyclic = false

    init(targets: [PathID: AppSpec]) { self.targets = targets }

    /// The length of the longest path of dependencies from an app; 0 without any.
    mutating func depth(of id: PathID) -> Int {
        if let known = depths[id] { return known }
        guard let app = targets[id], !app.dependencies.isEmpty else { return 0 }
        guard path.insert(id).inserted else {
            isCyclic = true
            return 0
        }
        let needed = app.dependencies.flatMap { dependency in
            targets[dependency] == nil ? targets.keys.filter { $0.isBelow(dependency) } : [dependency]
        }
        let depth = needed.reduce(0) { max($0, self.depth(of: $1) + 1) }
        path.remove(id)
        depths[id] = depth
        return depth
    }
}
