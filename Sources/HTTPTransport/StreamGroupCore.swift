internal import NIOConcurrencyHelpers
internal import NIOCore

/// The engine of `StreamGroup`.
///
/// Sends are collected in one batch. For each event loop with members one closure is scheduled, which takes the batch
/// and hands each member one buffer: the whole batch, or for a member that joined in the middle, its tail. Members
/// whose stream has no connection yet get each chunk in their own queue.
final class StreamGroupCore: Sendable {
    fileprivate struct Member {
        var stream: ResponseStream
        /// The sequence number of the first chunk it gets.
        var first: Int
    }

    fileprivate struct Shard {
        var loop: any EventLoop
        var members: [ObjectIdentifier: Member] = [:]
        var batch: [EncodedChunk] = []
        /// The sequence number of `batch[0]`.
        var batchStart = 0
        var batchBytes = 0
        var isScheduled = false
        /// Set when the loop did not come round for more than `batchLimit`: its members are disconnected.
        var hasOverflown = false
    }

    /// The most that waits for an event loop to come round.
    fileprivate static let batchLimit = (chunks: 65_536, bytes: 64 << 20)

    fileprivate struct State {
        var sequence = 0
        var waiting: [ObjectIdentifier: Member] = [:]
        var shards: [ObjectIdentifier: Shard] = [:]
    }

    private let state = NIOLockedValueBox(State())

    var count: Int {
        state.withLockedValue { state in state.shards.values.reduce(state.waiting.count) { $0 + $1.members.count } }
    }

    func add(_ stream: ResponseStream) {
        state.withLockedValue { $0.waiting[ObjectIdentifier(stream)] = Member(stream: stream, first: $0.sequence) }
    }

    func remove(_ stream: ResponseStream) {
        let key = ObjectIdentifier(stream)
        state.withLockedValue { state in
            if state.waiting.removeValue(forKey: key) != nil { return }
            for shard in state.shards.keys where state.shards[shard]?.members.removeValue(forKey: key) != nil { return }
        }
    }

    func send(_ chunk: EncodedChunk) {
        var unattached: [ResponseStream] = []
        var wakes: [any EventLoop] = []
        state.withLockedValue { state in
            if !state.waiting.isEmpty { state.settle() }
            unattached = state.waiting.values.map(\.stream)
            for key in state.shards.keys {
                guard state.shards[key]?.push(chunk, sequence: state.sequence) == true else { continue }
                if let loop = state.shards[key]?.loop { wakes.append(loop) }
            }
            state.sequence += 1
        }
        for stream in unattached { stream.write(chunk) }
        for loop in wakes { loop.execute { self.flush(loop) } }
    }

    private func flush(_ loop: any EventLoop) {
        let taken = state.withLockedValue { $0.shards[ObjectIdentifier(loop)]?.take() }
        guard let (members, batch, start) = taken else { return }
        guard !batch.isEmpty else {
            for member in members { member.stream.abort(.overflow) }
            return
        }
        let whole = EncodedChunk(joining: batch[...])
        for member in members {
            guard member.first > start else {
                member.stream.deliver(whole)
                continue
            }
            let skipped = member.first - start
            if skipped < batch.count { member.stream.deliver(EncodedChunk(joining: batch[skipped...])) }
        }
    }
}

extension StreamGroupCore.State {
    /// Moves members whose connection is known by now to its event loop.
    fileprivate mutating func settle() {
        for (key, member) in waiting {
            guard let loop = member.stream.eventLoop else { continue }
            waiting[key] = nil
            let shardKey = ObjectIdentifier(loop)
            var moved = member
            moved.first = sequence
            shards[shardKey, default: StreamGroupCore.Shard(loop: loop)].members[key] = moved
        }
    }
}

extension StreamGroupCore.Shard {
    /// Adds to the batch; true when the loop has to be woken.
    fileprivate mutating func push(_ chunk: EncodedChunk, sequence: Int) -> Bool {
        guard !members.isEmpty, !hasOverflown else { return false }
        if batch.isEmpty { batchStart = sequence }
        batch.append(chunk)
        batchBytes += chunk.framed.readableBytes
        if batch.count > StreamGroupCore.batchLimit.chunks || batchBytes > StreamGroupCore.batchLimit.bytes {
            (batch, hasOverflown) = ([], true)
        }
        defer { isScheduled = true }
        return !isScheduled
    }

    fileprivate mutating func take() -> ([StreamGroupCore.Member], [EncodedChunk], Int) {
        defer { (batch, batchBytes, isScheduled, hasOverflown) = ([], 0, false, false) }
        return (Array(members.values), batch, batchStart)
    }
}

extension EncodedChunk {
    /// Several chunks behind one another in one buffer; a single one is not copied.
    init(joining chunks: ArraySlice<EncodedChunk>) {
        guard chunks.count > 1, let first = chunks.first else {
            self = chunks.first ?? EncodedChunk(framed: ByteBuffer(), count: 0)
            return
        }
        var buffer = first.framed
        buffer.reserveCapacity(chunks.reduce(0) { $0 + $1.framed.readableBytes })
        for chunk in chunks.dropFirst() { buffer.writeImmutableBuffer(chunk.framed) }
        self.init(framed: buffer, count: chunks.reduce(0) { $0 + $1.count })
    }
}

extension ResponseStream {
    /// The event loop of its connection, once there is one.
    var eventLoop: (any EventLoop)? { state.withLockedValue { $0.outlet?.eventLoop } }

    /// Writes from the event loop: straight to the socket when nothing waits and the socket takes it.
    func deliver(_ chunk: EncodedChunk) {
        let direct = state.withLockedValue { state -> (any StreamOutlet)? in
            state.end == nil && !state.isClosing && state.pending.isEmpty ? state.outlet : nil
        }
        if let direct, direct.eventLoop.inEventLoop, direct.writeNow(chunk) { return }
        write(chunk)
    }
}
