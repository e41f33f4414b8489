import AgentService
import ClusterBase
import ClusterModel
import Foundation
import HTTPTransport
import MesosProtocol
import ResourceModel
import TestSupport
import Testing

// Operations for tests.
extension AgentFixture {
    static func reserved(_ name: String, _ amount: Double, role: String = "eng/web") -> Resource {
        var resource = Resource.scalar(name, amount)
        resource.reservations = [.init(kind: .dynamic, role: role, principal: "ops")]
        return resource
    }

    static func volume(_ id: String, _ amount: Double, path: String = "data", root: String? = nil) -> Resource {
        var volume = reserved("disk", amount)
        volume.disk = Resource.Disk(
            persistenceID: id, containerPath: path, source: root.map { Resource.Disk.Source(.mount, root: $0) })
        return volume
    }

    var resources: String { workDirectory + "/meta/resources" }

    func volumeDirectory(_ id: String) -> String { workDirectory + "/volumes/roles/eng web/" + id }

    /// Sends an operation with the version that the agent told last.
    func apply(_ operation: OfferOperation, _ number: UInt64) throws {
        let versions = master.messages.compactMap { message -> UniqueID? in
            if case .update(_, let version, _, _) = message { version } else { nil }
        }
        send(
            .applyOperation(
                Self.frameworkID, operation, uuid: UniqueID(high: number, low: number),
                resourceVersion: try #require(versions.last)))
    }

    /// Carries an operation out up to its acknowledged status.
    @discardableResult
    func carryOut(_ operation: OfferOperation, _ number: UInt64) async throws -> OperationStatus {
        try apply(operation, number)
        let uuid = UniqueID(high: number, low: number)
        let status = try await master.hears("the status of operation \(number)") { message in
            if case .updateOperationStatus(let update) = message, update.operationUUID == uuid {
                update.status
            } else {
                nil
            }
        }
        send(.acknowledgeOperation(statusUUID: try #require(status.statusUUID), operationUUID: uuid))
        try await eventually("operation \(number) is forgotten") {
            try await operations() == []
        }
        return status
    }

    /// Operations as GET_OPERATIONS shows them, by state.
    func operations() async throws -> [String] {
        let json = try await operatorCall(#"{"type":"GET_OPERATIONS"}"#)
        return (json["get_operations"]?["operations"]?.array ?? []).compactMap {
            $0["latest_status"]?["state"]?.string
        }
    }

    func operatorCall(_ body: String) async throws -> JSONValue {
        let answer = try await operatorAnswer(body)
        guard answer.status == .ok else { throw TestError("\(body): \(answer.status) \(answer.text)") }
        return try JSONValue(parsing: answer.body)
    }

    func operatorAnswer(_ body: String) async throws -> ClientResponse {
        try await client.send(
            ClientRequest(
                .post, agent.url("/api/v1"),
                headers: ["Content-Type": "application/json", "Accept": "application/json"], body: Array(body.utf8)))
    }

    func bytes(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map { [UInt8]($0) } }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
