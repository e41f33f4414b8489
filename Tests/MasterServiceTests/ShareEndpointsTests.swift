import ClusterBase
import ClusterModel
import Foundation
import HTTPTransport
import MasterCore
import MasterService
import MesosProtocol
import ResourceModel
import StateStorage
import TestSupport
import Testing

/// Quotas and weights as operators set and see them, over real sockets.
@Suite struct ShareEndpointsTests {
    @Test func quotasByTheOlderEndpoint() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            let agent = try await ScriptedAgent.start(
                for: master.info, resources: "cpus:4;mem:1024;disk(eng):64", in: scope)
            _ = try await agent.registeredID()
            let body = #"{"role":"eng","guarantee":[{"name":"cpus","type":"SCALAR","scalar":{"value":2.5}}]}"#
            let set = try await master.client.send(.post, "/quota", body)
            #expect(set.status == 200 && set.text.isEmpty, "\(set.text)")

            let status = try await master.client.get("/master/quota")
            let info = status["infos"]?[0]
            #expect(info?["role"]?.string == "eng")
            #expect(info?["guarantee"]?[0]?["scalar"]?["value"]?.double == 2.5)
            #expect(status["configs"]?[0]?["limits"]?["cpus"]?["value"]?.double == 2.5)
            let roles = try await master.client.get("/roles")["roles"]?.array ?? []
            let quota = roles.first { $0["name"]?.string == "eng" }?["quota"]
            #expect(quota?["role"]?.string == "eng" && quota?["guarantee"]?["cpus"]?.double == 2.5)
            #expect(quota?["limit"]?["cpus"]?.double == 2.5 && quota?["consumed"]?["disk"]?.double == 64)

