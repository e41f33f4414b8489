/// What a controller has done so far, and what waits.
public struct ControllerMetrics: Hashable, Sendable {
    /// The controller.
    public var name: String
    /// Keys that wait for a worker.
    public var depth = 0
    /// Keys that wait for their time.
    public var delayed = 0
    /// Keys added.
    public var added = 0
    /// Tries after failures.
    public var retries = 0
    /// Keys looked at.
    public var processed = 0
    /// Requests made.
    public var requests = 0
    /// Requests that failed.
    public var failures = 0

    init(name: String) { self.name = name }
}
