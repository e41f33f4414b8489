import ClusterBase
import KubeKinds
import KubeModel
import Testing

/// Pods and controllers of the first versions, to today's form and back.
@Suite struct LegacyPodTests {
    @Test(arguments: ["v1beta1", "v1beta2"])
    func podOfTheSeeds(version: String) throws {
        let fixture = try LegacyFixture("Pod", version)
        let pod = try fixture.hub(LegacySample.pod)
        #expect(pod.kind == "Pod" && pod.apiVersion == "v1")
        #expect(pod.name == "redis" && pod.label("name") == "redis")
        let container = try #require(KubeObject(pod.list("spec", "containers").first))
        #expect(container.text("image") == "dockerfile/redis")
        #expect(container.text("imagePullPolicy") == "IfNotPresent")
        #expect(
            container.list("ports") == [["containerPort": 6379, "hostPort": 6379, "protocol": "TCP"]])
        #expect(pod.text("spec", "restartPolicy") == "Always")
        #expect(pod["desiredState"] == nil && pod["id"] == nil && pod["labels"] == nil)

        let shown = try fixture.settled(LegacySample.pod)
        #expect(shown.text("id") == "redis")
        #expect(shown["labels"] == ["name": "redis"])
        #expect(shown["creationTimestamp"] == .null)
        #expect(shown.text("desiredState", "manifest", "version") == version)
        #expect(shown["desiredState", "manifest", "restartPolicy"] == ["always": [:]])
        let old = try #require(KubeObject(shown.list("desiredState", "manifest", "containers").first))
        #expect(old.text("imagePullPolicy") == "PullIfNotPresent")
        #expect(shown["metadata"] == nil && shown["spec"] == nil && shown["status"] == nil)
    }

    @Test func envelopeStandsAtTheTop() throws {
        let fixture = try LegacyFixture("Pod")
        let pod = try fixture.today(
            #"""
            {"metadata":{"name":"a","namespace":"n","uid":"u-1","resourceVersion":"42",
              "creationTimestamp":"2015-01-02T03:04:05Z","annotations":{"x":"y"},"finalizers":["example.org/f"]},
             "spec":{"containers":[{"name":"c","image":"i"}],"nodeName":"node1","nodeSelector":{"disk":"ssd"},
              "serviceAccountName":"robot"},
             "status":{"phase":"Pending"}}
            """#)
        let shown = fixture.shown(pod)
        #expect(shown["resourceVersion"] == 42)
        #expect(shown.text("selfLink") == "/api/v1beta1/pods/a?namespace=n")
        #expect(shown.text("uid") == "u-1" && shown.text("namespace") == "n")
        #expect(shown["annotations"] == ["x": "y"] && shown["finalizers"] == ["example.org/f"])
        #expect(shown.text("desiredState", "host") == "node1")
        #expect(shown["nodeSelector"] == ["disk": "ssd"] && shown.text("serviceAccount") == "robot")
        #expect(
            Array(shown.fields.keys.prefix(7))
                == ["kind", "id", "uid", "creationTimestamp", "selfLink", "resourceVersion", "apiVersion"])
        var back = try fixture.hub(shown.value)
        back["metadata", "selfLink"] = nil
        #expect(back == pod)
        #expect(try fixture.hub(#"{"id":"a","resourceVersion":"7"}"#).resourceVersion == "7")
        #expect(try fixture.hub(#"{"id":"a","resourceVersion":7}"#).resourceVersion == "7")
    }

    @Test func containersHaveTheirOldNames() throws {
        let json = #"""
            {"id":"a","desiredState":{"manifest":{"restartPolicy":{"onFailure":{}},"containers":[{
              "name":"c","image":"i","entrypoint":["/bin/sh"],"command":["-c","true"],"cpu":500,"memory":1048576,
              "privileged":true,"capabilities":{"add":["NET_ADMIN"]},
              "env":[{"key":"A","value":"1"},{"name":"B","value":"2"}],
              "volumeMounts":[{"name":"v","path":"/data"},{"name":"w","mountPath":"/w"}],
              "livenessProbe":{"type":"http","httpGet":{"path":"/","port":80}}}],
             "volumes":[{"name":"v","source":{"hostDir":{"path":"/srv"}}},
              {"name":"w","source":{"persistentDisk":{"pdName":"d","fsType":"ext4"}}},
              {"name":"s","source":{"secret":{"target":{"kind":"Secret","namespace":"n","name":"keys"}}}},
              {"name":"e","source":{"emptyDir":{}}}]}}}
            """#
        let fixture = try LegacyFixture("Pod")
        let pod = try fixture.hub(json)
        #expect(pod.text("spec", "restartPolicy") == "OnFailure")
        let container = try #require(KubeObject(pod.list("spec", "containers").first))
        #expect(container["command"] == ["/bin/sh"] && container["args"] == ["-c", "true"])
        #expect(container["resources", "limits"] == ["cpu": "500m", "memory": "1048576"])
        #expect(container["securityContext"] == ["capabilities": ["add": ["NET_ADMIN"]], "privileged": true])
        #expect(container.list("env") == [["name": "A", "value": "1"], ["name": "B", "value": "2"]])
        #expect(
            container.list("volumeMounts") == [
                ["name": "v", "mountPath": "/data"], ["name": "w", "mountPath": "/w"],
            ])
        #expect(container["livenessProbe", "httpGet", "port"] == 80)
        let volumes = pod.list("spec", "volumes").compactMap { KubeObject($0) }
        #expect(
            volumes.map { $0.fields.keys } == [
                ["name", "hostPath"], ["name", "gcePersistentDisk"], ["name", "secret"], ["name", "emptyDir"],
            ])
        #expect(volumes[2].text("secret", "secretName") == "keys")

        let shown = try fixture.settled(json)
        let old = try #require(KubeObject(shown.list("desiredState", "manifest", "containers").first))
        #expect(old["entrypoint"] == ["/bin/sh"] && old["command"] == ["-c", "true"] && old["args"] == nil)
        #expect(old["cpu"] == 500 && old["memory"] == 1_048_576 && old["securityContext"] == nil)
        #expect(old.flag("privileged"))
        #expect(shown["desiredState", "manifest", "restartPolicy"] == ["onFailure": [:]])
        let sources = shown.list("desiredState", "manifest", "volumes").map { $0["source"]?.object?.keys ?? [] }
        #expect(sources == [["hostDir"], ["persistentDisk"], ["secret"], ["emptyDir"]])
    }

    @Test func limitsWinOverNumbers() throws {
        let shown = try LegacyFixture("Pod").settled(
            #"""
            {"id":"a","desiredState":{"manifest":{"containers":[{"name":"c","image":"i","cpu":500,
              "resources":{"limits":{"cpu":"2","memory":"1Ki"}}}]}}}
            """#)
        let container = try #require(KubeObject(shown.list("desiredState", "manifest", "containers").first))
        #expect(container["cpu"] == 2_000 && container["memory"] == 1_024)
        #expect(container["resources", "limits"] == ["cpu": "2", "memory": "1Ki"])
    }

    @Test func manifestsMayNotBeOfUnknownVersions() throws {
        let fixture = try LegacyFixture("Pod")
        _ = try fixture.hub(#"{"id":"a","desiredState":{"manifest":{"version":"v1beta2"}}}"#)
        _ = try fixture.hub(#"{"id":"a","desiredState":{"manifest":{}}}"#)
        let error = try #require(throws: APIError.self) {
            try fixture.hub(#"{"id":"a","desiredState":{"manifest":{"version":"v9"}}}"#)
        }
        #expect(error.code == 422)
        #expect(
            error.message == #"Pod "a" is invalid: desiredState.manifest.version: Unsupported value: "v9": "#
                + #"supported values: "v1beta1", "v1beta2""#)
    }

    @Test(arguments: [
        (#"{"never":{}}"#, "Never"), (#""onfailure""#, "OnFailure"), ("{}", "Always"), ("null", "Always"),
        (#"{"sometimes":{}}"#, "sometimes"),
    ])
    func restartPoliciesAreObjects(policy: String, word: String) throws {
        let pod = try LegacyFixture("Pod").hub(
            #"{"id":"a","desiredState":{"manifest":{"restartPolicy":\#(policy)}}}"#)
        #expect(pod.text("spec", "restartPolicy") == word)
    }

    @Test func statesOfContainersAreAMap() throws {
        let fixture = try LegacyFixture("Pod")
        let pod = try fixture.today(
            #"""
            {"metadata":{"name":"a"},"spec":{"containers":[{"name":"c","image":"i"}],"nodeName":"node1"},
             "status":{"phase":"Failed","hostIP":"10.0.0.1","podIP":"10.1.0.1","message":"gone",
              "conditions":[{"type":"Ready","status":"False"}],
              "containerStatuses":[{"name":"c","state":{"terminated":{"exitCode":3,"reason":"Error"}},"ready":false,
               "restartCount":2,"image":"i","imageID":"docker://1"}]}}
            """#)
        let shown = fixture.shown(pod)
        let state = try #require(KubeObject(shown["currentState"]))
        #expect(state.text("status") == "Terminated" && state.text("host") == "node1")
        #expect(state.text("hostIP") == "10.0.0.1" && state.text("podIP") == "10.1.0.1")
        #expect(state["manifest"] == shown["desiredState", "manifest"])
        #expect(state.list("Condition").map { $0["kind"] } == ["Ready"])
        #expect(state.list("Condition").map { $0["status"] } == ["None"])
        #expect(state["info", "c", "state", "termination", "exitCode"] == 3)
        #expect(state["info", "c", "restartCount"] == 2 && state["info", "c", "name"] == nil)
        #expect(try fixture.hub(shown.value)["status"] == pod["status"])
    }

    @Test(arguments: [
        "Waiting": "Pending", "running": "Running", "succeeded": "Succeeded", "terminated": "Failed",
        "pending": "Pending", "Unknown": "Unknown",
    ])
    func phasesMayBeInSmallLetters(word: String, phase: String) throws {
        let pod = try LegacyFixture("Pod").hub(#"{"id":"a","currentState":{"status":"\#(word)"}}"#)
        #expect(pod.text("status", "phase") == phase)
    }

    @Test func controllerOfTheSeeds() throws {
        let fixture = try LegacyFixture("ReplicationController")
        let controller = try fixture.hub(LegacySample.controller)
        #expect(controller.name == "redisController")
        #expect(controller.integer("spec", "replicas") == 1)
        #expect(controller["spec", "selector"] == ["name": "redis"])
        #expect(controller["spec", "template", "metadata", "labels"] == ["name": "redis"])
        let container = KubeObject(controller.list("spec", "template", "spec", "containers").first)
        #expect(container?.text("imagePullPolicy") == "IfNotPresent")

        let shown = try fixture.settled(LegacySample.controller)
        #expect(shown.text("id") == "redisController")
        #expect(shown["desiredState", "replicas"] == 1)
        #expect(shown["desiredState", "replicaSelector"] == ["name": "redis"])
        let template = try #require(KubeObject(shown["desiredState", "podTemplate"]))
        #expect(template["labels"] == ["name": "redis"])
        #expect(template.list("desiredState", "manifest", "containers").first?["image"] == "dockerfile/redis")
        #expect(shown["currentState", "replicas"] == 0)
        #expect(shown["spec"] == nil && template["metadata"] == nil && template["spec"] == nil)
    }

    @Test func oldestNamesOfControllersAreRead() throws {
        let controller = try LegacyFixture("ReplicationController").hub(
            #"""
            {"id":"a","desiredState":{"replicasInSet":3,"replicaSelector":{"n":"a"},"taskTemplate":{
              "desiredState":{"manifest":{"containers":[{"name":"c","image":"i"}]}},"labels":{"n":"a"}}}}
            """#)
        #expect(controller.integer("spec", "replicas") == 3)
        #expect(controller.list("spec", "template", "spec", "containers").count == 1)
        #expect(controller["spec", "template", "metadata", "labels"] == ["n": "a"])
    }

    @Test func whatOldVersionsLackPassesThroughThem() throws {
        for version in ["v1beta1", "v1beta3"] {
            let fixture = try LegacyFixture("ReplicationController", version)
            let controller = try fixture.today(
                #"""
                {"metadata":{"name":"a","ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"p","uid":"u"}]},
                 "spec":{"replicas":0,"minReadySeconds":5,"selector":{"a":"b"},"template":{
                  "metadata":{"labels":{"a":"b"}},"spec":{"priority":7,"tolerations":[{"operator":"Exists"}],
                   "initContainers":[{"name":"i","image":"i","command":["x"]}],
                   "containers":[{"name":"c","image":"i","startupProbe":{"exec":{"command":["y"]}},
                    "securityContext":{"runAsUser":5,"privileged":true}}]}}},
                 "status":{"replicas":4,"readyReplicas":3}}
                """#)
            var back = try fixture.hub(fixture.shown(controller).value)
            back["metadata", "selfLink"] = nil
            #expect(back == controller, "\(version)")
        }
    }

    @Test func podOfV1beta3() throws {
        let fixture = try LegacyFixture("Pod", "v1beta3")
        let json = #"""
            {"metadata":{"name":"a","namespace":"n"},"spec":{"host":"node1","serviceAccount":"robot","containers":[
              {"name":"c","image":"i","privileged":true,"capabilities":{"drop":["ALL"]}}]},
             "status":{"phase":"Running","Condition":[{"type":"Ready","status":"True"}],
              "containerStatuses":[{"name":"c","lastState":{"termination":{"exitCode":1}},"ready":true,
               "restartCount":1,"image":"i","imageID":"x"}]}}
            """#
        let pod = try fixture.hub(json)
        #expect(pod.text("spec", "nodeName") == "node1" && pod.text("spec", "serviceAccountName") == "robot")
        let container = KubeObject(pod.list("spec", "containers").first)
        #expect(container?["securityContext"] == ["privileged": true, "capabilities": ["drop": ["ALL"]]])
        #expect(pod.list("status", "conditions").map { $0["type"] } == ["Ready"])
        let state = pod.list("status", "containerStatuses").first
        #expect(state?["lastState"]?["terminated"]?["exitCode"] == 1)

        let shown = try fixture.settled(json)
        #expect(shown.text("metadata", "selfLink") == "/api/v1beta3/namespaces/n/pods/a")
        #expect(shown.text("spec", "host") == "node1" && shown["spec", "nodeName"] == nil)
        #expect(shown.list("status", "Condition").count == 1 && shown["status", "conditions"] == nil)
    }
}
