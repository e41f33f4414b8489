internal import MesosProtocol
internal import Testing

@Suite struct RecordIOTests {
    private let records: [[UInt8]] = [
        [], Array("x".utf8), Array("{\"type\":\"HEARTBEAT\"}".utf8), [0x0a, 0x31, 0x0a],
        Array(repeating: 7, count: 300),
    ]

    @Test func aFrameIsLengthNewlineRecord() {
        #expect(RecordIO.frame(Array("hello".utf8)) == Array("5\nhello".utf8))
        #expect(RecordIO.frame([UInt8]()) == Array("0\n".utf8))
        #expect(RecordIO.frame([UInt8](repeating: 1, count: 1234)).prefix(5) == Array("1234\n".utf8)[...])
    }

    @Test func everyCutOfTheStreamGivesTheSameRecords() throws {
        let stream = records.flatMap { RecordIO.frame($0) }
        for size in 1...stream.count {
            var decoder = RecordIODecoder()
            var found: [[UInt8]] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                found += try decoder.decode(stream[start..<min(start + size, stream.count)])
            }
            #expect(found == records && decoder.isBetweenRecords, "chunks of \(size)")
        }
        for cut in 0...stream.count {
            var decoder = RecordIODecoder()
            #expect(try decoder.decode(stream[..<cut]) + decoder.decode(stream[cut...]) == records, "cut at \(cut)")
        }
    }

    @Test func aRecordIsGivenOutWithItsLastByte() throws {
        var decoder = RecordIODecoder()
        #expect(try decoder.decode(Array("3\nab".utf8)) == [])
        #expect(!decoder.isBetweenRecords)
        #expect(try decoder.decode(Array("c".utf8)) == [Array("abc".utf8)])
        #expect(decoder.isBetweenRecords)
    }

    @Test func badLengthsAreErrorsThatLast() {
        for text in ["x", "-1\n", "\n", " 5\n", "5 \n", "0x5\n", "5\r\n", "000000000000000000000\n"] {
            var decoder = RecordIODecoder()
            #expect(throws: RecordIOError.malformedLength, "\(text)") { try decoder.decode(Array(text.utf8)) }
            #expect(throws: RecordIOError.malformedLength) { try decoder.decode(Array("1\na".utf8)) }
        }
    }

    @Test func recordsAreBounded() throws {
        var decoder = RecordIODecoder(maximumRecordBytes: 10)
        #expect(try decoder.decode(Array("10\n0123456789".utf8)).count == 1)
        #expect(throws: RecordIOError.recordTooLarge(limit: 10)) { try decoder.decode(Array("11\n".utf8)) }
        var other = RecordIODecoder()
        #expect(throws: RecordIOError.recordTooLarge(limit: 64 << 20)) {
            try other.decode(Array("18446744073709551616".utf8))
        }
    }
}
