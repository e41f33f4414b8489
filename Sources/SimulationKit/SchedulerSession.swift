internal import ClusterBase
internal import MasterCore

/// A subscription: the event stream one way, the calls the other way.
final class SchedulerSession {
    let token: StreamToken
    let streamID: String
    unowned let framework: ScriptedFramework
    unowned let master: SimulatedMaster
    let masterGeneration: Int
    /// Events.
    let down: SimulatedNetwork.Connection
    /// Calls.
    let up: SimulatedNetwork.Connection

    init(
        token: StreamToken, streamID: String, framework: ScriptedFramework, master: SimulatedMaster,
        network: SimulatedNetwork
    ) {
        (self.token, self.streamID, self.framework, self.master) = (token, streamID, framework, master)
        masterGeneration = master.generation
        down = network.connect(master.node, framework.node)
        up = network.connect(framework.node, master.node)
        up.onBreak = { [weak self] in
            guard let self else { return }
            self.framework.lost(self, "the connection broke")
        }
    }
}
