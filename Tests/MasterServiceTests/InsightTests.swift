import ClusterBase
import ClusterModel
import DaemonEndpoints
import Foundation
import HTTPTransport
import Logging
import MasterService
import MesosProtocol
import TestSupport
import Testing

/// Logs, files, help, metrics and what is closed (upstream's `files_tests`, `logging_tests`, `metrics_tests`).
@Suite struct InsightTests {
    @Test func theLogIsReadAndItsLevelRaised() async throws {
        try await withTestScope { scope in
            let log = scope.directory.path + "/roost-master.log"
            try Data("hello\n".utf8).write(to: URL(fileURLWithPath: log))
            let verbosity = LogVerbosity(usual: .info)
            let master = try await MasterFixture.start(in: scope) {
                ($0.logFile, $0.logVerbosity) = (log, verbosity)
            }.leads()
            let read = try await master.client.get("/files/read?path=/master/log&offset=0")
            #expect(read == ["data": "hello\n", "offset": 0])
            #expect(try await master.client.get("/files/debug") == ["/master/log": .string(log)])
            let file = try await OperatorRequestTests.call(
                master, "READ_FILE", #"{"path":"/master/log","offset":1,"length":4}"#)
            #expect(file.json["read_file"] == ["size": 6, "data": "ZWxsbw=="])
            try await OperatorRequestTests.call(
                master, "READ_FILE", #"{"path":"/etc/passwd","offset":0}"#, expecting: 404)
            try await OperatorRequestTests.call(master, "LIST_FILES", #"{"path":"/missing"}"#, expecting: 404)

            #expect(try await master.client.send(.get, "/logging/toggle").text == "0\n")
            let level = #"{"level":1,"duration":{"nanoseconds":60000000000}}"#
            try await OperatorRequestTests.call(master, "SET_LOGGING_LEVEL", level)
            let shown = try await OperatorRequestTests.call(master, "GET_LOGGING_LEVEL")
            #expect(shown.json["get_logging_level"]?["level"] == 1 && verbosity.level == .debug)
            let toggled = try await master.client.send(.post, "/logging/toggle?level=0&duration=1secs")
            #expect(toggled.status == 200 && verbosity.level == .info)
        }
    }

    @Test func metricsWithATimeoutAndForPrometheus() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            #expect(try await master.client.get("/metrics/snapshot?timeout=5secs")["master/elected"]?.double == 1)
            let bad = try await master.client.send(.get, "/metrics/snapshot?timeout=soon")
            #expect(bad.status == 400 && bad.text.hasPrefix("Invalid timeout 'soon': "))
            let text = try await master.client.send(.get, "/metrics").text
            #expect(text.contains("# TYPE roost_master_elected gauge\nroost_master_elected 1\n"))
            #expect(text.contains("# TYPE roost_master_tasks_finished counter\n"))
            let names = text.split(separator: "\n").filter { $0.hasPrefix("# TYPE") }
            #expect(Set(names).count == names.count)
        }
    }

    @Test func endpointsAreListedAndClosed() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope) {
                $0.disabledEndpoints = ["/master/state-summary", "/files/browse", "/api/v1"]
            }.leads()
            let help = try await master.client.send(.get, "/help")
            #expect(help.status == 200 && help.text.contains("GET /state<") && help.text.contains("POST /reserve<"))
            #expect(try await master.client.send(.get, "/help/maintenance/status").text.contains("draining"))
            #expect(try await master.client.send(.get, "/help/nothing").status == 404)
            for path in ["/state-summary", "/master/state-summary", "/files/browse?path=/x"] {
                let answer = try await master.client.send(.get, path)
                #expect(answer.status == 403, "\(path)")
                #expect(answer.text == "Endpoint '\(path.prefix { $0 != "?" })' is disabled")
            }
            // However a path is written, it is the same endpoint.
            let others = [
                "//state-summary", "/master//state-summary", "/state-summary//", "/%73tate-summary",
                "/master/state%2Dsummary/",
            ]
            for path in others { #expect(try await master.client.send(.get, path).status == 403, "\(path)") }
            for path in ["/api/v1", "/api/v1/x", "/master/api/v1/x/y"] {
                #expect(try await master.client.send(.post, path, "{}").status == 403, "\(path)")
            }
            #expect(try await master.client.send(.get, "/state").status == 200)
        }
    }

    @Test func constraintsOfFrameworksAreShown() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            let scheduler = try await ScriptedScheduler.subscribe(
                to: master, FrameworkInfo(user: "root", name: "f", roles: ["r"]), in: scope)
            let id = try await scheduler.frameworkID()
            let shown = try await master.client.get("/allocator/offer_constraints_debug")
            let entry = shown["frameworks"]?[id.value]
            #expect(entry == ["suppressed_roles": [], "excluded_by_attribute_constraints": [:]])
        }
    }
}
