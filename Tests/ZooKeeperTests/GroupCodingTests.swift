import ClusterBase
import ClusterModel
import Testing

@testable import ZooKeeper

/// Names and data of group members, without a server.
@Suite struct GroupCodingTests {
    @Test func writesTheDocumentedJSON() throws {
        let info = MasterInfo(
            id: "uuid", ip: "10.0.0.1", port: 5050, hostname: "m1", version: "1.12.0",
            capabilities: ["AGENT_UPDATE", "AGENT_DRAINING", "QUOTA_V2"])
        let expected = """
            {"address":{"hostname":"m1","ip":"10.0.0.1","port":5050},"capabilities":[{"type":"AGENT_UPDATE"},\
            {"type":"AGENT_DRAINING"},{"type":"QUOTA_V2"}],"hostname":"m1","id":"uuid","ip":16777226,\
            "pid":"master@10.0.0.1:5050","port":5050,"version":"1.12.0"}
            """
        #expect(text(info.groupJSON) == expected)
        #expect(try MasterInfo(groupJSON: info.groupJSON) == info)
    }

    @Test func carriesTheFaultDomain() throws {
        var info = master("m")
        info.domain = FaultDomain(region: "r", zone: "z")
        #expect(
            text(info.groupJSON).contains(
                #""domain":{"fault_domain":{"region":{"name":"r"},"zone":{"name":"z"}}}"#))
        #expect(try MasterInfo(groupJSON: info.groupJSON) == info)
    }

    @Test func readsWhatOtherVersionsWrite() throws {
        let minimal = try MasterInfo(groupJSON: bytes(#"{"id":"a","ip":16777226,"port":5050,"later":{"x":[]}}"#))
        #expect(minimal == MasterInfo(id: "a", ip: "10.0.0.1", port: 5050, hostname: "10.0.0.1", version: ""))
        let addressed = try MasterInfo(
            groupJSON: bytes(#"{"id":"a","ip":0,"port":1,"address":{"hostname":"h","ip":"10.9.8.7","port":5051}}"#))
        #expect(addressed.ip == "10.9.8.7" && addressed.port == 5051 && addressed.hostname == "h")
        #expect(addressed.pid == "master@10.9.8.7:5051")
    }

    @Test(arguments: [
        ("", "master_info"), ("[]", "master_info.id"), ("{", "master_info"),
        (#"{"ip":1,"port":5050}"#, "master_info.id"),
        (#"{"id":"a","port":5050}"#, "master_info.ip"), (#"{"id":"a","ip":-1,"port":5050}"#, "master_info.ip"),
        (#"{"id":"a","ip":1}"#, "master_info.port"), (#"{"id":"a","ip":1,"port":70000}"#, "master_info.port"),
    ])
    func namesTheFieldThatIsWrong(json: String, field: String) {
        #expect { try MasterInfo(groupJSON: bytes(json)) } throws: { ($0 as? ClusterError)?.field == field }
    }

    /// id "a", ip 10.0.0.1, port 5051, pid, hostname "h", version "0.23", address {"h2", "10.0.0.9", 5052}.
    static let binary: [UInt8] =
        [0x0a, 1] + bytes("a") + [0x10, 0x8a, 0x80, 0x80, 0x08, 0x18, 0xbb, 0x27, 0x22, 20]
        + bytes("master@10.0.0.1:5051")
        + [0x2a, 1] + bytes("h") + [0x32, 4] + bytes("0.23")
    static let binaryAddress: [UInt8] =
        [0x3a, 17, 0x0a, 2] + bytes("h2") + [0x12, 8] + bytes("10.0.0.9") + [0x18, 0xbc, 0x27]

    @Test func readsTheBinaryForm() throws {
        let old = try MasterInfo(groupBinary: Self.binary)
        #expect(old == MasterInfo(id: "a", ip: "10.0.0.1", port: 5051, hostname: "h", version: "0.23"))
        let newer = try MasterInfo(groupBinary: Self.binary + Self.binaryAddress)
        #expect(newer.ip == "10.0.0.9" && newer.port == 5052 && newer.pid == "master@10.0.0.1:5051")
        let least = try MasterInfo(groupBinary: [0x0a, 1] + bytes("a") + [0x10, 0x8a, 0x80, 0x80, 0x08])
        #expect(least.port == 5050 && least.hostname == "10.0.0.1")
    }

    @Test func survivesBrokenBinaries() {
        let whole = Self.binary + Self.binaryAddress
        for end in 0..<whole.count { _ = try? MasterInfo(groupBinary: Array(whole[..<end])) }
        var random = SeededRandom(seed: 3)
        for _ in 0..<20_000 {
            var broken = whole
            for _ in 0...random.below(4) { broken[random.below(broken.count)] = UInt8(random.below(256)) }
            _ = try? MasterInfo(groupBinary: broken)
            _ = try? MasterInfo(groupJSON: broken)
        }
        #expect(throws: ClusterError.self) { try MasterInfo(groupBinary: [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]) }
        #expect(throws: ClusterError.self) { try MasterInfo(groupBinary: [0x0a, 1]) }
    }

    @Test func readsTheOldestForm() throws {
        let info = try MasterInfo(groupAddress: bytes("master@10.0.0.1:5050\n"))
        #expect(info.ip == "10.0.0.1" && info.port == 5050 && info.pid == "master@10.0.0.1:5050")
        for bad in ["", "master", "master@", "master@h:0", "10.0.0.1:5050"] {
            #expect(throws: ClusterError.self) { try MasterInfo(groupAddress: bytes(bad)) }
        }
    }

    @Test(arguments: [
        ("json.info_0000000012", "json.info", 12), ("info_0000000003", "info", 3), ("0000000004", nil, 4),
        ("a_b_7", "a_b", 7), ("_5", "", 5),
    ])
    func readsMemberNames(name: String, label: String?, sequence: Int64) {
        let member = GroupMember(name: name)
        #expect(member?.label == label && member?.sequence == sequence)
    }

    @Test(arguments: ["log_replicas", "json.info_", "x", "", "info_12a", "info_+1", "info_99999999999999999999"])
    func isNoMember(name: String) { #expect(GroupMember(name: name) == nil) }

    @Test func theSmallestNumberLeads() {
        let names = ["log_replicas", "json.info_0000000010", "info_0000000011", "0000000012", "json.info_9"]
        #expect(GroupMember.leader(among: names)?.name == "json.info_9")
        #expect(GroupMember.leader(among: ["log_replicas"]) == nil)
    }

    @Test func waitsDoubleUpToTheLimit() {
        let backoff = GroupBackoff()
        #expect((1...7).map { backoff.wait(afterFailures: $0) } == [2, 4, 8, 16, 32, 60, 60].map { .seconds($0) })
        #expect(backoff.wait(afterFailures: 1_000) == .seconds(60))
    }
}
