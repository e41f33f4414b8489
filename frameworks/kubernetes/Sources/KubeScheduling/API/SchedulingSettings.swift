/// How pods are brought onto agents; the defaults are those of Kubernetes on Mesos unless a decision says otherwise.
///
/// Source: spec `kubernetes/05` §5.4 and §5.6.
public struct SchedulingSettings: Sendable {
    /// Pods that name another scheduler in `spec.schedulerName` are left alone while they are unbound.
    public var schedulerName = "default-scheduler"
    /// `--mesos-framework-roles`: the roles of the framework, `*` and at most one other.
    public var frameworkRoles = ["*"]
    /// `--mesos-default-pod-roles`: the roles whose resources a pod without the annotation may use, best first.
    public var defaultPodRoles = ["*"]
    /// What a pod is charged for.
    public var charge = ChargeRules()
    /// The executor that is started on an agent with its first pod.
    public var executor: ExecutorTemplate
    /// What becomes of container ports without a host port when the pod's label does not say it.
    public var portMapping = PortMapping.fixed
    /// `--mesos-generate-task-discovery`: whether tasks get discovery information without annotations too.
    public var generatesDiscovery = false
    /// `--mesos-launch-grace-period`: how long a bound pod may wait for its task before it is deleted.
    public var launchGrace: Duration = .seconds(300)
    /// `initial-pod-backoff`: how long a pod that fits nowhere waits for its second try; doubles with each.
    public var initialPodBackoff: Duration = .seconds(1)
    /// `max-pod-backoff`: the longest wait.
    public var maximumPodBackoff: Duration = .seconds(60)
    /// `offer-ttl`: how long an offer is held that nothing needs, in case more pods come.
    public var offerHold: Duration = .seconds(1)
    /// The shortest time for which resources are refused; doubles with each refusal while nothing is placed.
    public var shortestRefusal: Duration = .seconds(5)
    /// The longest time while pods wait.
    public var longestRefusal: Duration = .seconds(120)
    /// The longest time while nothing waits.
    public var longestIdleRefusal: Duration = .seconds(3_600)
    /// How long a launch waits for further bindings on the same agent, so that they share one call.
    public var launchGathering: Duration = .milliseconds(100)
    /// `--reconcile-interval`: how often all tasks are compared with the master's; zero for never.
    public var reconcileInterval: Duration = .seconds(300)
    /// `--reconcile-cooldown`: the shortest time between two comparisons that were asked for.
    public var reconcileCooldown: Duration = .seconds(15)
    /// `initial-implicit-reconciliation-delay`: when the master is asked for all tasks, after a subscription.
    public var implicitReconciliationDelay: Duration = .seconds(15)
    /// `explicit-reconciliation-max-backoff`: the longest wait before unanswered tasks are asked for again.
    public var longestReconciliationBackoff: Duration = .seconds(120)
    /// How long a task that belongs to no known pod is let be, for news of its pod may be on the way.
    public var strangerGrace: Duration = .seconds(5)
    /// `--max-pods` of a node that does not say it itself.
    public var maximumPods = 110
    /// The most AWS disks of a node.
    public var maximumAWSDisks = 39
    /// The most GCE disks of a node.
    public var maximumGCEDisks = 16
    /// How much each priority counts.
    public var weights = PriorityWeights()

    /// Makes the default settings for an executor.
    public init(executor: ExecutorTemplate) { self.executor = executor }

    /// The role in which the framework subscribes: its own, or `*`.
    ///
    /// Offers in it hold what is reserved for it and what is reserved for nobody; a task and its executor must be of
    /// one role.
    public var role: String { frameworkRoles.first { $0 != "*" } ?? "*" }
}

/// What becomes of container ports without a host port (`k8s.mesosphere.io/portMapping`).
public enum PortMapping: String, Hashable, Sendable {
    /// They are reached by the pod's own address.
    case fixed
    /// Each gets some offered port of the host.
    case wildcard
}

/// How much each priority counts in the choice of a node; zero leaves it out.
public struct PriorityWeights: Hashable, Sendable {
    /// Nodes with much free.
    public var leastRequested = 1
    /// Nodes whose processors and memory would be used alike.
    public var balancedAllocation = 1
    /// Nodes with few pods of the same service or controller.
    public var selectorSpread = 1
    /// Nodes that the pod prefers by affinity.
    public var nodeAffinity = 1
    /// Nodes with few taints `PreferNoSchedule` that the pod does not bear.
    public var taints = 1
    /// Nodes that the pod prefers by its affinity to other pods.
    public var podAffinity = 1

    /// Makes equal weights.
    public init() {}
}
