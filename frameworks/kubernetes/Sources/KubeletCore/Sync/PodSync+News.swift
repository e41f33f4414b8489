public import KubeModel

extension PodSync {
    /// Takes the pod as it is now; returns whether running steps should be given up and planned again, because the pod
    /// is to go, or to go sooner.
    ///
    /// A pod of another uid is another pod: it gets a `PodSync` of its own, this one `stop(.removed)`.
    public mutating func update(_ view: PodView) -> Bool {
        self.view = view
        return false
    }

    /// Takes what the runtime has of the pod, read after the last reported action; nil when there is nothing.
    public mutating func observe(_ runtime: RuntimePod?) { self.runtime = runtime }

    /// Has the pod stopped; returns as `update`. Stronger reasons replace weaker ones: removed, then evicted or
    /// rejected, then released.
    public mutating func stop(_ reason: PodStop) -> Bool {
        memory.stop = reason
        return true
    }

    /// Takes what became of a piece of a plan.
    public mutating func report(_ report: PodReport, now: UnixTime) {}

    /// Takes out what people should be told.
    public mutating func takeEvents() -> [PodEvent] {
        defer { memory.events = [] }
        return memory.events
    }
}
