import ClusterBase
import MarathonModel
import Testing

/// The seeds' app.json (fixture F-05), as it stands.
let seedApp = """
    { "id": "web-app", "cmd": "python3 -m http.server 8080", "cpus": 0.5, "mem": 32.0, "instances": 1,
      "container": { "type": "DOCKER",
        "docker": { "image": "python:3", "network": "BRIDGE",
          "portMappings": [ { "containerPort": 8080, "hostPort": 0 } ] } } }
    """

func object(_ text: String) throws -> JSONObject { try #require(try JSONValue(parsing: text).object) }

func spec(_ text: String) throws -> AppSpec { try AppSpec(submitted: object(text), defaults: AppDefaults()) }

@Test func seedAppBecomesCanonical() throws {
    let expected = """
        {"id":"/web-app","backoffFactor":1.15,"backoffSeconds":1,"cmd":"python3 -m http.server 8080",
        "container":{"type":"DOCKER","docker":{"forcePullImage":false,"image":"python:3",
        "parameters":[],"privileged":false},
        "volumes":[],"portMappings":[{"containerPort":8080,"hostPort":0,"labels":{},"protocol":"tcp","servicePort":0}]},
        "cpus":0.5,"disk":0,"executor":"","instances":1,"labels":{},"maxLaunchDelaySeconds":300,"mem":32,"gpus":0,
        "networks":[{"mode":"container/bridge"}],"requirePorts":false,
        "upgradeStrategy":{"maximumOverCapacity":1,"minimumHealthCapacity":1},"killSelection":"YOUNGEST_FIRST",
        "unreachableStrategy":{"inactiveAfterSeconds":0,"expungeAfterSeconds":0},"role":"*",
        "version":"1970-01-01T00:00:00.000Z"}
        """
    #expect(try JSONValue.object(spec(seedApp).json) == JSONValue(parsing: expected))
}

@Test func storedFormReadsBackEqual() throws {
    var app = try spec(
        """
        {"id":"/a/b","args":["x"],"env":{"K":"v"},"labels":{"l":"1"},
         "constraints":[["hostname","unique"],["rack","MAX_PER","2"]],
         "fetch":[{"uri":"http://h/a.tgz","cache":true}],"dependencies":["../c"],"user":"bob",
         "acceptedResourceRoles":["*"],
         "portDefinitions":[{"port":0,"name":"http","labels":{"VIP_0":"x"}},{"port":8081,"protocol":"udp"}],
         "healthChecks":[{"protocol":"COMMAND","command":{"value":"true"}},{"path":"/ok"}],
         "taskKillGracePeriodSeconds":9,"killSelection":"OLDEST_FIRST","unreachableStrategy":"disabled","tty":true}
        """)
    app.version = Timestamp(milliseconds: 1_600_000_000_123)
    app.versionInfo = VersionInfo(lastScalingAt: app.version, lastConfigChangeAt: app.version)
    #expect(try AppSpec(stored: app.json) == app)
    #expect(app.dependencies == [PathID("/c")])
    #expect(app.json["healthChecks"]?[1]?["portIndex"] == 0)
}

/// Every form of spec A.3 is stored alike.
@Test(arguments: [
    #"{"type":"DOCKER","docker":{"image":"nginx","network":"BRIDGE","portMappings":[{"containerPort":80}]}}"#,
    #"""
    {"docker":{"image":"nginx","network":"BRIDGE",
     "portMappings":[{"containerPort":80,"hostPort":0,"servicePort":0,"protocol":"tcp"}]}}
    """#,
    #"{"docker":{"image":"nginx"},"portMappings":[{"containerPort":80}]}"#,
])
func oldAndNewContainerFormsAgree(container: String) throws {
    let networks = container.contains("BRIDGE") ? "" : #","networks":[{"mode":"container/bridge"}]"#
    let app = try spec(#"{"id":"/n","container":\#(container)\#(networks)}"#)
    #expect(app.networks == [AppNetwork(mode: .bridge)])
    #expect(app.container?.portMappings == [PortMapping(containerPort: 80, hostPort: 0)])
    #expect(app.container?.kind == .docker)
}

@Test func deprecatedFieldsAreTranslated() throws {
    let app = try spec(#"{"id":"p","cmd":"run","ports":[0,9000],"uris":["http://h/a.tar.gz","http://h/b.txt"]}"#)
    #expect(app.portDefinitions == [PortDefinition(), PortDefinition(port: 9000)])
    #expect(app.fetch.map(\.extract) == [true, false])
    #expect(app.json["uris"] == nil && app.json["ports"] == nil)
    let user = try spec(
        #"{"id":"u","container":{"docker":{"image":"i","network":"USER"}},"ipAddress":{"networkName":"n"}}"#)
    #expect(user.networks == [AppNetwork(mode: .container, name: "n")])
}

@Test func hostNetworkingHasOneNamedPortUnlessTold() throws {
    #expect(try spec(#"{"id":"a","cmd":"run"}"#).portDefinitions == [PortDefinition(name: "default")])
    #expect(try spec(#"{"id":"a","cmd":"run","portDefinitions":[]}"#).portDefinitions == [])
    #expect(try spec(#"{"id":"a","cmd":"run","ports":[]}"#).portDefinitions == [])
}

@Test func partialUpdateReplacesWholeFields() throws {
    let app = try spec(#"{"id":"a","cmd":"run","env":{"A":"1","B":"2"},"labels":{"x":"y"},"instances":3}"#)
    let updated = try app.updated(
        by: object(#"{"env":{"C":"3"},"instances":5,"tasksRunning":7}"#), defaults: AppDefaults())
    #expect(updated.env == ["C": "3"] && updated.labels == ["x": "y"] && updated.instances == 5 && updated.cmd == "run")
    #expect(updated.needsRestart(from: app))
    let scaled = try app.updated(by: object(#"{"instances":1,"cmd":null}"#), defaults: AppDefaults())
    #expect(!scaled.needsRestart(from: app))
}

@Test func newImageKeepsPortMappings() throws {
    let app = try spec(seedApp)
    let update = try object(#"{"container":{"docker":{"image":"python:4","network":"BRIDGE"}}}"#)
    let updated = try app.updated(by: update, defaults: AppDefaults())
    #expect(updated.container?.docker?.image == "python:4")
    #expect(updated.container?.portMappings == app.container?.portMappings)
}

@Test func ownOutputIsAcceptedBack() throws {
    let app = try spec(seedApp)
    var output = app.json
    output["version"] = nil
    for (key, value) in try object(#"{"tasks":[],"deployments":[{"id":"x"}],"tasksStaged":0,"versionInfo":{}}"#) {
        output[key] = value
    }
    #expect(try app.updated(by: output, defaults: AppDefaults()) == app)
}
