internal import CZooKeeper
internal import Logging
internal import Synchronization

/// What a completion brought, copied out of the C client's memory.
enum CompletionValue: Sendable {
    case none
    case stat(ZooKeeperStat)
    case data([UInt8], ZooKeeperStat)
    case names([String], ZooKeeperStat)
    case name(String)
    case acl([ZooKeeperACL], ZooKeeperStat)
}

typealias CompletionHandler = @Sendable (_ code: Int32, _ value: CompletionValue) -> Void

/// Maps the integers that the C client carries as contexts to what waits for them.
///
/// No pointer to a Swift object ever enters the C client: a watch that never fires costs an integer there, and a
/// completion that arrives late or twice finds nothing here.
final class CompletionRegistry: Sendable {
    static let shared = CompletionRegistry()

    private struct Tables {
        var next: UInt = 1
        var completions: [UInt: (owner: UInt, handler: CompletionHandler)] = [:]
        var watches: [UInt: (owner: UInt, stream: AsyncStream<ZooKeeperWatchEvent>.Continuation)] = [:]
        var sessions: [UInt: @Sendable (_ state: Int32) -> Void] = [:]

        mutating func token() -> UInt {
            defer { next += 1 }
            return next
        }
    }
    private let tables = Mutex(Tables())

    static func context(_ token: UInt) -> UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: token) }

    func add(owner: UInt, _ handler: @escaping CompletionHandler) -> UInt {
        tables.withLock { tables in
            let token = tables.token()
            tables.completions[token] = (owner, handler)
            return token
        }
    }

    func addWatch(owner: UInt) -> (token: UInt, watch: ZooKeeperWatch) {
        let (stream, continuation) = AsyncStream.makeStream(
            of: ZooKeeperWatchEvent.self, bufferingPolicy: .bufferingNewest(1))
        let token = tables.withLock { tables in
            let token = tables.token()
            tables.watches[token] = (owner, continuation)
            return token
        }
        return (token, ZooKeeperWatch(events: stream) { [self] in fire(watch: token, nil) })
    }

    func addSession(_ handler: @escaping @Sendable (_ state: Int32) -> Void) -> UInt {
        tables.withLock { tables in
            let token = tables.token()
            tables.sessions[token] = handler
            return token
        }
    }

    /// Takes the handler out; nil when it has run or was swept.
    func take(_ token: UInt) -> CompletionHandler? {
        tables.withLock { $0.completions.removeValue(forKey: token)?.handler }
    }

    func complete(_ context: UnsafeRawPointer?, _ code: Int32, _ value: CompletionValue) {
        take(UInt(bitPattern: context))?(code, value)
    }

    /// Ends a watch with an event, or without one.
    func fire(watch token: UInt, _ event: ZooKeeperWatchEvent?) {
        guard let stream = tables.withLock({ $0.watches.removeValue(forKey: token)?.stream }) else { return }
        if let event { stream.yield(event) }
        stream.finish()
    }

    func sessionChanged(_ token: UInt, _ state: Int32) {
        tables.withLock { $0.sessions[token] }?(state)
    }

    /// Ends everything of a handle that is closed: completions with `code`, watches as lost.
    func sweep(owner: UInt, code: Int32) {
        let (handlers, streams) = tables.withLock { tables in
            tables.sessions[owner] = nil
            let mine = tables.completions.filter { $0.value.owner == owner }
            let watches = tables.watches.filter { $0.value.owner == owner }
            for token in mine.keys { tables.completions[token] = nil }
            for token in watches.keys { tables.watches[token] = nil }
            return (mine.values.map(\.handler), watches.values.map(\.stream))
        }
        for handler in handlers { handler(code, .none) }
        for stream in streams {
            stream.yield(.sessionLost)
            stream.finish()
        }
    }
}

/// The C functions the client calls back; each copies and passes on.
enum NativeCallback {
    private static let logger = Logger(label: "zookeeper.native")

    static let log: log_callback_fn = { message in
        guard let message else { return }
        logger.debug("\(String(cString: message))")
    }

    static let session: watcher_fn = { _, type, state, _, context in
        guard type == ZOO_SESSION_EVENT else { return }
        CompletionRegistry.shared.sessionChanged(UInt(bitPattern: context), state)
    }

    static let watch: watcher_fn = { _, type, _, _, context in
        let event: ZooKeeperWatchEvent
        switch type {
        case ZOO_CREATED_EVENT: event = .created
        case ZOO_DELETED_EVENT: event = .deleted
        case ZOO_CHANGED_EVENT: event = .dataChanged
        case ZOO_CHILD_EVENT: event = .childrenChanged
        default: return  // session events come through the session's own callback
        }
        CompletionRegistry.shared.fire(watch: UInt(bitPattern: context), event)
    }

    static let void: void_completion_t = { code, context in
        CompletionRegistry.shared.complete(context, code, .none)
    }

    static let stat: stat_completion_t = { code, stat, context in
        CompletionRegistry.shared.complete(context, code, stat.map { .stat(ZooKeeperStat($0.pointee)) } ?? .none)
    }

    static let data: data_completion_t = { code, bytes, count, stat, context in
        var value = CompletionValue.none
        if code == 0, let stat {
            let data = UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : max(0, Int(count)))
            value = .data(Array(data), ZooKeeperStat(stat.pointee))
        }
        CompletionRegistry.shared.complete(context, code, value)
    }

    static let names: strings_stat_completion_t = { code, strings, stat, context in
        var value = CompletionValue.none
        if code == 0, let strings, let stat {
            let names = (0..<Int(strings.pointee.count)).compactMap { index in
                strings.pointee.data[index].map { String(cString: $0) }
            }
            value = .names(names, ZooKeeperStat(stat.pointee))
        }
        CompletionRegistry.shared.complete(context, code, value)
    }

    static let name: string_completion_t = { code, name, context in
        CompletionRegistry.shared.complete(context, code, name.map { .name(String(cString: $0)) } ?? .none)
    }

    static let acl: acl_completion_t = { code, acl, stat, context in
        var value = CompletionValue.none
        if code == 0, let acl, let stat {
            let entries = (0..<Int(acl.pointee.count)).map { index in
                let entry = acl.pointee.data[index]
                return ZooKeeperACL(
                    .init(rawValue: entry.perms), scheme: String(cString: entry.id.scheme),
                    id: String(cString: entry.id.id))
            }
            value = .acl(entries, ZooKeeperStat(stat.pointee))
        }
        CompletionRegistry.shared.complete(context, code, value)
    }
}

extension ZooKeeperStat {
    init(_ stat: Stat) {
        self.init(
            creationTransaction: stat.czxid, modificationTransaction: stat.mzxid, version: stat.version,
            childrenVersion: stat.cversion, aclVersion: stat.aversion, ephemeralOwner: stat.ephemeralOwner,
            dataLength: stat.dataLength, childrenCount: stat.numChildren)
    }
}
