/// A libprocess message as it came in.
public struct IncomingMessage: Sendable {
    /// Who sent it, as the sender says.
    public var from: UPID
    /// The id of the process it is for, such as `slave(1)`.
    public var to: String
    /// The message type: the full protobuf name, such as `mesos.internal.PingSlaveMessage`.
    public var name: String
    /// The serialized message.
    public var body: [UInt8]

    /// Makes a message.
    public init(from: UPID, to: String, name: String, body: [UInt8]) {
        (self.from, self.to, self.name, self.body) = (from, to, name, body)
    }
}
