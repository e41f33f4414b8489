public import KubeCore
internal import KubeModel
public import Logging
internal import Synchronization

/// Writes events about objects, in the background; when too many wait, the latest are dropped.
public final class EventRecorder: Sendable {
    private static let waitingLimit = 1_000

    private let client: KubeClient
    private let logger: Logger
    private let correlator: Mutex<EventCorrelator>
    private let writes: AsyncStream<EventCorrelator.Write>
    private let queue: AsyncStream<EventCorrelator.Write>.Continuation

    /// Makes a recorder; `component` and `host` are the source that its events name.
    public init(client: KubeClient, component: String, host: String, logger: Logger) {
        (self.client, self.logger) = (client, logger)
        correlator = Mutex(EventCorrelator(component: component, host: host))
        (writes, queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.waitingLimit))
    }

    /// Takes a note; returns at once.
    public func record(_ note: EventNote) {
        guard let write = correlator.withLock({ $0.record(note, now: ServiceClock.time()) }) else { return }
        queue.yield(write)
    }

    /// Writes what is recorded until `finish`, or cancellation.
    public func run() async { for await write in writes { await send(write) } }

    /// Ends `run` once what waits is written.
    public func finish() { queue.finish() }

    private func send(_ write: EventCorrelator.Write) async {
        do {
            if let patch = write.patch {
                do {
                    _ = try await client.patch(.events, write.event.key, .merge, patch)
                    return
                } catch let error as APIError where error.code == 404 {
                    // It has outlived its time; it is written anew.
                }
            }
            _ = try await client.create(.events, write.event)
        } catch {
            logger.debug("an event was not written", metadata: ["event": "\(write.event.key)", "error": "\(error)"])
        }
    }
}
