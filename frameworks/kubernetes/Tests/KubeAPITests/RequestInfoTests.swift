import HTTPTransport
import KubeAPI
import KubeModel
import Testing

@Suite struct RequestInfoTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var method: RequestMethod
        var target: String
        var expected: String

        var testDescription: String { "\(method) \(target)" }
    }

    /// What an info says, in one line.
    private static func text(_ info: RequestInfo) -> String {
        guard info.isResource else { return "\(info.verb.rawValue) \(info.path)" }
        return [
            info.verb.rawValue, "\(info.groupVersion)", info.namespace, info.resource, info.name, info.subresource,
            info.rest,
        ].joined(separator: "|")
    }

    static let rows: [Row] = [
        Row(method: .get, target: "/api/v1/pods", expected: "list|v1||pods|||"),
        Row(method: .get, target: "/api/v1/pods/", expected: "list|v1||pods|||"),
        Row(method: .head, target: "/api/v1/nodes/n1", expected: "get|v1||nodes|n1||"),
        Row(method: .get, target: "/api/v1/namespaces", expected: "list|v1||namespaces|||"),
        Row(method: .get, target: "/api/v1/namespaces/a", expected: "get|v1||namespaces|a||"),
        Row(method: .put, target: "/api/v1/namespaces/a/status", expected: "update|v1||namespaces|a|status|"),
        Row(method: .put, target: "/api/v1/namespaces/a/finalize", expected: "update|v1||namespaces|a|finalize|"),
        Row(method: .post, target: "/api/v1/namespaces/a/pods", expected: "create|v1|a|pods|||"),
        Row(method: .delete, target: "/api/v1/namespaces/a/pods", expected: "deletecollection|v1|a|pods|||"),
        Row(method: .delete, target: "/api/v1/namespaces/a/pods/p/", expected: "delete|v1|a|pods|p||"),
        Row(
            method: .patch, target: "/apis/apps/v1/namespaces/a/deployments/d",
            expected: "patch|apps/v1|a|deployments|d||"),
        Row(
            method: .get, target: "/apis/apps/v1/deployments?watch=True", expected: "watch|apps/v1||deployments|||"),
        Row(method: .get, target: "/api/v1/pods?watch", expected: "watch|v1||pods|||"),
        Row(method: .get, target: "/api/v1/pods?watch=0", expected: "list|v1||pods|||"),
        Row(method: .get, target: "/api/v1/pods?watch=maybe", expected: "list|v1||pods|||"),
        Row(method: .get, target: "/api/v1/watch/pods", expected: "watch|v1||pods|||"),
        Row(method: .get, target: "/api/v1/watch/namespaces/a/pods/p", expected: "watch|v1|a|pods|p||"),
        Row(
            method: .get, target: "/apis/apps/v1/watch/namespaces/a/deployments",
            expected: "watch|apps/v1|a|deployments|||"),
        Row(
            method: .get, target: "/api/v1/proxy/namespaces/a/services/s/x/y",
            expected: "get|v1|a|services|s|proxy|/x/y"),
        Row(method: .get, target: "/api/v1/proxy/nodes/n", expected: "get|v1||nodes|n|proxy|"),
        Row(method: .get, target: "/api/v1/namespaces/a/pods/p/proxy//x", expected: "get|v1|a|pods|p|proxy|//x"),
        Row(
            method: .get, target: "/api/v1/namespaces/a/services/s%3A80/proxy/x%2Fy?z=1",
            expected: "get|v1|a|services|s:80|proxy|/x%2Fy"),
        Row(method: .get, target: "/api/v1/namespaces/a/pods/p/proxy/", expected: "get|v1|a|pods|p|proxy|/"),
        Row(method: .get, target: "/api/v1/namespaces/a/pods/p/log?follow=1", expected: "get|v1|a|pods|p|log|"),
        Row(method: .get, target: "/api/v1beta1/pods/p?namespace=a", expected: "get|v1beta1|a|pods|p||"),
        Row(method: .options, target: "/api/v1/pods", expected: "other|v1||pods|||"),
        Row(method: .get, target: "/api", expected: "get /api"),
        Row(method: .get, target: "/apis/apps/v1", expected: "get /apis/apps/v1"),
        Row(method: .get, target: "/healthz?verbose", expected: "get /healthz"),
    ]

    @Test(arguments: rows) func pathsAreTakenApart(_ row: Row) throws {
        let info = try #require(RequestInfo(HTTPRequest(row.method, row.target)))
        #expect(Self.text(info) == row.expected)
    }

    @Test(arguments: [
        "/api/v1/namespaces/a%2Fb/pods/c", "/api/v1/pods//", "/api/v1/namespaces//pods/p",
        "/api/v1/namespaces/a/pods/b%2fc",
        "/api/v1/watch", "/api/v1/proxy/",
    ])
    func segmentsThatCouldReachOtherKeysAreRefused(_ target: String) {
        #expect(RequestInfo(HTTPRequest(.get, target)) == nil)
    }

    @Test func longRunningRequestsAreToldApart() throws {
        func isLongRunning(_ target: String) throws -> Bool {
            try #require(RequestInfo(HTTPRequest(.get, target))).isLongRunning
        }
        #expect(try isLongRunning("/api/v1/pods?watch=1"))
        #expect(try isLongRunning("/api/v1/namespaces/a/pods/p/log"))
        #expect(try !isLongRunning("/api/v1/pods"))
        #expect(try !isLongRunning("/api/v1/namespaces/a/pods/p/status"))
    }
}
