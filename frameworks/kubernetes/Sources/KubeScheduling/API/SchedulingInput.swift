public import ClusterModel
public import KubeCore
public import KubeModel

/// What a pod scheduler is told.
public enum SchedulingInput: Sendable {
    /// News of an object of one of `PodScheduler.kinds`; other kinds are ignored.
    case object(ObjectDelta, ResourceKind)
    /// The objects of all kinds were told for the first time. Nothing is placed before.
    case synchronised
    /// An event of the master; heartbeats may be left out. Updates are acknowledged by whoever feeds this.
    case event(SchedulerEvent)
    /// The subscription is lost; calls not yet sent were dropped.
    case disconnected
    /// A call was refused by the master, or not sent at all.
    case refused(SchedulerCall, message: String)
    /// What became of a write that was asked for; every write gets exactly one answer.
    case written(Outcome)
    /// Somebody asks for something.
    case command(SchedulingCommand)
    /// `PodScheduler.nextDeadline` has come.
    case tick
}

/// What an operator may ask of a pod scheduler (`/debug/actions/…`).
public enum SchedulingCommand: Hashable, Sendable {
    /// Ask the master for the state of each known task.
    case reconcileExplicitly
    /// Ask the master for all tasks that it knows.
    case reconcileImplicitly
    /// End every executor with all its pods.
    case kamikaze
    /// Replace the program of every executor in place: a path or URL.
    case upgrade(program: String)
}
