import ClusterBase
import Testing

@testable import KubeStreams

/// Bytes of real `kubectl` 1.20.2 sessions (spec `kubernetes/10` §10.7).
@Suite struct SPDYTests {
    private static let clientSide: [(hex: String, id: UInt32, type: String)] = [
        ("800300010000002900000001000000000000" + "78f9e3c6a7c26260606004a7b392a2d4c45c6851c29a0a0a6800000000ffff", 1,
            "error"),
        ("800300010000001700000003000000000000" + "c22e555c92929907000000ffff", 3, "stdin"),
        ("800300010000001900000005000000000000" + "c22ac5565c92925f5a02000000ffff", 5, "stdout"),
        ("800300010000001500000007000000000000" + "c229975a5404000000ffff", 7, "stderr"),
    ]

    private func bytes(_ hex: String) -> [UInt8] {
        stride(from: 0, to: hex.utf8.count, by: 2).compactMap { at in
            UInt8(hex.dropFirst(at).prefix(2), radix: 16)
        }
    }

    @Test func theDictionaryIsTheDraftsOne() {
        #expect(SPDYDictionary.bytes.count == 1_423)
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in SPDYDictionary.bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        #expect(high << 16 | low == 0xe3c6_a7c2)
    }

    @Test(arguments: [1, 2, 4, 7, 1_000])
    func readsWhatKubectlSendsInPiecesOfAnySize(size: Int) throws {
        let connection = try SPDYConnection(isServer: true)
        let all = bytes(Self.clientSide.map(\.hex).joined() + "00000003000000046162630a" + "0000000301000000")
        var (seen, data, finished) = ([(UInt32, String)](), [UInt8](), [UInt32]())
        for start in stride(from: 0, to: all.count, by: size) {
            for event in try connection.receive(all[start..<min(start + size, all.count)]) {
                switch event {
                case .opened(let id, let headers, _):
                    seen.append((id, headers.first { $0.name == "streamtype" }?.value ?? ""))
                case .data(3, let bytes): data += bytes
                case .finished(let id): finished.append(id)
                default: Issue.record("unexpected \(event)")
                }
            }
        }
        #expect(seen.map(\.0) == Self.clientSide.map(\.id))
        #expect(seen.map(\.1) == Self.clientSide.map(\.type))
        #expect(data == Array("abc\n".utf8) && finished == [3])
    }

    @Test func repliesShareOneStreamOfCompression() throws {
        let (server, client) = (try SPDYConnection(isServer: true), try SPDYConnection(isServer: false))
        for index in 0..<20 {
            let headers = [(name: "streamtype", value: "data"), (name: "requestid", value: "\(index)")]
            let opened = try client.openStream(headers)
            guard case .opened(let id, let got, false) = try server.receive(opened.bytes).first else {
                Issue.record("stream \(index) was not opened")
                return
            }
            #expect(id == opened.id && got.map(\.value) == headers.map(\.value))
            guard case .replied(opened.id) = try client.receive(try server.reply(to: id)).first else {
                Issue.record("stream \(index) was not accepted")
                return
            }
        }
    }

    @Test func largeDataIsCutIntoFramesAndPutTogetherAgain() throws {
        let (server, client) = (try SPDYConnection(isServer: true), try SPDYConnection(isServer: false))
        let opened = try client.openStream([])
        _ = try server.receive(opened.bytes)
        let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        var (got, isFinished) = ([UInt8](), false)
        for event in try server.receive(SPDYConnection.data(opened.id, content, finishes: true)) {
            if case .data(_, let bytes) = event { got += bytes }
            if case .finished = event { isFinished = true }
        }
        #expect(got == content && isFinished)
    }

    @Test func faultsOfAPeerAreToldOrEndTheConnection() throws {
        let connection = try SPDYConnection(isServer: true)
        // An even id belongs to the server; the answer is a reset.
        let client = try SPDYConnection(isServer: true)
        guard case .answer(let reset) = try connection.receive(try client.openStream([]).bytes).first else {
            Issue.record("an even stream was accepted")
            return
        }
        #expect(Array(reset.prefix(4)) == [0x80, 3, 0, 3])
        guard case .answer(let invalid) = try connection.receive(SPDYConnection.data(9, [1])).first else {
            Issue.record("data for no stream was accepted")
            return
        }
        #expect(invalid.last == 2)
        guard case .answer(let pong) = try connection.receive(SPDYFrame.ping(id: 5).encoded).first else {
            Issue.record("a ping was not answered")
            return
        }
        #expect(pong == SPDYFrame.ping(id: 5).encoded)
        #expect(throws: SPDYError.malformed("version 2")) { try connection.receive([0x80, 2, 0, 1, 0, 0, 0, 0]) }
        #expect(throws: SPDYError.self) { try connection.receive([0, 0, 0, 1, 0, 0xff, 0xff, 0xff]) }
    }

    @Test func aBombOfHeadersIsRefused() throws {
        let encoder = try #require(SPDYHeaderCoder(compresses: true))
        let decoder = try #require(SPDYHeaderCoder(compresses: false, limit: 64 << 10))
        let block = try encoder.encode([("a", String(repeating: "x", count: 1 << 20))])
        #expect(block.count < 20_000)
        #expect(throws: SPDYError.tooLarge("header block")) { try decoder.decode(block) }
    }

    @Test func noiseNeverTraps() throws {
        var random = SeededRandom(seed: 7)
        let good = bytes(Self.clientSide.map(\.hex).joined())
        for _ in 0..<2_000 {
            let connection = try SPDYConnection(isServer: true)
            var noise = good
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let at = Int.random(in: 0..<noise.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: noise[at] = UInt8.random(in: 0...255, using: &random)
                case 1: noise.remove(at: at)
                default: noise.insert(UInt8.random(in: 0...255, using: &random), at: at)
                }
            }
            _ = try? connection.receive(noise)
        }
    }
}
