/// The settings of a `DockerPodRuntime`.
public struct DockerPodOptions: Sendable {
    /// The engine's socket.
    public var socket = "/var/run/docker.sock"
    /// Labels of every container of this node, such as `roost.cluster` and `roost.agent` (decision D22).
    ///
    /// Only what carries all of them is listed or touched; never empty.
    public var owner: [String: String]
    /// The image of sandboxes whose configuration names none; empty = the pause program of this binary.
    public var sandboxImage = ""
    /// The size at which a container's log begins a new file, in bytes; 0 = never.
    public var logFileBytes = 10 << 20
    /// How many files of a container's log are kept.
    public var logFiles = 5
    /// How long a pull may go without a word from the engine.
    public var pullPatience: Duration = .seconds(300)

    /// The lowest `oom_score_adj` to ask for.
    ///
    /// By default there is none, unless this process may not lower its own: then the engine beside it cannot either,
    /// as inside another container, and would refuse to start what asks for less.
    public var oomScoreFloor = ProcessRights.oomScoreFloor

    /// Makes the default settings for a node's containers.
    public init(owner: [String: String]) { self.owner = owner }
}
