import HTTPTransport
import NIOConcurrencyHelpers
import NIOCore
import Testing

/// A route that answers each request with a new stream and hands it out.
private func streaming(_ streams: Collected<ResponseStream>, limits: ResponseStream.Limits = .init()) -> Route {
    .direct(.post, "/events") { _, reply in
        let stream = ResponseStream(limits: limits)
        streams.add(stream)
        reply.send(.stream(stream, as: .json, headers: ["Mesos-Stream-Id": "7"]))
    }
}

private let subscribe = "POST /events HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nContent-Length: 0\r\n\r\n"

@Suite struct StreamTests {
    @Test func eventsArriveAsChunks() async throws {
        let streams = Collected<ResponseStream>()
        try await withServer([streaming(streams)]) { _, address in
            let client = try await RawClient.connect(address)
            try await client.send(subscribe)
            let stream = try await streams.first(1)[0]
            #expect(stream.write(Array("20\n{\"type\":\"HEARTBEAT\"}".utf8)))
            let head = try await client.wait(for: "HEARTBEAT\"}\r\n")
            #expect(head.contains("Transfer-Encoding: chunked\r\n"))
            #expect(head.contains("Content-Type: application/json\r\n"))
            #expect(!head.contains("gzip"))
            #expect(head.hasSuffix("\r\n\r\n17\r\n20\n{\"type\":\"HEARTBEAT\"}\r\n"))
            let ended = Awaited<ResponseStream.End>()
            stream.onClose { ended.set($0) }
            stream.write([0x61])
            stream.close()
            #expect(!stream.write([0x62]))
            #expect(try await ended.value() == .finished)
            try await client.wait(for: "1\r\na\r\n0\r\n\r\n")
            // The connection lives on.
            try await client.send(subscribe)
            _ = try await streams.first(2)
            await client.close()
        }
    }

    @Test func writesBeforeTheResponseComeFirst() async throws {
        let route = Route(.get, "/x") { _ in
            let stream = ResponseStream()
            stream.write(Array("one".utf8))
            stream.write(Array("two".utf8))
            stream.close()
            return .stream(stream, as: .json)
        }
        try await withServer([route]) { _, address in
            let text = try await curl(["-sS", "http://\(address)/x"])
            #expect(text == "onetwo")
        }
    }

    @Test func aVanishedSubscriberIsToldOnce() async throws {
        let streams = Collected<ResponseStream>()
        try await withServer([streaming(streams)]) { _, address in
            let client = try await RawClient.connect(address)
            try await client.send(subscribe)
            let stream = try await streams.first(1)[0]
            let ended = Awaited<ResponseStream.End>()
            stream.onClose { ended.set($0) }
            try await client.wait(for: "\r\n\r\n")
            await client.close()
            #expect(try await ended.value() == .clientGone)
            #expect(!stream.write([1]))
            stream.close()
            #expect(ended.count == 1)
            let late = Awaited<ResponseStream.End>()
            stream.onClose { late.set($0) }
            #expect(try await late.value() == .clientGone)
        }
    }

    @Test func aSlowSubscriberIsDisconnected() async throws {
        let streams = Collected<ResponseStream>()
        let limits = ResponseStream.Limits(chunks: 50, bytes: 8 << 20)
        try await withServer([streaming(streams, limits: limits)]) { server, address in
            let client = try await RawClient.connect(address, receiveBuffer: 4_096)
            try await client.send(subscribe)
            let stream = try await streams.first(1)[0]
            let ended = Awaited<ResponseStream.End>()
            stream.onClose { ended.set($0) }
            let event = [UInt8](repeating: 0x61, count: 100_000)
            var written = 0
            while written < 10_000, stream.write(event) {
                written += 1
                if written % 10 == 0 { try await Task.sleep(for: .milliseconds(1)) }
            }
            #expect(written < 10_000)
            #expect(try await ended.value() == .overflow)
            #expect(stream.backlog == 0)
            #expect(await eventually { server.counters.overflows == 1 && server.counters.connections == 0 })
            await client.close()
        }
    }

    @Test func stoppingTheServerEndsStreams() async throws {
        let streams = Collected<ResponseStream>()
        try await withServer([streaming(streams)]) { server, address in
            let client = try await RawClient.connect(address)
            try await client.send(subscribe)
            let stream = try await streams.first(1)[0]
            let ended = Awaited<ResponseStream.End>()
            stream.onClose { ended.set($0) }
            try await client.wait(for: "\r\n\r\n")
            await server.stop()
            #expect(try await ended.value() == .serverStopping)
            #expect(try await client.toEnd().hasSuffix("0\r\n\r\n"))
        }
    }

    @Test func streamsAreNotForOldClientsNorForHead() async throws {
        let ends = Collected<ResponseStream.End>()
        let route = Route.direct(.any, "/x") { _, reply in
            reply.send(.stream(ResponseStream(onClose: { ends.add($0) }), as: .json))
        }
        try await withServer([route]) { _, address in
            let old = try await RawClient.connect(address)
            try await old.send("GET /x HTTP/1.0\r\n\r\n")
            #expect(try await old.toEnd().hasPrefix("HTTP/1.1 505 "))
            let head = try await RawClient.connect(address)
            try await head.send("HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(try await head.toEnd().hasPrefix("HTTP/1.1 200 "))
            #expect(try await ends.first(2) == [.notSent, .notSent])
        }
    }

    @Test func aGroupSendsTheSameToAllInOrder() async throws {
        let streams = Collected<ResponseStream>()
        let group = StreamGroup()
        try await withServer([streaming(streams)]) { _, address in
            var clients: [RawClient] = []
            for index in 0..<8 {
                let client = try await RawClient.connect(address)
                try await client.send(subscribe)
                let stream = try await streams.first(index + 1)[index]
                stream.write(Array("<hello>".utf8))
                group.add(stream)
                group.send(Array("<joined \(index)>".utf8))
                clients.append(client)
            }
            for number in 0..<500 { group.send(Array("<\(number)>".utf8)) }
            group.send(Array("<end>".utf8))
            for (index, client) in clients.enumerated() {
                let text = try await client.wait(for: "<end>")
                let events = text.split(separator: "\r\n").filter { $0.hasPrefix("<") }.map(String.init)
                let joined = (index..<8).map { "<joined \($0)>" }
                #expect(events == ["<hello>"] + joined + (0..<500).map { "<\($0)>" } + ["<end>"])
            }
            await clients[0].close()
            #expect(await eventually { group.count == 7 })
            for client in clients { await client.close() }
            #expect(await eventually { group.count == 0 })
        }
    }

    @Test func aSlowMemberOfAGroupDoesNotHoldTheOthersBack() async throws {
        let streams = Collected<ResponseStream>()
        let group = StreamGroup()
        let limits = ResponseStream.Limits(chunks: 100, bytes: 8 << 20)
        try await withServer([streaming(streams, limits: limits)]) { _, address in
            let slow = try await RawClient.connect(address, receiveBuffer: 4_096)
            try await slow.send(subscribe)
            _ = try await streams.first(1)
            let good = try await RawClient.connect(address)
            try await good.send(subscribe)
            for stream in try await streams.first(2) { group.add(stream) }
            let event = Array(String(repeating: "x", count: 50_000).utf8) + Array("\n".utf8)
            var sent = 0
            while group.count == 2, sent < 5_000 {
                group.send(event)
                sent += 1
                let expected = sent * 50_001
                try await good.wait(bytes: expected)
            }
            #expect(group.count == 1)
            #expect(streams.all.map(\.end) == [.overflow, nil])
            await good.close()
            await slow.close()
        }
    }
}
