internal import ClusterModel
internal import HTTPTransport
internal import MasterCore
internal import MesosProtocol
internal import NIOConcurrencyHelpers

/// The open event streams of schedulers, by token: where events go and in which form.
final class StreamTable: Sendable {
    struct Entry: Sendable {
        let stream: ResponseStream
        let format: WireFormat
        let capabilities: FrameworkCapabilities
    }

    private let entries = NIOLockedValueBox<[StreamToken: Entry]>([:])

    func insert(_ entry: Entry, for token: StreamToken) { entries.withLockedValue { $0[token] = entry } }

    /// Forgets a stream; nil when it is gone already.
    @discardableResult
    func remove(_ token: StreamToken) -> Entry? { entries.withLockedValue { $0.removeValue(forKey: token) } }

    /// Sends an event as one RecordIO record.
    func send(_ event: SchedulerEvent, to token: StreamToken) {
        guard let entry = entries.withLockedValue({ $0[token] }) else { return }
        entry.stream.write(RecordIO.frame(SchedulerCodec.encodeEvent(event, as: entry.format, for: entry.capabilities)))
    }

    /// Ends a stream after what was written before.
    func close(_ token: StreamToken) { remove(token)?.stream.close() }

    /// Ends all streams.
    func closeAll() {
        let open = entries.withLockedValue { entries in
            defer { entries = [:] }
            return entries.values.map(\.stream)
        }
        for stream in open { stream.close() }
    }
}
