internal import HTTPTransport
internal import NIOConcurrencyHelpers

/// A bounded, ordered queue of messages for one consumer.
///
/// When it is full, the connection whose message does not fit is not read any further until the consumer has caught up:
/// nothing is dropped and nothing grows, and the messages of one connection stay in order.
public final class MessageInbox: Sendable {
    let core: InboxCore

    /// Makes an inbox for at most `limit` messages (beyond them at most one waits per connection).
    public init(limit: Int = 4_096) { core = InboxCore(limit: limit) }

    /// The messages that wait, oldest first; suspends until there is one.
    ///
    /// Empty once the inbox is closed and drained, or the task is cancelled. For one consumer at a time.
    public func next() async -> [IncomingMessage] { await core.next() }

    /// Appends a message of this process's own, behind those that wait; false when the inbox is full or closed.
    @discardableResult
    public func post(_ message: IncomingMessage) -> Bool { core.post(message) }

    /// Refuses further messages and ends `next`.
    public func close() { core.close() }

    /// How many messages wait.
    public var count: Int { core.count }
}
