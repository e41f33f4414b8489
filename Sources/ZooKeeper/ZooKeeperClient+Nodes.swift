internal import CZooKeeper

extension ZooKeeperClient {
    /// Creates a node and returns its path, with the sequence number if the mode asks for one.
    ///
    /// After `connectionLoss` the node may exist. `acl` nil takes `defaultACL`.
    @discardableResult
    public func create(
        _ path: String, _ data: [UInt8] = [], mode: ZooKeeperCreateMode = .persistent, acl: [ZooKeeperACL]? = nil
    ) async throws -> String {
        let (code, value) = try await request(path) { handle, context in
            withNativeACL(acl ?? defaultACL) { list in
                data.withUnsafeBytes { bytes in
                    zoo_acreate(
                        handle.pointer, path, bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                        Int32(bytes.count),
                        list, mode.rawValue, NativeCallback.name, context)
                }
            }
        }
        try check(code, path)
        guard case .name(let name) = value else { return path }
        return name
    }

    /// Creates persistent nodes without data for the path and those of its ancestors that are missing.
    public func createAll(_ path: String, acl: [ZooKeeperACL]? = nil) async throws {
        do {
            try await create(path, acl: acl)
        } catch let error as ZooKeeperError where error.code == .nodeExists {
            return
        } catch let error as ZooKeeperError where error.code == .noAuth {
            guard try await exists(path) != nil else { throw error }
        } catch let error as ZooKeeperError where error.code == .noNode {
            guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { throw error }
            try await createAll(String(path[..<slash]), acl: acl)
            do {
                try await create(path, acl: acl)
            } catch let error as ZooKeeperError where error.code == .nodeExists {}
        }
    }

    /// Reads a node.
    public func get(_ path: String) async throws -> (data: [UInt8], stat: ZooKeeperStat) {
        try await get(path, watch: false).content
    }

    /// Reads a node and watches it: fires when its data changes or it is deleted.
    public func getAndWatch(
        _ path: String
    ) async throws -> (content: (data: [UInt8], stat: ZooKeeperStat), watch: ZooKeeperWatch) {
        let (content, watch) = try await get(path, watch: true)
        guard let watch else { throw ZooKeeperError(.invalidState, path: path) }
        return (content, watch)
    }

