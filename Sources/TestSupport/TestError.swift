/// What a fixture says when it cannot give the test what it asked for.
public struct TestError: Error, CustomStringConvertible {
    /// The message, with the tail of the process's output where there is one.
    public let description: String

    /// Makes an error.
    public init(_ description: String) { self.description = description }
}
