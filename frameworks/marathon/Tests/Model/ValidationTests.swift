import ClusterBase
import MarathonModel
import Testing

struct Refusal: CustomTestStringConvertible, Sendable {
    var body: String
    var kind: SpecError.Kind
    var path: String
    var error: String
    var testDescription: String { "\(path) \(body)" }

    init(_ body: String, _ kind: SpecError.Kind, _ path: String, _ error: String) {
        (self.body, self.kind, self.path, self.error) = (body, kind, path, error)
    }
}

private let idPattern = "must fully match regular expression '\(PathID.segmentPattern)'"

/// One row per rule: a document that breaks it, where, and the exact words.
private let refusals: [Refusal] = [
    Refusal(#"{"cmd":"run"}"#, .malformed, "/id", "error.path.missing"),
    Refusal(#"{"id":7,"cmd":"run"}"#, .malformed, "/id", "error.expected.jsstring"),
    Refusal(#"{"id":"a","cmd":""}"#, .malformed, "/cmd", "error.minLength"),
    Refusal(#"{"id":"a","cmd":"run","cpus":0}"#, .malformed, "/cpus", "error.min"),
    Refusal(#"{"id":"a","cmd":"run","cpus":"1"}"#, .malformed, "/cpus", "error.expected.jsnumber"),
    Refusal(#"{"id":"a","cmd":"run","mem":-1}"#, .malformed, "/mem", "error.min"),
    Refusal(#"{"id":"a","cmd":"run","instances":-1}"#, .malformed, "/instances", "error.min"),
    Refusal(#"{"id":"a","cmd":"run","instances":1.5}"#, .malformed, "/instances", "error.expected.int"),
    Refusal(#"{"id":"a","cmd":"run","env":{"A":1}}"#, .malformed, "/env/A", "error.expected.jsstring"),
    Refusal(
        #"{"id":"a","cmd":"run","env":{"A":{"secret":"s"}}}"#, .malformed, "/env(A)",
        "Feature secrets is not enabled. Enable with --enable_features secrets)"),
    Refusal(#"{"id":"a","cmd":"run","labels":["x"]}"#, .malformed, "/labels", "error.expected.jsobject"),
    Refusal(#"{"id":"a","cmd":"run","backoffFactor":0.5}"#, .malformed, "/backoffFactor", "error.min"),
    Refusal(
        #"{"id":"a","cmd":"run","upgradeStrategy":{"minimumHealthCapacity":1}}"#, .malformed,
        "/upgradeStrategy/maximumOverCapacity", "error.path.missing"),
    Refusal(
        #"{"id":"a","cmd":"run","killSelection":"RANDOM"}"#, .malformed, "/killSelection",
        "error.unknown.enum.literal"),
    Refusal(
        #"{"id":"a","container":{"docker":{}}}"#, .malformed, "/container/docker/image", "error.path.missing"),
    Refusal(
        #"{"id":"a","container":{"docker":{"image":"i","network":"BRIDGE","portMappings":[{"containerPort":70000}]}}}"#,
        .malformed, "/container/portMappings(0)/containerPort", "error.max"),
    Refusal(
        #"{"id":"a","cmd":"run","constraints":[["hostname","NEAR"]]}"#, .malformed, "/constraints(0)",
        "operator must be one of the following UNIQUE, CLUSTER, GROUP_BY, LIKE, MAX_PER, UNLIKE or IS"),
    Refusal(
        #"{"id":"a","cmd":"run","constraints":[["hostname"]]}"#, .malformed, "/constraints(0)",
        "Each constraint must have either 2 or 3 fields"),
    Refusal(
        #"{"id":"a","cmd":"run","constraints":[["hostname","UNIQUE","x"]]}"#, .malformed, "/constraints(0)",
        "UNIQUE does not accept a value"),
    Refusal(
        #"{"id":"a","cmd":"run","constraints":[["hostname","MAX_PER"]]}"#, .malformed, "/constraints(0)",
        "MAX_PER requires an integer value"),
    Refusal(
        #"{"id":"a","cmd":"run","constraints":[["hostname","GROUP_BY","x"]]}"#, .malformed, "/constraints(0)",
        "GROUP BY must define an integer value or else no value at all"),
    Refusal(
        #"{"id":"a","cmd":"run","constraints":[["hostname","LIKE","("]]}"#, .malformed, "/constraints(0)",
        "LIKE and UNLIKE require a non-empty, regular expression value"),
    Refusal(#"{"id":"UPPER","cmd":"run"}"#, .invalid, "/id", idPattern),
    Refusal(#"{"id":"a_b","cmd":"run"}"#, .invalid, "/id", idPattern),
    Refusal(#"{"id":"/-a","cmd":"run"}"#, .invalid, "/id", idPattern),
    Refusal(#"{"id":"/","cmd":"run"}"#, .invalid, "/id", "must not be root"),
    Refusal(
        #"{"id":"/a/restart","cmd":"run"}"#, .invalid, "/id",
        "must not end with any of the following reserved keywords: restart, tasks, versions"),
    Refusal(
        #"{"id":"a"}"#, .invalid, "/", "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'."
    ),
    Refusal(
        #"{"id":"a","cmd":"run","args":["x"]}"#, .invalid, "/",
        "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'."),
    Refusal(
        #"{"id":"a","cmd":"run","upgradeStrategy":{"minimumHealthCapacity":1.5,"maximumOverCapacity":0}}"#, .invalid,
        "/upgradeStrategy/minimumHealthCapacity", "must be between 0.0 and 1.0"),
    Refusal(
        #"{"id":"a","cmd":"run","portDefinitions":[{"name":"x"},{"name":"x"}]}"#, .invalid, "/portDefinitions",
        "Port names must be unique."),
    Refusal(
        #"{"id":"a","cmd":"run","ports":[80,80]}"#, .invalid, "/portDefinitions", "Ports must be unique."),
    Refusal(
        #"""
        {"id":"a","networks":[{"mode":"container/bridge"}],
         "container":{"docker":{"image":"i"},"portMappings":[{"name":"No"}]}}
        """#,
        .invalid, "/container/portMappings(0)/name",
        "must fully match regular expression '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'"),
    Refusal(
        #"{"id":"a","networks":[{"mode":"container"}],"container":{"docker":{"image":"i"}}}"#, .invalid, "/networks",
        "Network name must be specified when container network is selected."),
    Refusal(
        #"{"id":"a","cmd":"run","healthChecks":[{"protocol":"HTTP","portIndex":3}]}"#, .invalid, "/healthChecks(0)",
        "Health check port indices must address an element of the ports array or container port mappings."),
    Refusal(
        #"{"id":"a","cmd":"run","healthChecks":[{"protocol":"MESOS_HTTP"},{"protocol":"MESOS_TCP"}]}"#, .invalid,
        "/healthChecks", "AppDefinition can contain at most one Mesos health check"),
    Refusal(
        #"{"id":"a","cmd":"run","acceptedResourceRoles":["other"]}"#, .invalid, "/acceptedResourceRoles",
        "acceptedResourceRoles can only contain * and *"),
    Refusal(
        #"{"id":"a","cmd":"run","unreachableStrategy":{"inactiveAfterSeconds":9,"expungeAfterSeconds":1}}"#, .invalid,
        "/unreachableStrategy", "inactiveAfterSeconds must be less or equal than expungeAfterSeconds"),
    Refusal(
        #"{"id":"a","cmd":"run","instances":2,"labels":{"MARATHON_SINGLE_INSTANCE_APP":"true"}}"#, .invalid,
        "/instances", "Single instance app may only have one instance"),
    Refusal(
        #"{"id":"a","cmd":"run","gpus":1}"#, .invalid, "/gpus",
        "Feature gpu_resources is not enabled. Enable with --enable_features gpu_resources)"),
    Refusal(
        #"{"id":"a","cmd":"run","uris":["x"],"fetch":[{"uri":"x"}]}"#, .invalid, "/uris",
        "may not be set in conjunction with fetch"),
    Refusal(
        #"{"id":"a","container":{"docker":{"image":"i","network":"NONE"}}}"#, .invalid, "/container/docker/network",
        "NONE is no longer supported"),
]

@Test(arguments: refusals)
func ruleRefuses(_ refusal: Refusal) throws {
    let error = #expect(throws: SpecError.self) { try spec(refusal.body) }
    #expect(error?.kind == refusal.kind)
    #expect(error?.problems == [FieldProblem(path: refusal.path, errors: [refusal.error])])
}

@Test(arguments: ["a", "/a/b", "a.b-c", "0", "/x/../y", "//a//b", "./a"])
func goodIDsAreTaken(id: String) throws {
    #expect(throws: Never.self) { try spec(#"{"id":"\#(id)","cmd":"run"}"#) }
}

@Test func bodyMustAgreeWithPath() throws {
    let error = #expect(throws: SpecError.self) {
        try AppSpec(submitted: object(#"{"id":"/b","cmd":"run"}"#), id: PathID("/a"), defaults: AppDefaults())
    }
    #expect(error?.problems.first?.path == "/id")
}
