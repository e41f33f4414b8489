import AccessControl
import AgentService
import ClusterBase
import ClusterModel
import ClusterPorts
import Foundation
import HTTPTransport
import ResourceModel
import TestSupport
import Testing

/// What somebody sees of an agent who may not see everything.
@Suite struct RestrictedViewTests {
    private func fixture(_ scope: TestScope, _ rules: String) async throws -> AgentFixture {
        let rules = try AccessRules(document: JSONValue(parsing: rules))
        return try await AgentFixture.start(scope) { configuration in
            configuration.security.access = rules
            configuration.resources = [
                .scalar("cpus", 8), .scalar("mem", 4096), .scalar("disk", 1000),
                Resource(name: "cpus", value: .scalar(Scalar(1)), reservations: [.init(kind: .static, role: "hush")]),
                Resource(name: "cpus", value: .scalar(Scalar(1)), reservations: [.init(kind: .static, role: "web")]),
            ]
        }
    }

    @Test func containersOfHiddenUsersAreLeftOut() async throws {
        try await withTestScope { scope in
            let fixture = try await fixture(
                scope,
                #"{"view_containers": [{"principals": {"type": "ANY"}, "users": {"type": "NONE"}}]}"#)
            let spec = try await fixture.run("t1")
            for path in ["/containers", "/monitor/statistics"] {
                #expect(try await fixture.json(path) == [], "\(path)")
            }
            let list = try await fixture.operatorCall(#"{"type":"GET_CONTAINERS"}"#)
            #expect(!String(decoding: list.bytes, as: UTF8.self).contains(spec.id.value))
            await fixture.containers.end(spec.id, .exited(0))
        }
    }

    @Test func reservationsForHiddenRolesAreLeftOut() async throws {
        try await withTestScope { scope in
            let fixture = try await fixture(
                scope,
                """
                {"view_roles": [
                  {"principals": {"type": "ANY"}, "roles": {"values": ["web", "*"]}},
                  {"principals": {"type": "ANY"}, "roles": {"type": "NONE"}}]}
                """)
            for text in [
                try await fixture.get("/state").text,
                String(decoding: try await fixture.operatorCall(#"{"type":"GET_AGENT"}"#).bytes, as: UTF8.self),
            ] {
                #expect(text.contains("web") && !text.contains("hush"), "\(text)")
            }
        }
    }

    /// A sandbox's owner may make a file of any size that takes no room on the disk.
    @Test func largeFilesAreNotHeldInMemory() async throws {
        try await withTestScope { scope in
            let fixture = try await AgentFixture.start(scope)
            let spec = try await fixture.run("t1")
            let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 >> 8) }
            try Data(bytes).write(to: URL(fileURLWithPath: spec.sandbox + "/large"))
            func url(_ name: String) -> String {
                fixture.agent.url("/files/download?path=" + PercentCoding.encode("\(spec.sandbox)/\(name)"))
            }
            let answer = try await fixture.client.send(ClientRequest(.get, url("large"), bodyLimit: 4 << 20))
            #expect(answer.status == .ok && answer.body == bytes)
            try Data().write(to: URL(fileURLWithPath: spec.sandbox + "/huge"))
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: spec.sandbox + "/huge"))
            try handle.truncate(atOffset: 1 << 42)
            try handle.close()
            await #expect(throws: ClusterError.self) {
                try await fixture.client.send(ClientRequest(.get, url("huge"), bodyLimit: 4 << 20))
            }
            #expect(try await fixture.get("/health").status == .ok)
            await fixture.containers.end(spec.id, .exited(0))
        }
    }

    @Test func sandboxesOfNobodyKnownAreForThoseWhoMaySeeAll() async throws {
        try await withTestScope { scope in
            let fixture = try await fixture(
                scope,
                #"{"access_sandboxes": [{"principals": {"type": "NONE"}, "users": {"values": ["root"]}}]}"#)
            for framework in ["forgotten", "./forgotten"] {
                let path = "/frameworks/\(framework)/executors/e/runs/latest"
                #expect(try await fixture.get("/files/browse?path=" + path).status != .ok)
            }
            let path = "/frameworks/forgotten/executors/e/runs/latest"
            #expect(try await fixture.get("/files/browse?path=" + path).status == .forbidden)
        }
    }
}
