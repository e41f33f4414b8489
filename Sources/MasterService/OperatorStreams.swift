internal import AccessControl
internal import HTTPTransport
internal import MasterCore
internal import MesosProtocol
internal import NIOConcurrencyHelpers

/// The event streams of operators (SUBSCRIBE, spec `mesos/08` §8.4).
///
/// A subscriber first joins, between two batches of the core, and gets the core's state of that moment. While somebody
/// encodes the state away from the core, the events behind it are kept; `start` writes both and lets the stream join
/// its group, so that nothing is missing and nothing comes twice. Each event is encoded once per content type that
/// anybody wants. Any thread may call; events come from one at a time.
final class OperatorStreams: Sendable {
    /// A subscriber that waits for its first event.
    struct Ticket: Hashable, Sendable {
        fileprivate let number: Int
        fileprivate let format: WireFormat
        fileprivate let filter: ViewFilter
    }

    /// What came while a subscriber's state was being encoded.
    private struct Backlog {
        var events: [[UInt8]] = []
        /// Set when more came than may wait.
        var hasOverflown = false

        mutating func keep(_ event: [UInt8]) {
            hasOverflown = hasOverflown || events.count + 2 >= ResponseStream.Limits().chunks
            if hasOverflown { events = [] } else { events.append(event) }
        }
    }

    /// A subscriber who may not see everything, and so shares no encoded events with others.
    private struct Restricted {
        /// What came while its state was being encoded.
        var backlog: [MasterChange] = []
        var hasOverflown = false
        /// Both are there once its state has been sent.
        var visible: VisibleChanges?
        var stream: ResponseStream?
    }

    private struct State {
        var tickets = 0
        var waiting: [Ticket: Backlog] = [:]
        var restricted: [Ticket: Restricted] = [:]
    }

    /// The streams that are open, oldest first.
    private struct Open {
        var streams: [ResponseStream] = []
        var isClosed = false
    }

    private let state = NIOLockedValueBox(State())
    // Taken by the callbacks of streams too, so nothing is done to a stream while it is held.
    private let open = NIOLockedValueBox(Open())
    private let json = StreamGroup()
    private let protobuf = StreamGroup()
    private let heartbeatInterval: Duration
    private let streamLimit: Int

    /// Makes a table without streams; beyond `streamLimit` of them the oldest is ended.
    init(heartbeatInterval: Duration, streamLimit: Int) {
        (self.heartbeatInterval, self.streamLimit) = (heartbeatInterval, max(streamLimit, 1))
    }

    /// Whether anybody wants to know of changes.
    var isWatched: Bool {
        state.withLockedValue { !$0.waiting.isEmpty || !$0.restricted.isEmpty } || json.count + protobuf.count > 0
    }

    /// How many streams are open.
    var count: Int { open.withLockedValue { $0.streams.count } }

    /// Takes part in what is announced from now on; `start` or `leave` has to follow.
    ///
    /// Subscribers who may see everything share what is encoded.
    func join(as format: WireFormat, seeing filter: ViewFilter = .everything) -> Ticket {
        state.withLockedValue { state in
            state.tickets += 1
            let ticket = Ticket(number: state.tickets, format: format, filter: filter)
            if filter.showsEverything {
                state.waiting[ticket] = Backlog()
            } else {
                state.restricted[ticket] = Restricted()
            }
            return ticket
        }
    }

    /// Gives a ticket back that is not used.
    func leave(_ ticket: Ticket) {
        state.withLockedValue { ($0.waiting[ticket], $0.restricted[ticket]) = (nil, nil) }
    }

    /// The stream of a subscriber: the state it joined at, a heartbeat, what happened meanwhile, and what is to come.
    ///
    /// Nil when more happened meanwhile than may wait, or when this master no longer leads.
    ///
    /// `visible` says what a subscriber sees who may not see everything; `view` has to be filtered already.
    func start(_ ticket: Ticket, at view: StateView, seeing visible: VisibleChanges? = nil) -> ResponseStream? {
        let event = MasterEvent.subscribed(view, heartbeatInterval: heartbeatInterval)
        let first = RecordIO.frame(event.encoded(as: ticket.format))
        // The state may be larger than all that may wait otherwise.
        let usual = ResponseStream.Limits()
        let stream = ResponseStream(limits: .init(chunks: usual.chunks, bytes: usual.bytes + first.count + 64))
        guard admit(stream) else {
            leave(ticket)
            return nil
        }
        let isStarted = state.withLockedValue { state -> Bool in
            if let visible { return Self.start(ticket, stream, first, visible, &state) }
            guard let backlog = state.waiting.removeValue(forKey: ticket), !backlog.hasOverflown else { return false }
            stream.write(first)
            stream.write(Self.record(.heartbeat, ticket.format))
            for event in backlog.events { stream.write(event) }
            group(ticket.format).add(stream)
            return true
        }
        if !isStarted { stream.close() }
        return isStarted ? stream : nil
    }

