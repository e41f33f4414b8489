internal import CZooKeeper
internal import Glibc

extension ZooKeeperClient {
    /// Carries out all steps, in order, or none of them; returns a result for each.
    ///
    /// Throws `ZooKeeperBatchError` naming the step that failed (nothing was done), or `ZooKeeperError` when the batch
    /// got no answer (`connectionLoss`: it may have been carried out). The whole batch must stay below the server's
    /// packet limit, 1 MiB by default; see `ZooKeeperOperation.encodedSize`.
    public func commit(_ operations: [ZooKeeperOperation]) async throws -> [ZooKeeperOperationResult] {
        guard let first = operations.first else { return [] }
        if let bad = operations.first(where: { !$0.path.hasPrefix("/") || $0.path.utf8.contains(0) }) {
            throw ZooKeeperError(.badArguments, path: bad.path)
        }
        let batch = NativeBatch(operations, defaultACL: defaultACL)
        // The batch's memory must live until the completion; the capture below keeps it.
        let (code, _) = try await request(first.path) { handle, context in
            batch.withOperations { steps in
                zoo_amulti(
                    handle.pointer, Int32(operations.count), steps, batch.results, NativeCallback.void, context)
            }
        }
        return try withExtendedLifetime(batch) {
            if code == 0 { return batch.outcomes() }
            let failed = operations.indices.first { index in
                let error = batch.results[index].err
                return error != 0 && error != Int32(ZRUNTIMEINCONSISTENCY.rawValue)
            }
            guard let failed, batch.results[failed].err == code else {
                throw ZooKeeperError(.init(code), path: first.path)
            }
            throw ZooKeeperBatchError(index: failed, error: ZooKeeperError(.init(code), path: operations[failed].path))
        }
    }
}

extension ZooKeeperOperation {
    /// An upper bound of the step's bytes on the wire.
    public var encodedSize: Int {
        switch self {
        case .create(let path, let data, _, let acl):
            (acl ?? []).reduce(path.utf8.count + data.count + 192) { $0 + $1.scheme.utf8.count + $1.id.utf8.count + 16 }
        case .set(let path, let data, _): path.utf8.count + data.count + 32
        case .delete(let path, _), .check(let path, _): path.utf8.count + 32
        }
    }
}

/// The C client's memory for one batch: where it writes results while the batch is under way.
private final class NativeBatch: @unchecked Sendable {
    let results: UnsafeMutablePointer<zoo_op_result_t>
    private let operations: [ZooKeeperOperation]
    private let defaultACL: [ZooKeeperACL]
    private let stats: UnsafeMutablePointer<Stat>
    private var pathBuffers: [UnsafeMutablePointer<CChar>?]

    init(_ operations: [ZooKeeperOperation], defaultACL: [ZooKeeperACL]) {
        (self.operations, self.defaultACL) = (operations, defaultACL)
        results = .allocate(capacity: operations.count)
        results.initialize(repeating: zoo_op_result_t(), count: operations.count)
        stats = .allocate(capacity: operations.count)
        stats.initialize(repeating: Stat(), count: operations.count)
        pathBuffers = operations.map { operation in
            guard case .create(let path, _, _, _) = operation else { return nil }
            let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: path.utf8.count + sequenceRoom)
            buffer.initialize(repeating: 0, count: path.utf8.count + sequenceRoom)
            return buffer
        }
    }

    deinit {
        for buffer in pathBuffers { buffer?.deallocate() }
        stats.deallocate()
        results.deallocate()
    }

    /// Lends the steps in C form; the C client copies paths, data and lists before it returns.
    func withOperations(_ body: (UnsafePointer<zoo_op_t>) -> Int32) -> Int32 {
        let native = UnsafeMutablePointer<zoo_op_t>.allocate(capacity: operations.count)
        native.initialize(repeating: zoo_op_t(), count: operations.count)
        var owned: [UnsafeMutableRawPointer?] = []
        var lists: [UnsafeMutablePointer<ACL_vector>] = []
        defer {
            native.deallocate()
            for pointer in owned { free(pointer) }
            for list in lists {
                deallocate_ACL_vector(list)
                list.deallocate()
            }
        }
        func copy(_ text: String) -> UnsafeMutablePointer<CChar>? {
            let pointer = strdup(text)
            owned.append(pointer)
            return pointer
        }
        func copy(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar>? {
            let pointer = malloc(max(1, bytes.count))
            owned.append(pointer)
            bytes.withUnsafeBytes { source in
                if let pointer, let base = source.baseAddress { memcpy(pointer, base, source.count) }
            }
            return pointer?.assumingMemoryBound(to: CChar.self)
        }
        for (index, operation) in operations.enumerated() {
            switch operation {
            case .create(let path, let data, let mode, let acl):
                let list = nativeList(acl ?? defaultACL)
                lists.append(list)
                zoo_create_op_init(
                    native + index, copy(path), copy(data), Int32(data.count), list, mode.rawValue, pathBuffers[index],
                    Int32(path.utf8.count + sequenceRoom))
            case .set(let path, let data, let version):
                zoo_set_op_init(native + index, copy(path), copy(data), Int32(data.count), version ?? -1, stats + index)
            case .delete(let path, let version): zoo_delete_op_init(native + index, copy(path), version ?? -1)
            case .check(let path, let version): zoo_check_op_init(native + index, copy(path), version ?? -1)
            }
        }
        return body(native)
    }

    private func nativeList(_ entries: [ZooKeeperACL]) -> UnsafeMutablePointer<ACL_vector> {
        let list = UnsafeMutablePointer<ACL_vector>.allocate(capacity: 1)
        list.initialize(to: ACL_vector())
        allocate_ACL_vector(list, Int32(entries.count))
        for (index, entry) in entries.enumerated() {
            list.pointee.data[index] = ACL(
                perms: entry.permissions.rawValue, id: Id(scheme: strdup(entry.scheme), id: strdup(entry.id)))
        }
        return list
    }

    /// The results after success.
    func outcomes() -> [ZooKeeperOperationResult] {
        operations.indices.map { index in
            switch operations[index] {
            case .create(let path, _, _, _): .created(path: pathBuffers[index].map { String(cString: $0) } ?? path)
            case .set: .set(ZooKeeperStat(stats[index]))
            case .delete: .deleted
            case .check: .checked
            }
        }
    }
}

/// Room for a sequence number and the closing zero after a path.
private let sequenceRoom = 16
