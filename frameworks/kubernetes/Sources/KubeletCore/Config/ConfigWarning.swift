/// Something about a pod's configuration that people should know and that stops nothing: an event of type `Warning`.
public struct ConfigWarning: Hashable, Sendable {
    /// The event's reason, such as `InvalidEnvironmentVariableNames`.
    public var reason: String
    /// The event's message.
    public var message: String

    /// Makes a warning.
    public init(_ reason: String, _ message: String) { (self.reason, self.message) = (reason, message) }
}
