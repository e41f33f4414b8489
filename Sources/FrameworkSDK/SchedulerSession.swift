internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport
internal import Logging
internal import MesosProtocol

/// One try to subscribe at one master, and the subscription that comes of it.
final class SchedulerSession: Sendable {
    let url: String
    private let core: SchedulerCore
    private let pool: HTTPClientPool
    private let calls: BoundedChannel<SchedulerCall>
    private let acknowledgements: BoundedChannel<SchedulerCall>
    private let format: WireFormat
    private let liveness: StreamLiveness

    init(_ core: SchedulerCore, url: String, pool: HTTPClientPool) {
        (self.core, self.url, self.pool) = (core, url, pool)
        calls = BoundedChannel(limit: core.options.callLimit)
        acknowledgements = BoundedChannel(limit: core.options.callLimit)
        format = core.options.encoding == .json ? .json : .protobuf
        liveness = StreamLiveness(limit: core.options.callTimeout)
    }

    /// Where a call waits for its turn.
    func queue(for call: SchedulerCall) -> BoundedChannel<SchedulerCall> {
        if case .acknowledge = call { acknowledgements } else { calls }
    }

    /// Subscribes and serves until something ends it; `interruption` returns when another leader is known.
    ///
    /// Throws `SchedulerFailure` only.
    func run(until interruption: @escaping @Sendable () async -> Void) async throws -> SchedulerCore.Ending {
        do {
            return try await withThrowingTaskGroup(of: SchedulerCore.Ending.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await self.subscribe() }
                group.addTask {
                    await interruption()
                    return .leaderChanged
                }
                return try await group.next() ?? .stopped
            }
        } catch let failure as SchedulerFailure {
            throw failure
        } catch is CancellationError {
            return .stopped
        } catch let error as StreamBreak {
            return .lost(error.description)
        } catch {
            return .lost("\(error)")
        }
    }

    private func channel(streamID: String?) -> CallChannel {
        CallChannel(
            url: url + "/api/v1/scheduler", format: format,
            authorization: core.options.credential.map { basicAuthorization(user: $0.principal, secret: $0.secret) },
            streamID: streamID, timeout: core.options.callTimeout, pool: pool)
    }

    private func subscribe() async throws -> SchedulerCore.Ending {
        let (call, id) = core.subscribeCall
        let response = try await channel(streamID: nil)
            .open(SchedulerCodec.encodeCall(call, frameworkID: id, as: format))
        switch response.status.code {
        case 200: break
        case 307, 302, 308:
            guard let location = response.headers["Location"],
                let master = LeaderTracker.baseURL(
                    location: location, scheme: url.hasPrefix("https") ? "https" : "http")
            else { return .lost("the master redirects to nowhere") }
            return .redirected(master)
        case 401, 403:
            throw SchedulerFailure.unauthorized(
                status: response.status.code, message: await CallChannel.words(of: response))
        case 400, 405, 406, 415: throw SchedulerFailure.refused(await CallChannel.words(of: response))
        default: return .lost(await CallChannel.words(of: response))
        }
        guard let streamID = response.headers["Mesos-Stream-Id"] else {
            return .lost("the master's answer to SUBSCRIBE has no Mesos-Stream-Id")
        }
        return try await serve(response.body, on: channel(streamID: streamID))
    }

    private func serve(_ body: StreamingBody, on channel: CallChannel) async throws -> SchedulerCore.Ending {
        let reader = EventReader(liveness: liveness, recordLimit: core.options.recordLimit)
        return try await withThrowingTaskGroup(of: SchedulerCore.Ending.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                do { try await reader.read(body) { try await self.receive($0) } } catch  where self.core.isTearingDown {
                    // The master closes the stream as it removes the framework; the answer to TEARDOWN decides.
                    try await Task.sleep(for: SchedulerCore.teardownLimit)
                    throw StreamBreak("no answer to TEARDOWN came")
                }
            }
            group.addTask {
                try await reader.watch()
                return .stopped
            }
            group.addTask { try await self.sendCalls(on: channel) }
            group.addTask { try await self.sendAcknowledgements(on: channel) }
            return try await group.next() ?? .stopped
        }
    }

    // MARK: Events

    private func receive(_ record: [UInt8]) async throws {
        let decoded: SchedulerEvent?
        do { decoded = try SchedulerCodec.decodeEvent(record, as: format) } catch {
            throw StreamBreak("an event cannot be read: \(error)")
        }
        guard let event = decoded else {
            core.logger.debug("unknown event ignored", metadata: ["bytes": "\(record.count)"])
            return
        }
        switch event {
        case .heartbeat: return
        case .subscribed(let id, let interval, _):
            guard !id.value.isEmpty else { throw StreamBreak("SUBSCRIBED carries no framework id") }
            if interval > .zero { liveness.expect(within: interval * core.options.missedHeartbeats) }
            liveness.pause()
            core.open(self, as: id)
            core.logger.info("subscribed", metadata: ["framework_id": "\(id)", "master": "\(url)"])
            await core.inbound.push(.event(event))
        case .error where core.isTearingDown: throw StreamBreak("the master ends the subscription")
        case .error(let message):
            await core.inbound.push(.event(event))
            throw SchedulerFailure(errorEvent: message)
        default: await core.inbound.push(.event(event))
        }
    }

    // MARK: Calls

    private func sendCalls(on channel: CallChannel) async throws -> SchedulerCore.Ending {
        while let call = await calls.next() {
            if let ending = try await send(call, on: channel) { return ending }
        }
        return .stopped
    }

    /// Sends acknowledgements, some at a time: the agent sends a task's next update only after the one before is
    /// acknowledged,
    /// so that their order does not matter.
    private func sendAcknowledgements(on channel: CallChannel) async throws -> SchedulerCore.Ending {
        try await withThrowingTaskGroup(of: SchedulerCore.Ending?.self) { group in
            defer { group.cancelAll() }
            var underWay = 0
            while let call = await acknowledgements.next() {
                if underWay >= core.options.acknowledgementsInFlight {
                    if let ending = try await group.next() ?? nil { return ending }
                    underWay -= 1
                }
                underWay += 1
                group.addTask { try await self.send(call, on: channel) }
            }
            return .stopped
        }
    }

    /// Sends one call; an ending when the subscription ends with it.
    private func send(_ call: SchedulerCall, on channel: CallChannel) async throws -> SchedulerCore.Ending? {
        let response: ClientResponse
        do {
            response = try await channel.send(
                SchedulerCodec.encodeCall(call, frameworkID: core.frameworkID, as: format))
        } catch  where core.isTearingDown && call != .teardown {
            // Nothing but the answer to TEARDOWN matters now.
            return nil
        }
        let words = CallChannel.words(response.body, status: response.status)
        switch response.status.code {
        case 200..<300: return call == .teardown ? .tornDown : nil
        case _ where core.isTearingDown && call != .teardown: return nil
        case 307, 503: return .lost("the master does not lead any more: \(words)")
        case 400 where Self.meansUnsubscribed(words), 403 where Self.meansUnsubscribed(words):
            return .lost("the master does not know this subscription: \(words)")
        default:
            if call == .teardown { core.teardownRefused() }
            core.logger.warning(
                "call refused",
                metadata: ["call": "\(call.name)", "status": "\(response.status)", "message": "\(words)"])
            await core.inbound.push(.notice(.refused(call, status: response.status.code, message: words)))
            return nil
        }
    }

    /// Whether the words of a 400 or 403 speak of the subscription, not of the call (spec `mesos/01` §1.1 rows 12–17).
    private static func meansUnsubscribed(_ words: String) -> Bool {
        words.hasPrefix("Framework cannot be found") || words.hasPrefix("Framework is not")
            || words.hasPrefix("The stream ID") || words.contains("'Mesos-Stream-Id'")
    }
}
