/// Why a container cannot be made as its pod says: the message of `CreateContainerConfigError`.
public struct ConfigError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, such as `secret "x" not found`.
    public var message: String

    /// Makes an error.
    public init(_ message: String) { self.message = message }

    /// The message.
    public var description: String { message }
}