            let again = try await master.client.send(.post, "/quota", body)
            #expect(again.status == 400)
            #expect(
                again.text == "Failed to validate set quota request: Cannot set quota for role 'eng' which already "
                    + "has quota")
            let large = body.replacing("2.5", with: "9").replacing("eng", with: "ops")
            #expect(try await master.client.send(.post, "/quota", large).status == 409)
            let forced = large.replacing("{\"role\"", with: "{\"force\":true,\"role\"")
            #expect(try await master.client.send(.post, "/quota", forced).status == 200)

            #expect(try await master.client.send(.delete, "/quota/eng").status == 200)
            let gone = try await master.client.send(.delete, "/quota/eng")
            #expect(gone.status == 400)
            #expect(gone.text == "Failed to remove quota for path '/master/quota/eng': Role 'eng' has no quota set")
            let bare = try await master.client.send(.delete, "/quota")
            #expect(
                bare.text == "Failed to parse remove quota request for path '/master/quota': expected 3 tokens, found "
                    + "2 tokens")
            #expect(try await master.client.get("/quota")["configs"]?.array?.count == 1)
        }
    }

    @Test func badBodiesAreNamed() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            func refused(_ method: RequestMethod, _ path: String, _ body: String, _ start: String) async throws {
                let answer = try await master.client.send(method, path, body)
                #expect(answer.status == 400 && answer.text.hasPrefix(start), "\(answer.status) \(answer.text)")
            }
            try await refused(.post, "/quota", "{", "Failed to parse set quota request JSON '{': ")
            try await refused(
                .post, "/quota", #"{"role":5}"#, #"Failed to validate set quota request JSON '{"role":5}': "#)
            try await refused(.put, "/weights", "x", "Failed to parse update weights request JSON 'x': ")
            try await refused(.put, "/weights", "{}", "Failed to parse update weights request JSON '{}': ")
            try await refused(
                .put, "/weights", #"[{"role":"a","weight":"b"}]"#,
                #"Failed to convert weights JSON array to protobuf '[{"role":"a","weight":"b"}]': "#)
            try await refused(
                .put, "/weights", #"[{"role":"a"}]"#,
                #"Failed to convert weights JSON array to protobuf '[{"role":"a"}]': "#)
            try await refused(
                .put, "/weights", #"[{"role":"a","weight":0}]"#,
                "Failed to validate update weights request JSON for role 'a': Invalid weight '0': ")
            #expect(try await master.client.send(.put, "/quota", "{}").status == 405)
            #expect(try await master.client.get("/weights").array?.isEmpty == true)
        }
    }

    @Test func whatWasSetIsThereForTheNextMaster() async throws {
        let store = MemoryVariableStore()
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope, store: store) { $0.core.weights = ["flag": 2] }
                .leads()
            let weights =
                #"[{"role":"eng","weight":2.5},{"role":" eng/dev ","weight":0.5},"#
                + #"{"role":"\u00e9%2f\u0010","weight":1},{"role":"\u00e9%2f\u00010","weight":4}]"#
            #expect(try await master.client.send(.put, "/weights", weights).status == 200)
            let quota =
                #"{"type":"UPDATE_QUOTA","update_quota":{"force":true,"quota_configs":[{"role":"eng","#
                + #""guarantees":{"cpus":{"value":2}},"limits":{"cpus":{"value":4},"mem":{"value":0}}},"#
                + #"{"role":"ops","limits":{"cpus":{"value":1}}}]}}"#
            let answer = try await master.client.send(.post, "/api/v1", quota)
            #expect(answer.status == 200 && answer.text.isEmpty, "\(answer.text)")
            let removal = #"{"type":"REMOVE_QUOTA","remove_quota":{"role":"ops"}}"#
            #expect(try await master.client.send(.post, "/api/v1", removal).status == 200)
        }
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope, store: store) { $0.core.weights = ["other": 9] }
                .leads()
            let weights = try await master.client.get("/weights").array ?? []
            #expect(
                weights.compactMap { $0["role"]?.string } == ["eng", "eng/dev", "flag", "é%2f\u{1}0", "é%2f\u{10}"])
            #expect(weights.compactMap { $0["weight"]?.double } == [2.5, 0.5, 2, 4, 1])
            let configs = try await master.client.get("/quota")["configs"]?.array ?? []
            #expect(configs.count == 1 && configs.first?["role"]?.string == "eng")
            #expect(configs.first?["guarantees"]?["cpus"]?["value"]?.double == 2)
            #expect(configs.first?["limits"]?["mem"]?["value"]?.double == 0)
        }
    }

    @Test func theWhitelistIsReadAgain() async throws {
        try await withTestScope { scope in
            let path = scope.directory.path + "/hosts"
            try Data("other.example\n".utf8).write(to: URL(fileURLWithPath: path))
            let master = try await MasterFixture.start(in: scope) { configuration in
                configuration.core.whitelist = ["other.example"]
                configuration.whitelistFile = "file://" + path
                configuration.whitelistInterval = .milliseconds(20)
            }.leads()
            let agent = try await ScriptedAgent.start(for: master.info, resources: "cpus:2;mem:512", in: scope)
            _ = try await agent.registeredID()
            let scheduler = try await ScriptedScheduler.subscribe(
                to: master, FrameworkInfo(user: "root", name: "f"), in: scope)
            _ = try await scheduler.frameworkID()
            #expect(try await master.client.get("/state")["frameworks"]?[0]?["offers"]?.array?.isEmpty == true)
            try Data("other.example\nagent.example\n".utf8).write(to: URL(fileURLWithPath: path))
            _ = try await scheduler.wait("an offer") { if case .offers(let offers) = $0 { offers.first } else { nil } }
        }
    }

    @Test(arguments: [WireFormat.json, .protobuf]) func theOperatorCallsInBothFormats(_ format: WireFormat) async throws
    {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            let pool = try HTTPClientPool()
            scope.onExit { await pool.shutdown() }
            func call(_ json: String) async throws -> (status: Int, body: [UInt8]) {
                let call = MessageDescriptor.named("mesos.v1.master.Call")
                let wire = try JSONTranscoder.wire(fromJSON: Array(json.utf8), message: call)
                let headers: HeaderFields = ["Content-Type": format.contentType, "Accept": format.contentType]
                let response = try await pool.send(
                    ClientRequest(
                        .post, master.base + "/api/v1", headers: headers,
                        body: format == .json ? Array(json.utf8) : wire))
                return (response.status.code, response.body)
            }
            func read(_ json: String) async throws -> JSONValue {
                let body = try await call(json).body
                let response = MessageDescriptor.named("mesos.v1.master.Response")
                return try JSONValue(
                    parsing: format == .json ? body : JSONTranscoder.json(fromWire: body, message: response))
            }
            let set =
                #"{"type":"SET_QUOTA","set_quota":{"quota_request":{"force":true,"role":"eng","guarantee":"#
                + #"[{"name":"cpus","type":"SCALAR","scalar":{"value":1}}]}}}"#
            #expect(try await call(set).status == 200)
            let weights = #"{"type":"UPDATE_WEIGHTS","update_weights":{"weight_infos":[{"role":"a/b","weight":3}]}}"#
            #expect(try await call(weights).status == 200)
            let quota = try await read(#"{"type":"GET_QUOTA"}"#)
            #expect(quota["type"]?.string == "GET_QUOTA")
            let status = quota["get_quota"]?["status"]
            #expect(status?["configs"]?[0]?["limits"]?["cpus"]?["value"]?.double == 1)
            #expect(status?["infos"]?[0]?["guarantee"]?[0]?["name"]?.string == "cpus")
            let entry = try await read(#"{"type":"GET_WEIGHTS"}"#)["get_weights"]?["weight_infos"]?[0]
            #expect(entry?["role"]?.string == "a/b" && entry?["weight"]?.double == 3)
            let roles = try await read(#"{"type":"GET_ROLES"}"#)["get_roles"]?["roles"]?.array ?? []
            #expect(roles.compactMap { $0["name"]?.string } == ["*", "a", "a/b", "eng"])
            for (type, field) in [
                ("UPDATE_QUOTA", "update_quota"), ("SET_QUOTA", "set_quota"), ("REMOVE_QUOTA", "remove_quota"),
                ("UPDATE_WEIGHTS", "update_weights"),
            ] {
                let answer = try await call(#"{"type":"\#(type)"}"#)
                #expect(answer.status == 400)
                let text = "Failed to validate master::Call: Expecting '\(field)' to be present"
                #expect(String(decoding: answer.body, as: UTF8.self) == text)
            }
            let nested =
                #"{"type":"UPDATE_QUOTA","update_quota":{"quota_configs":[{"role":"a/b","limits":{}}]}}"#
            #expect(try await call(nested).status == 400)
        }
    }
}
