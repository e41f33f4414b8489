import ClusterBase
import ClusterModel
import MarathonModel
import ResourceModel
import Testing

@testable import MarathonCore

@Test func seedAppGetsUpstreamsEnvironment() throws {
    var app = try spec(seedApp)
    app.version = Timestamp(milliseconds: 1_700_000_000_000)
    let environment = TaskEnvironment(
        app: app, taskID: "web-app.instance-x._app.1", hostname: "agent1", ports: PortAssignment(hostPorts: [31_005]))
    #expect(
        environment.variables.map { "\($0.name)=\($0.value)" } == [
            "HOST=agent1", "MARATHON_APP_DOCKER_IMAGE=python:3", "MARATHON_APP_ENFORCE_GROUP_ROLE=FALSE",
            "MARATHON_APP_ID=/web-app", "MARATHON_APP_LABELS=", "MARATHON_APP_RESOURCE_CPUS=0.5",
            "MARATHON_APP_RESOURCE_DISK=0.0", "MARATHON_APP_RESOURCE_GPUS=0", "MARATHON_APP_RESOURCE_MEM=32.0",
            "MARATHON_APP_VERSION=2023-11-14T22:13:20.000Z", "MESOS_TASK_ID=web-app.instance-x._app.1", "PORT=31005",
            "PORT0=31005", "PORTS=31005", "PORT_8080=31005",
        ])
}

@Test func labelsNamesAndOwnVariablesAreThere() throws {
    let app = try spec(
        """
        {"id":"/a/b","cmd":"run","env":{"HOST":"mine","X":"y"},"labels":{"my.label":"v","two":"2"},
         "portDefinitions":[{"port":9000,"name":"http-api"},{"port":0}]}
        """)
    let environment = TaskEnvironment(
        app: app, taskID: "t", hostname: "h", ports: PortAssignment(hostPorts: [31_001, 31_002]), prefix: "P_")
    let values = Dictionary(uniqueKeysWithValues: environment.variables.map { ($0.name, $0.value) })
    #expect(values["MARATHON_APP_LABELS"] == "MY_LABEL TWO" && values["MARATHON_APP_LABEL_MY_LABEL"] == "v")
    #expect(
        values["P_PORT_9000"] == "31001" && values["P_PORT_HTTP_API"] == "31001" && values["P_PORT_31002"] == "31002")
    #expect(values["P_PORTS"] == "31001,31002" && values["P_HOST"] == "h" && values["HOST"] == "mine")
    let bare = TaskEnvironment(
        app: try spec(#"{"id":"a","cmd":"run","ports":[]}"#), taskID: "t", hostname: "h",
        ports: PortAssignment(hostPorts: []))
    #expect(!bare.variables.contains { $0.name.hasPrefix("PORT") })
}

@Test func argumentsUserAndVolumesReachTheTask() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(
        """
        {"id":"/c","args":["serve","-v"],"user":"www","taskKillGracePeriodSeconds":7,"labels":{"b":"2","a":"1"},
         "fetch":[{"uri":"http://h/x.tgz","cache":true}],"container":{"docker":{"image":"i","privileged":true,
         "parameters":[{"key":"env","value":"A=1"}]},"volumes":[{"containerPath":"/d","hostPath":"/h","mode":"RO"}]}}
        """)
    let task = try #require(world.offer().first)
    #expect(task.command?.isShell == false && task.command?.arguments == ["serve", "-v"] && task.command?.value == nil)
    #expect(task.command?.user == "www" && task.killPolicy?.gracePeriod == .seconds(7))
    #expect(task.labels.map(\.key) == ["a", "b"])
    #expect(task.command?.uris == [CommandInfo.URI("http://h/x.tgz", isCached: true)])
    #expect(task.container?.volumes == [Volume(containerPath: "/d", hostPath: "/h", isReadOnly: true)])
    let docker = try #require(task.container?.docker)
    #expect(docker.isPrivileged && docker.network == .host)
    #expect(
        docker.parameters == [
            Parameter(key: "env", value: "A=1"), Parameter(key: "label", value: "MESOS_TASK_ID=\(task.id)"),
        ])
}
