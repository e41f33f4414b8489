internal import ClusterBase

/// How a document is made: pieces in order, the long ones as jobs that may run at the same time.
///
/// Jobs hold parts of a state that does not change; each gives bytes of its own.
struct RenderPlan: Sendable {
    typealias Job = @Sendable () -> [UInt8]

    enum Piece: Sendable {
        /// Bytes that are there already.
        case bytes([UInt8])
        /// What jobs give, with a comma between results that are not empty when `hasCommas` says so.
        case parts([Job], hasCommas: Bool)
        /// A protobuf message, whose length comes before it.
        case message(field: Int, [Piece])
    }

    var pieces: [Piece] = []
    /// About how many agents, tasks and the like it shows; decides whether the work is shared among threads.
    var weight = 0

    /// How many entries a job should have.
    static let entriesPerJob = 512
    /// Documents of so few entries are rendered at once, by one thread.
    static let smallWeight = 1_000

    mutating func add(_ text: StaticString) {
        var writer = JSONWriter(capacity: text.utf8CodeUnitCount)
        writer.raw(text)
        add(writer.bytes)
    }

    mutating func add(_ bytes: [UInt8]) { pieces.append(.bytes(bytes)) }

    mutating func add(_ jobs: [Job], hasCommas: Bool = true) {
        if !jobs.isEmpty { pieces.append(.parts(jobs, hasCommas: hasCommas)) }
    }

    /// Cuts so many parts of a table into jobs of about `entriesPerJob` entries.
    static func cut(parts: Int, entries: Int, _ job: (Range<Int>) -> Job) -> [Job] {
        guard parts > 0 else { return [] }
        let perPart = max(1, entries / parts)
        let stride = max(1, entriesPerJob / perPart)
        return Swift.stride(from: 0, to: parts, by: stride).map { job($0..<min($0 + stride, parts)) }
    }

    /// All jobs in order.
    var jobs: [Job] {
        func jobs(_ pieces: [Piece]) -> [Job] {
            pieces.flatMap { piece -> [Job] in
                switch piece {
                case .bytes: []
                case .parts(let parts, _): parts
                case .message(_, let inner): jobs(inner)
                }
            }
        }
        return jobs(pieces)
    }

    /// Whether bytes can be handed on before all jobs are done.
    var isProgressive: Bool {
        pieces.allSatisfy { piece in
            if case .message = piece { return false }
            return true
        }
    }
}

/// Joins the results of a plan's jobs in order, as far as they are there.
struct RenderAssembly {
    private let pieces: [RenderPlan.Piece]
    private let isProgressive: Bool
    private let jobCount: Int
    private var piece = 0
    private var part = 0
    private var job = 0
    private var needsComma = false

    init(_ plan: RenderPlan) {
        (pieces, isProgressive, jobCount) = (plan.pieces, plan.isProgressive, plan.jobs.count)
    }

    /// What follows what was taken before; `done` jobs, counted from the first, have results.
    ///
    /// Results that were taken are not needed again.
    mutating func take(_ results: inout [[UInt8]?], done: Int) -> [[UInt8]] {
        guard isProgressive || done == jobCount else { return [] }
        var taken: [[UInt8]] = []
        while piece < pieces.count {
            switch pieces[piece] {
            case .bytes(let bytes): taken.append(bytes)
            case .parts(let parts, let hasCommas):
                while part < parts.count {
                    guard job < done else { return taken }
                    append(&results, hasCommas, to: &taken)
                    part += 1
                }
            case .message(let field, let inner): taken += message(field, inner, &results)
            }
            (piece, part, needsComma) = (piece + 1, 0, false)
        }
        return taken
    }

    private mutating func append(_ results: inout [[UInt8]?], _ hasCommas: Bool, to taken: inout [[UInt8]]) {
        let result = results[job] ?? []
        results[job] = nil
        job += 1
        guard !result.isEmpty else { return }
        if hasCommas, needsComma { taken.append([UInt8(ascii: ",")]) }
        needsComma = true
        taken.append(result)
    }

    private mutating func message(
        _ field: Int, _ inner: [RenderPlan.Piece], _ results: inout [[UInt8]?]
    ) -> [[UInt8]] {
        var content: [[UInt8]] = []
        for piece in inner {
            switch piece {
            case .bytes(let bytes): content.append(bytes)
            case .parts(let parts, let hasCommas):
                needsComma = false
                for _ in parts { append(&results, hasCommas, to: &content) }
            case .message(let field, let more): content += message(field, more, &results)
            }
        }
        var head = Self.varint(UInt64(field) << 3 | 2)
        head += Self.varint(UInt64(content.reduce(0) { $0 + $1.count }))
        return [head] + content
    }

    private static func varint(_ value: UInt64) -> [UInt8] {
        var (bytes, rest): ([UInt8], UInt64) = ([], value)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
