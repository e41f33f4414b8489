import ClusterBase
import ClusterModel
import MesosProtocol
import Testing

/// What the models cannot hold of descriptions is told in words, not repaired.
struct DescriptionFormTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let json: String
        let problem: String?
        var testDescription: String { problem ?? "fine: \(json)" }
    }

    private func read<Model: WireModel>(_ json: String, as model: Model.Type) throws -> Model {
        try Model(decoding: Array(json.utf8), as: .json)
    }

    static let variables = [
        Row(json: #"{"name":"A","value":""}"#, problem: nil),
        Row(json: #"{"name":"A"}"#, problem: "Environment variable 'A' of type 'VALUE' must have a value set"),
        Row(
            json: #"{"name":"A","value":"1","secret":{"type":"VALUE","value":{"data":"YQ=="}}}"#,
            problem: "Environment variable 'A' of type 'VALUE' must not have a secret set"),
        Row(
            json: #"{"name":"A","type":"SECRET"}"#,
            problem: "Environment variable 'A' of type 'SECRET' must have a secret set"),
        Row(
            json: #"{"name":"A","type":"SECRET","value":"1","secret":{"type":"VALUE","value":{"data":"YQ=="}}}"#,
            problem: "Environment variable 'A' of type 'SECRET' must not have a value set"),
        Row(json: #"{"name":"A","type":"SECRET","secret":{"type":"VALUE","value":{"data":"YQ=="}}}"#, problem: nil),
        Row(
            json: #"{"name":"A","type":"SECRET","secret":{"type":"VALUE","value":{"data":"YQBi"}}}"#,
            problem: "Environment variable 'A' specifies a secret containing null bytes, which is not allowed in the"
                + " environment"),
        Row(
            json: #"{"name":"A","type":"SECRET","secret":{"type":"REFERENCE"}}"#,
            problem: "Environment variable 'A' specifies an invalid secret: Secret of type REFERENCE must have the"
                + " 'reference' field set"),
        Row(
            json: #"{"name":"A","type":"SECRET","secret":{"type":"VALUE"}}"#,
            problem: "Environment variable 'A' specifies an invalid secret: Secret of type VALUE must have the 'value'"
                + " field set"),
        Row(
            json: #"{"name":"A","type":"UNKNOWN","value":"1"}"#,
            problem: "Environment variable of type 'UNKNOWN' is not allowed"),
    ]

    @Test(arguments: variables) func variablesOfEnvironments(row: Row) throws {
        #expect(try read(row.json, as: EnvironmentVariable.self).formProblem == row.problem)
    }

    static let volumes = [
        Row(json: #"{"mode":"RW","container_path":"/x","host_path":"/y"}"#, problem: nil),
        Row(
            json: #"{"mode":"RW","container_path":"/x"}"#,
            problem: "Only one of them should be set: 'host_path', 'image' and 'source'"),
        Row(
            json: #"{"mode":"RW","container_path":"/x","host_path":"/y","image":{"type":"DOCKER"}}"#,
            problem: "Only one of them should be set: 'host_path', 'image' and 'source'"),
        Row(
            json: #"{"mode":"RW","container_path":"/x","source":{"type":"DOCKER_VOLUME"}}"#,
            problem: "'source.docker_volume' is not set for DOCKER_VOLUME volume"),
        Row(
            json: #"{"mode":"RW","container_path":"/x","source":{"type":"SANDBOX_PATH"}}"#,
            problem: "'source.sandbox_path' is not set for SANDBOX_PATH volume"),
        Row(
            json: #"{"mode":"RW","container_path":"/x","source":{"type":"HOST_PATH","host_path":{"path":"/y"}}}"#,
            problem: nil),
        Row(json: #"{"mode":"RW","container_path":"/x","source":{}}"#, problem: "'source.type' is unknown"),
    ]

    @Test(arguments: volumes) func volumesOfContainers(row: Row) throws {
        #expect(try read(row.json, as: Volume.self).formProblem == row.problem)
    }

    static let checks = [
        Row(json: #"{"type":"TCP","tcp":{"port":80}}"#, problem: nil),
        Row(json: #"{"tcp":{"port":80}}"#, problem: "CheckInfo must specify 'type'"),
        Row(json: #"{"type":"HTTP"}"#, problem: "Expecting 'http' to be set for HTTP check"),
    ]

    @Test(arguments: checks) func checksOfTasks(row: Row) throws {
        #expect(try read(row.json, as: CheckInfo.self).formProblem == row.problem)
    }

    static let healthChecks = [
        Row(json: #"{"http":{"port":80}}"#, problem: nil),
        Row(json: #"{"command":{"value":"true"}}"#, problem: nil),
        Row(json: #"{"tcp":{"port":80}}"#, problem: "HealthCheck must specify 'type'"),
        Row(json: #"{"type":"COMMAND"}"#, problem: "Expecting 'command' to be set for COMMAND health check"),
        Row(json: #"{"type":"TCP"}"#, problem: "Expecting 'tcp' to be set for TCP health check"),
    ]

    /// Old schedulers leave the type out where the part that is there says it.
    @Test(arguments: healthChecks) func healthChecksOfTasks(row: Row) throws {
        #expect(try read(row.json, as: HealthCheck.self).formProblem == row.problem)
    }

    @Test func dockerContainersWithoutDocker() throws {
        #expect(
            try read(#"{"type":"DOCKER"}"#, as: ContainerInfo.self).formProblem
                == "DockerInfo 'docker' is not set for DOCKER typed ContainerInfo")
    }

    @Test func cgroupsAndNetworksOfContainers() throws {
        let container = try read(
            #"{"type":"MESOS","linux_info":{"share_cgroups":false},"network_infos":[{}]}"#, as: ContainerInfo.self)
        #expect(container.sharesCgroups == false && container.joinsNetworks && container.networkNames.isEmpty)
        let made = ContainerInfo(kind: .mesos(image: nil), sharesCgroups: true)
        #expect(try ContainerInfo(decoding: made.encoded(as: .protobuf), as: .protobuf).sharesCgroups == true)
    }
}
