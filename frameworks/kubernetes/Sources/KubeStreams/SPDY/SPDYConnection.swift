/// One end of a SPDY/3.1 connection: bytes in, events out, and the bytes of what this end says.
///
/// A state machine without IO. It belongs to one event loop. Streams are not flow-controlled: the clients of these
/// protocols never send window updates, so whoever feeds it must stop reading the socket when the consumers are behind.
final class SPDYConnection {
    /// What the peer did.
    enum Event {
        /// It opened a stream; the reply is owed.
        case opened(id: UInt32, headers: [(name: String, value: String)], isFinished: Bool)
        /// It accepted a stream of ours.
        case replied(id: UInt32)
        /// It sent data.
        case data(id: UInt32, ArraySlice<UInt8>)
        /// It will send nothing more on a stream.
        case finished(id: UInt32)
        /// It gave up a stream.
        case reset(id: UInt32)
        /// It asks for this answer to its ping at once.
        case answer([UInt8])
        /// It opens no further streams.
        case goAway
    }

    /// The most streams a peer may open over a connection's life at a time.
    static let streamLimit = 1_024

    private let inbound: SPDYHeaderCoder
    private let outbound: SPDYHeaderCoder
    private var parser = SPDYFrameParser()
    private var open: Set<UInt32> = []
    private var lastPeerID: UInt32 = 0
    private var nextID: UInt32
    private let isServer: Bool

    /// Makes an end; a server's peer opens odd streams.
    init(isServer: Bool) throws(SPDYError) {
        guard let inbound = SPDYHeaderCoder(compresses: false), let outbound = SPDYHeaderCoder(compresses: true) else {
            throw .noMemory
        }
        (self.inbound, self.outbound, self.isServer) = (inbound, outbound, isServer)
        nextID = isServer ? 2 : 1
    }

    /// Takes bytes of the peer.
    func receive(_ bytes: some Sequence<UInt8>) throws(SPDYError) -> [Event] {
        var events: [Event] = []
        for frame in try parser.feed(bytes) { try take(frame, into: &events) }
        return events
    }

    private func take(_ frame: SPDYFrame, into events: inout [Event]) throws(SPDYError) {
        switch frame {
        case .synStream(let id, let flags, let block):
            let headers = try inbound.decode(block)
            guard id > lastPeerID, id % 2 == (isServer ? 1 : 0), open.count < Self.streamLimit else {
                events.append(.answer(SPDYFrame.reset(id: id, status: SPDYReset.protocolError.rawValue).encoded))
                return
            }
            lastPeerID = id
            open.insert(id)
            events.append(.opened(id: id, headers: headers, isFinished: flags & SPDYFrame.fin != 0))
        case .synReply(let id, let flags, let block):
            _ = try inbound.decode(block)
            guard open.contains(id) else { return }
            events.append(.replied(id: id))
            if flags & SPDYFrame.fin != 0 { events.append(.finished(id: id)) }
        case .headers(let id, let flags, let block):
            // Later headers carry nothing that these protocols use, but they are part of the compressed stream.
            _ = try inbound.decode(block)
            if open.contains(id), flags & SPDYFrame.fin != 0 { events.append(.finished(id: id)) }
        case .data(let id, let flags, let bytes):
            guard open.contains(id) else {
                events.append(.answer(SPDYFrame.reset(id: id, status: SPDYReset.invalidStream.rawValue).encoded))
                return
            }
            if !bytes.isEmpty { events.append(.data(id: id, bytes)) }
            if flags & SPDYFrame.fin != 0 { events.append(.finished(id: id)) }
        case .reset(let id, _):
            if open.remove(id) != nil { events.append(.reset(id: id)) }
        case .ping(let id):
            if (id % 2 == 1) == isServer { events.append(.answer(SPDYFrame.ping(id: id).encoded)) }
        case .goAway: events.append(.goAway)
        case .ignored: break
        }
    }

    /// The bytes that accept a stream of the peer.
    func reply(to id: UInt32) throws(SPDYError) -> [UInt8] {
        SPDYFrame.synReply(id: id, flags: 0, block: try outbound.encode([])[...]).encoded
    }

    /// Opens a stream; its id and the bytes that say so.
    func openStream(_ headers: [(name: String, value: String)]) throws(SPDYError) -> (id: UInt32, bytes: [UInt8]) {
        let id = nextID
        nextID += 2
        open.insert(id)
        return (id, SPDYFrame.synStream(id: id, flags: 0, block: try outbound.encode(headers)[...]).encoded)
    }

    /// Forgets a stream on which both directions have ended.
    func forget(_ id: UInt32) { open.remove(id) }

    /// The bytes that carry data, in frames of at most 32 KiB, ending the direction if asked.
    static func data(_ id: UInt32, _ bytes: some Collection<UInt8>, finishes: Bool = false) -> [UInt8] {
        var (frames, rest) = ([UInt8](), Array(bytes)[...])
        repeat {
            let piece = rest.prefix(32 << 10)
            rest = rest.dropFirst(piece.count)
            let isLast = finishes && rest.isEmpty
            frames += SPDYFrame.data(id: id, flags: isLast ? SPDYFrame.fin : 0, bytes: piece).encoded
        } while !rest.isEmpty
        return frames
    }

    /// The bytes that give up a stream.
    func reset(_ id: UInt32, _ why: SPDYReset) -> [UInt8] {
        open.remove(id)
        return SPDYFrame.reset(id: id, status: why.rawValue).encoded
    }

    /// The bytes that say that no further streams are taken.
    func goAway() -> [UInt8] { SPDYFrame.goAway(lastID: lastPeerID).encoded }
}
