/// Takes the engine's multiplexed stream apart: frames of stream number, three zeros, big-endian length, bytes.
public struct DockerStreamDemultiplexer: Sendable {
    /// Bytes of one stream.
    public struct Piece: Equatable, Sendable {
        /// 1 = standard output, 2 = standard error.
        public var stream: UInt8
        /// The bytes.
        public var bytes: [UInt8]
    }

    private var head: [UInt8] = []
    private var (stream, left): (UInt8, Int) = (1, 0)

    /// Begins with the first frame.
    public init() {}

    /// Takes bytes as they come, cut anywhere; gives what is complete of each stream, in order.
    public mutating func feed(_ chunk: [UInt8]) -> [Piece] {
        var (pieces, rest): ([Piece], ArraySlice<UInt8>) = ([], chunk[...])
        while !rest.isEmpty {
            if left == 0 {
                let missing = rest.prefix(8 - head.count)
                head += missing
                rest = rest.dropFirst(missing.count)
                guard head.count == 8 else { break }
                stream = head[0] == 2 ? 2 : 1
                left = head[4...].reduce(0) { $0 << 8 | Int($1) }
                head = []
                continue
            }
            let bytes = rest.prefix(left)
            pieces.append(Piece(stream: stream, bytes: Array(bytes)))
            left -= bytes.count
            rest = rest.dropFirst(bytes.count)
        }
        return pieces
    }
}