    /// Starts the stream of a subscriber of its own.
    private static func start(
        _ ticket: Ticket, _ stream: ResponseStream, _ first: [UInt8], _ visible: VisibleChanges, _ state: inout State
    ) -> Bool {
        guard var subscriber = state.restricted[ticket], !subscriber.hasOverflown else {
            state.restricted[ticket] = nil
            return false
        }
        let backlog = subscriber.backlog
        (subscriber.stream, subscriber.visible, subscriber.backlog) = (stream, visible, [])
        stream.write(first)
        stream.write(record(.heartbeat, ticket.format))
        for change in backlog where subscriber.visible?.shows(change) == true {
            stream.write(record(OperatorEndpoint.event(change, ticket.filter), ticket.format))
        }
        state.restricted[ticket] = subscriber
        return true
    }

    /// Tells subscribers who may not see everything; forgets those who are gone.
    private func announceRestricted(_ changes: [MasterChange], _ state: inout State) {
        guard !state.restricted.isEmpty else { return }
        let live = Set(open.withLockedValue { $0.streams.map(ObjectIdentifier.init) })
        for ticket in state.restricted.keys {
            guard var subscriber = state.restricted[ticket] else { continue }
            guard let stream = subscriber.stream else {
                let room = ResponseStream.Limits().chunks - subscriber.backlog.count - 2
                subscriber.hasOverflown = subscriber.hasOverflown || changes.count > room
                if subscriber.hasOverflown { subscriber.backlog = [] } else { subscriber.backlog += changes }
                state.restricted[ticket] = subscriber
                continue
            }
            guard live.contains(ObjectIdentifier(stream)) else {
                state.restricted[ticket] = nil
                continue
            }
            for change in changes where subscriber.visible?.shows(change) == true {
                stream.write(Self.record(OperatorEndpoint.event(change, ticket.filter), ticket.format))
            }
            state.restricted[ticket] = subscriber
        }
    }

    /// Keeps the stream among the open ones until it ends; ends the oldest when there are too many.
    private func admit(_ stream: ResponseStream) -> Bool {
        let (isAdmitted, oldest) = open.withLockedValue { open -> (Bool, ResponseStream?) in
            guard !open.isClosed else { return (false, nil) }
            open.streams.append(stream)
            return (true, open.streams.count > streamLimit ? open.streams.removeFirst() : nil)
        }
        guard isAdmitted else { return false }
        oldest?.close()
        stream.onClose { [open] _ in
            open.withLockedValue { open in
                if let at = open.streams.firstIndex(where: { $0 === stream }) { open.streams.remove(at: at) }
            }
        }
        return true
    }

    /// Tells all subscribers, in order.
    func announce(_ changes: [MasterChange]) {
        guard !changes.isEmpty else { return }
        state.withLockedValue { state in
            announceRestricted(changes, &state)
            for format in [WireFormat.json, .protobuf] {
                let waiting = state.waiting.keys.filter { $0.format == format }
                guard !waiting.isEmpty || group(format).count > 0 else { continue }
                for change in changes {
                    let event = Self.record(OperatorEndpoint.event(change), format)
                    group(format).send(event)
                    for ticket in waiting { state.waiting[ticket]?.keep(event) }
                }
            }
        }
    }

    /// Tells all subscribers that the stream lives.
    func beat() {
        for format in [WireFormat.json, .protobuf] where group(format).count > 0 {
            group(format).send(Self.record(.heartbeat, format))
        }
        state.withLockedValue { state in
            announceRestricted([], &state)
            for (ticket, subscriber) in state.restricted {
                subscriber.stream?.write(Self.record(.heartbeat, ticket.format))
            }
        }
    }

    /// Ends all streams and refuses further ones.
    func closeAll() {
        let streams = open.withLockedValue { open in
            open.isClosed = true
            defer { open.streams = [] }
            return open.streams
        }
        for stream in streams { stream.close() }
    }

    private func group(_ format: WireFormat) -> StreamGroup { format == .json ? json : protobuf }

    private static func record(_ event: MesosProtocol.MasterEvent, _ format: WireFormat) -> [UInt8] {
        RecordIO.frame(event.encoded(as: format))
    }
}
