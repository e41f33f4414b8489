internal import HTTPTransport
internal import Logging
internal import NIOConcurrencyHelpers

/// What the transport knows of a process of ours.
struct Registration: Sendable {
    enum Delivery: Sendable {
        case callback(@Sendable (IncomingMessage) -> Bool)
        case inbox(InboxCore)
    }

    var deliver: Delivery
    var exited: @Sendable (UPID) -> Void
}

/// The engine of `LibprocessTransport`: our processes and the peers we send to.
final class TransportCore: Sendable {
    private struct State {
        var processes: [String: Registration] = [:]
        var peers: [String: Peer] = [:]
        var counters = LibprocessCounters()
        var isShutDown = false
    }

    let configuration: LibprocessConfiguration
    let tls: ClientTLS?
    let logger: Logger
    private let state = NIOLockedValueBox(State())

    init(_ configuration: LibprocessConfiguration, tls: ClientTLS?, logger: Logger) {
        (self.configuration, self.tls, self.logger) = (configuration, tls, logger)
    }

    var counters: LibprocessCounters { state.withLockedValue { $0.counters } }

    func count(_ change: (inout LibprocessCounters) -> Void) { state.withLockedValue { change(&$0.counters) } }

    // MARK: Receiving

    func register(_ id: String, _ registration: Registration) {
        state.withLockedValue { $0.processes[id] = registration }
    }

    func unregister(_ id: String) {
        let peers = state.withLockedValue { state in
            state.processes[id] = nil
            return Array(state.peers.values)
        }
        for peer in peers { peer.unlinkAll(of: id) }
    }

    func deliver(_ message: IncomingMessage, _ reply: Reply) {
        let registration = state.withLockedValue { state in
            if state.processes[message.to] == nil { state.counters.unknown += 1 }
            return state.processes[message.to]
        }
        switch registration?.deliver {
        case .none: reply.send(.error(.notFound))
        case .callback(let receive): answer(receive(message), reply)
        case .inbox(let inbox): inbox.accept(message) { self.answer($0, reply) }
        }
    }

    private func answer(_ taken: Bool, _ reply: Reply) {
        count { counters in
            if taken { counters.received += 1 } else { counters.refused += 1 }
        }
        reply.send(taken ? .accepted : .error(.serviceUnavailable, "The process takes no messages now"))
    }

    // MARK: Sending

    func send(to: UPID, from: UPID, name: String, body: [UInt8]) {
        guard !to.isNull, let bytes = MessageText.encode(to: to, from: from, name: name, body: body) else {
            logger.warning("message cannot be addressed", metadata: ["to": "\(to)", "name": "\(name)"])
            return count { $0.dropped += 1 }
        }
        // A peer that was found may be retired by the time it is used; the next one found is new.
        while let peer = peer(to) { if peer.send(bytes) { return } }
        count { $0.dropped += 1 }
    }

    func link(_ to: UPID, from: String, reconnect: Bool) {
        let link = Peer.Link(process: from, to: to)
        if to.isNull { return exited([link]) }
        while let peer = peer(to) { if peer.link(link, reconnect: reconnect) { return } }
    }

    func unlink(_ to: UPID, from: String) {
        state.withLockedValue { $0.peers[to.address] }?.unlink(Peer.Link(process: from, to: to))
    }

    /// The peer at an address, made when there is none; nil after `shutdown`.
    private func peer(_ upid: UPID) -> Peer? {
        state.withLockedValue { state in
            if state.isShutDown { return nil }
            if let peer = state.peers[upid.address] { return peer }
            let peer = Peer(core: self, host: upid.host, port: upid.port)
            state.peers[upid.address] = peer
            return peer
        }
    }

    /// Forgets a peer that is idle; it stays when something was queued or linked meanwhile.
    func forget(_ peer: Peer) {
        state.withLockedValue { state in
            if state.peers[peer.address] === peer, peer.retire() { state.peers[peer.address] = nil }
        }
    }

    /// Tells linkers that their peer is gone.
    func exited(_ links: [Peer.Link]) {
        for link in links {
            let registration = state.withLockedValue { state in
                state.counters.exited += 1
                return state.processes[link.process]
            }
            registration?.exited(link.to)
        }
    }

    func shutdown() async {
        let peers = state.withLockedValue { state in
            defer { (state.peers, state.processes, state.isShutDown) = ([:], [:], true) }
            return Array(state.peers.values)
        }
        for peer in peers { await peer.shutdown() }
    }
}