    /// Replaces the data; throws `badVersion` unless the version (nil: any) is the node's.
    @discardableResult
    public func set(_ path: String, _ data: [UInt8], version: Int32? = nil) async throws -> ZooKeeperStat {
        let (code, value) = try await request(path) { handle, context in
            data.withUnsafeBytes { bytes in
                zoo_aset(
                    handle.pointer, path, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count),
                    version ?? -1, NativeCallback.stat, context)
            }
        }
        try check(code, path)
        guard case .stat(let stat) = value else { throw ZooKeeperError(.runtimeInconsistency, path: path) }
        return stat
    }

    /// Deletes a node without children; throws `badVersion` unless the version (nil: any) is the node's.
    public func delete(_ path: String, version: Int32? = nil) async throws {
        let (code, _) = try await request(path) { handle, context in
            zoo_adelete(handle.pointer, path, version ?? -1, NativeCallback.void, context)
        }
        try check(code, path)
    }

    /// Deletes a node and everything below it; a node that is absent is no error.
    ///
    /// Not atomic.
    public func deleteAll(_ path: String) async throws {
        do {
            for child in try await children(path).names { try await deleteAll(path + "/" + child) }
            try await delete(path)
        } catch let error as ZooKeeperError where error.code == .noNode {}
    }

    /// The node's metadata, nil when there is no such node.
    public func exists(_ path: String) async throws -> ZooKeeperStat? {
        try await exists(path, watch: false).stat
    }

    /// The node's metadata and a watch that fires when it is created, deleted or its data changes.
    public func existsAndWatch(_ path: String) async throws -> (stat: ZooKeeperStat?, watch: ZooKeeperWatch) {
        let (stat, watch) = try await exists(path, watch: true)
        guard let watch else { throw ZooKeeperError(.invalidState, path: path) }
        return (stat, watch)
    }

    /// The names (not paths) of the children, in no order.
    public func children(_ path: String) async throws -> (names: [String], stat: ZooKeeperStat) {
        try await children(path, watch: false).content
    }

    /// The names of the children and a watch that fires when one is created or deleted, or the node itself is.
    public func childrenAndWatch(
        _ path: String
    ) async throws -> (content: (names: [String], stat: ZooKeeperStat), watch: ZooKeeperWatch) {
        let (content, watch) = try await children(path, watch: true)
        guard let watch else { throw ZooKeeperError(.invalidState, path: path) }
        return (content, watch)
    }

    /// Waits until the server this client is connected to has seen everything the ensemble had decided.
    public func sync(_ path: String) async throws {
        let (code, _) = try await request(path) { handle, context in
            zoo_async(handle.pointer, path, NativeCallback.name, context)
        }
        try check(code, path)
    }

    /// The node's access control list.
    public func getACL(_ path: String) async throws -> (acl: [ZooKeeperACL], stat: ZooKeeperStat) {
        let (code, value) = try await request(path) { handle, context in
            zoo_aget_acl(handle.pointer, path, NativeCallback.acl, context)
        }
        try check(code, path)
        guard case .acl(let acl, let stat) = value else { throw ZooKeeperError(.runtimeInconsistency, path: path) }
        return (acl, stat)
    }

    /// Replaces the access control list; throws `badVersion` unless `version` (nil: any) is the list's.
    public func setACL(_ path: String, _ acl: [ZooKeeperACL], version: Int32? = nil) async throws {
        let (code, _) = try await request(path) { handle, context in
            withNativeACL(acl) { list in
                var copy = list.pointee
                return zoo_aset_acl(handle.pointer, path, version ?? -1, &copy, NativeCallback.void, context)
            }
        }
        try check(code, path)
    }

    // MARK: With or without a watch

    /// Runs a request that may leave a watch; a request that fails (other than `spared`) leaves none.
    private func watching(
        _ path: String, _ wanted: Bool, sparing spared: ZooKeeperError.Code? = nil,
        _ start: (ZooKeeperSession.Handle, watcher_fn?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Int32
    ) async throws -> (code: Int32, value: CompletionValue, watch: ZooKeeperWatch?) {
        var watch: ZooKeeperWatch?
        let (code, value) = try await request(path) { handle, context in
            guard wanted else { return start(handle, nil, nil, context) }
            let (token, made) = CompletionRegistry.shared.addWatch(owner: handle.owner)
            watch = made
            return start(handle, NativeCallback.watch, CompletionRegistry.context(token), context)
        }
        if code != 0, spared?.number != code { throw ZooKeeperError(.init(code), path: path) }
        return (code, value, watch)
    }

    private func get(
        _ path: String, watch: Bool
    ) async throws -> (content: (data: [UInt8], stat: ZooKeeperStat), watch: ZooKeeperWatch?) {
        let (_, value, watch) = try await watching(path, watch) { handle, watcher, watchContext, context in
            zoo_awget(handle.pointer, path, watcher, watchContext, NativeCallback.data, context)
        }
        guard case .data(let data, let stat) = value else { throw ZooKeeperError(.runtimeInconsistency, path: path) }
        return ((data, stat), watch)
    }

    private func exists(_ path: String, watch: Bool) async throws -> (stat: ZooKeeperStat?, watch: ZooKeeperWatch?) {
        let (_, value, watch) = try await watching(path, watch, sparing: .noNode) {
            handle, watcher, watchContext, context in
            zoo_awexists(handle.pointer, path, watcher, watchContext, NativeCallback.stat, context)
        }
        guard case .stat(let stat) = value else { return (nil, watch) }
        return (stat, watch)
    }

    private func children(
        _ path: String, watch: Bool
    ) async throws -> (content: (names: [String], stat: ZooKeeperStat), watch: ZooKeeperWatch?) {
        let (_, value, watch) = try await watching(path, watch) { handle, watcher, watchContext, context in
            zoo_awget_children2(handle.pointer, path, watcher, watchContext, NativeCallback.names, context)
        }
        guard case .names(let names, let stat) = value else { throw ZooKeeperError(.runtimeInconsistency, path: path) }
        return ((names, stat), watch)
    }
}

extension ZooKeeperClient {
    /// Deletes a node without anybody waiting for it, again after each lost connection while the session lives.
    func deleteEventually(_ path: String, epoch: Int) {
        guard lostSessions == epoch else { return }
        _ = session.withHandle { handle in
            let token = CompletionRegistry.shared.add(owner: handle.owner) { [weak self] code, _ in
                if code == Int32(ZCONNECTIONLOSS.rawValue) { self?.deleteEventually(path, epoch: epoch) }
            }
            let code = zoo_adelete(handle.pointer, path, -1, NativeCallback.void, CompletionRegistry.context(token))
            if code != 0 { _ = CompletionRegistry.shared.take(token) }
            return code
        }
    }
}
