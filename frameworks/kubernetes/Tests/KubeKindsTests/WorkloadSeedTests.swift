import ClusterBase
import KubeModel
import Testing

@testable import KubeKinds

/// The pods and controllers of the seeds (fixtures F-08 to F-39), as clients send them.
@Suite struct WorkloadSeedTests {
    /// Fixture and pod.
    private static let pods = [
        (
            "F-08",
            #"""
            {"metadata":{"name":"hello-world"},"spec":{"restartPolicy":"OnFailure","containers":[{"name":"hello",
             "image":"ubuntu:14.04","command":["/bin/echo","Hello","World"]}]}}
            """#
        ),
        (
            "F-09",
            #"""
            {"metadata":{"name":"hello-args"},"spec":{"restartPolicy":"Never","containers":[{"name":"hello",
             "image":"ubuntu:14.04","command":["/bin/echo"],"args":["Hello","World"]}]}}
            """#
        ),
        (
            "F-11",
            #"""
            {"metadata":{"name":"pull"},"spec":{"containers":[{"name":"hello","image":"ubuntu:14.04",
             "imagePullPolicy":"Always"}]}}
            """#
        ),
        (
            "F-13",
            #"""
            {"metadata":{"name":"hello-env"},"spec":{"restartPolicy":"Never","containers":[{"name":"hello",
             "image":"ubuntu:14.04","env":[{"name":"MESSAGE","value":"hello world"}],"command":["/bin/sh","-c"],
             "args":["/bin/echo \"${MESSAGE}\""]}]}}
            """#
        ),
        (
            "F-14",
            #"""
            {"metadata":{"name":"downwardapi-env"},"spec":{"containers":[{"name":"c","image":"ubuntu:14.04",
             "command":["/bin/bash","-c","while true; do sleep 5; done"],"env":[
              {"name":"MY_POD_NAME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}},
              {"name":"MY_POD_NAMESPACE","valueFrom":{"fieldRef":{"fieldPath":"metadata.namespace"}}},
              {"name":"MY_POD_IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}}]}]}}
            """#
        ),
        (
            "F-15",
            #"""
            {"metadata":{"name":"my-nginx"},"spec":{"containers":[{"name":"nginx","image":"nginx","ports":[
             {"name":"web","containerPort":80,"protocol":"TCP","hostIP":"0.0.0.0","hostPort":80}]}]}}
            """#
        ),
        (
            "F-16",
            #"""
            {"metadata":{"name":"shared"},"spec":{"restartPolicy":"Never",
             "volumes":[{"name":"data","hostPath":{"path":"/tmp"}}],"containers":[
             {"name":"write","image":"ubuntu:14.04","command":["bash","-c","echo \"Hello World\" >> /data/hello"],
              "volumeMounts":[{"name":"data","mountPath":"/data"}]},
             {"name":"hello","image":"ubuntu:14.04","command":["bash","-c","sleep 10; cat /data/hello"],
              "volumeMounts":[{"name":"data","mountPath":"/data"}]}]}}
            """#
        ),
        (
            "F-17",
            #"""
            {"metadata":{"name":"my-app"},"spec":{"hostNetwork":true,"containers":[{"name":"app","image":"nginx",
             "ports":[{"name":"web","containerPort":80,"protocol":"TCP"}]}]}}
            """#
        ),
        (
            "F-18",
            #"""
            {"metadata":{"name":"on-failure-restart-pod"},"spec":{"restartPolicy":"OnFailure","containers":[
             {"name":"container","image":"ubuntu:14.04","command":["bash","-c","exit 1"]}]}}
            """#
        ),
        (
            "F-19",
            #"""
            {"metadata":{"name":"hooks"},"spec":{"containers":[{"name":"war","image":"example/war:v2","lifecycle":{
             "postStart":{"exec":{"command":["cp","/sample.war","/app"]}},"preStop":{"httpGet":{
             "host":"monitor.example.com","path":"/warning","port":8080,"scheme":"HTTP"}}}}]}}
            """#
        ),
        (
            "F-20",
            #"""
            {"metadata":{"name":"probes"},"spec":{"containers":[
             {"name":"a","image":"i","livenessProbe":{"exec":{"command":["cat","/tmp/health"]}}},
             {"name":"b","image":"i","livenessProbe":{"tcpSocket":{"port":8080}}},
             {"name":"c","image":"i","livenessProbe":{"httpGet":{"path":"/healthz","port":8080}}}]}}
            """#
        ),
        (
            "F-21",
            #"""
            {"metadata":{"name":"liveness-exec-pod","labels":{"test":"liveness"}},"spec":{"containers":[
             {"name":"liveness","image":"ubuntu:14.04",
              "command":["/bin/sh","-c","echo ok > /tmp/health; sleep 60; rm -rf /tmp/health; sleep 600"],
              "livenessProbe":{"exec":{"command":["cat","/tmp/health"]},"initialDelaySeconds":15,"timeoutSeconds":1}}]}}
            """#
        ),
        (
            "F-22",
            #"""
            {"metadata":{"name":"readiness-exec-pod","labels":{"test":"readiness"}},"spec":{"containers":[
             {"name":"readiness","image":"ubuntu:14.04",
              "command":["/bin/sh","-c","echo ok > /tmp/ready; sleep 60; rm -rf /tmp/ready; sleep 600"],
              "readinessProbe":{"exec":{"command":["cat","/tmp/ready"]},"initialDelaySeconds":15,"timeoutSeconds":1}}]}}
            """#
        ),
        (
            "F-23",
            #"""
            {"metadata":{"name":"nginx","labels":{"env":"test"}},"spec":{"nodeSelector":{"env":"test"},"containers":[
             {"name":"nginx","image":"nginx","imagePullPolicy":"IfNotPresent"}]}}
            """#
        ),
        (
            "F-24",
            #"""
            {"metadata":{"name":"nginx-pinned","labels":{"env":"test"}},"spec":{"nodeName":"kube-node-1","containers":[
             {"name":"nginx","image":"nginx","imagePullPolicy":"IfNotPresent"}]}}
            """#
        ),
        (
            "F-25",
            #"""
            {"metadata":{"name":"log-pod"},"spec":{"restartPolicy":"OnFailure","containers":[
             {"name":"container1","image":"ubuntu:14.04","command":["bash","-c","exit 0"]},
             {"name":"container2","image":"ubuntu:14.04","command":["bash","-c","exit 1"]}]}}
            """#
        ),
        (
            "F-26",
            #"""
            {"metadata":{"name":"w-message-pod"},"spec":{"containers":[{"name":"messenger","image":"ubuntu:14.04",
             "terminationMessagePath":"/dev/termination-log","command":["bash","-c","echo >> /dev/termination-log"]}]}}
            """#
        ),
        (
            "F-27",
            #"""
            {"metadata":{"name":"private"},"spec":{"restartPolicy":"Always",
             "imagePullSecrets":[{"name":"myregistrykey"}],"containers":[{"name":"redis","image":"example.com/redis"}]}}
            """#
        ),
        (
            "F-28",
            #"""
            {"metadata":{"name":"webpod","labels":{"name":"webpod"}},"spec":{"containers":[
             {"name":"webpod80","image":"example/web:80","ports":[{"containerPort":80,"hostPort":80}]},
             {"name":"webpod8080","image":"example/web:8080","ports":[{"containerPort":8080,"hostPort":8080}]}]}}
            """#
        ),
        (
            "F-29",
            #"""
            {"metadata":{"name":"nfs-server","labels":{"role":"nfs-server"}},"spec":{"containers":[{"name":"nfs-server",
             "image":"example/nfs-data","ports":[{"name":"nfs","containerPort":2049}],
             "securityContext":{"privileged":true}}]}}
            """#
        ),
        (
            "F-30",
            #"""
            {"metadata":{"name":"nfs-server2","labels":{"role":"nfs-server"}},"spec":{"containers":[
             {"name":"nfs-server","image":"nginx","ports":[{"name":"nfs","containerPort":2049}],
             "securityContext":{"capabilities":{"add":["IPC_LOCK","NET_ADMIN"],"drop":["SETGID"]}}}]}}
            """#
        ),
        (
            "F-31",
            #"""
            {"metadata":{"name":"selinux"},"spec":{"containers":[{"name":"c","image":"nginx","securityContext":{
             "seLinuxOptions":{"user":"USER","role":"ROLE","type":"TYPE","level":"LEVEL"}}}]}}
            """#
        ),
        (
            "F-32",
            #"""
            {"metadata":{"name":"frontend"},"spec":{"containers":[
             {"name":"db","image":"mysql","resources":{"requests":{"memory":"256Mi","cpu":"500m"},
              "limits":{"memory":"512Mi","cpu":"1000m"}}},
             {"name":"wp","image":"wordpress","resources":{"requests":{"memory":"128Mi","cpu":"250m"},
              "limits":{"memory":"512Mi","cpu":"1000m"}}}]}}
            """#
        ),
    ]

    @Test(arguments: pods) func podsAreAccepted(fixture: String, json: String) throws {
        let (pod, errors) = try WorkloadFixture("Pod").create(json)
        #expect(errors == [], "\(fixture)")
        #expect(pod.text("status", "phase") == "Pending")
    }

    @Test func podGetsDefaults() throws {
        let pod = try WorkloadFixture("Pod").valid(Self.pods[13].1)
        let expected = try JSONValue(
            parsing: #"""
                {"containers":[{"name":"nginx","image":"nginx","resources":{},
                 "terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File",
                 "imagePullPolicy":"IfNotPresent"}],"restartPolicy":"Always","terminationGracePeriodSeconds":30,
                 "dnsPolicy":"ClusterFirst","nodeSelector":{"env":"test"},"securityContext":{},
                 "schedulerName":"default-scheduler","enableServiceLinks":true}
                """#)
        #expect(pod["spec"] == expected)
        #expect(pod["status"] == ["phase": "Pending", "qosClass": "BestEffort"])
    }

    @Test func invalidPodNamesItsFaults() throws {
        let pods = try WorkloadFixture("Pod")
        let json = #"""
            {"metadata":null,"spec":{"restartPolicy":"Maybe","containers":[{"name":"hello","image":"ubuntu:14.04",
             "entrypoint":["/bin/echo","hi"]}]}}
            """#
        let (pod, errors) = try pods.create(json)
        #expect(
            errors == [
                #"spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never""#
            ])
        #expect(pod.list("spec", "containers").first?["entrypoint"] == nil)
        let metadata = Validation.metadata(pod, namespaced: false, nameRule: pods.row.nameRule)
        #expect(metadata.map(\.description) == ["metadata.name: Required value: name or generateName is required"])
    }

    private static let template = #"""
        {"metadata":{"labels":{"app":"my-web","version":"v1"}},"spec":{"containers":[{"name":"my-web",
         "image":"my-web:v1","ports":[{"containerPort":80}]}]}}
        """#

    /// Fixture, kind, version and specification beside the template.
    private static let controllers = [
        ("F-33", "ReplicationController", "v1", #""replicas":2,"selector":{"app":"my-web"},"#),
        ("F-37", "ReplicationController", "v1", #""selector":{"app":"my-web"},"#),
        ("F-38", "ReplicationController", "v1", #""selector":{"app":"my-web","version":"v1"},"#),
        ("F-39", "Deployment", "extensions/v1beta1", #""replicas":4,"#),
        (
            "F-39 strategy", "Deployment", "extensions/v1beta1",
            #"""
            "uniqueLabelKey":"deployment.kubernetes.io/podTemplateHash","strategy":{"type":"RollingUpdate",
             "rollingUpdate":{"maxUnavailable":"30%","maxSurge":1}},
            """#
        ),
    ]

    @Test(arguments: controllers)
    func controllersAreAccepted(_ fixture: String, _ kind: String, _ version: String, _ spec: String) throws {
        let json = #"{"metadata":{"name":"my-web"},"spec":{\#(spec)"template":\#(Self.template)}}"#
        let (object, errors) = try WorkloadFixture(kind, version).create(json)
        #expect(errors == [], "\(fixture)")
        #expect(object.integer("spec", "replicas") == (spec.contains("replicas") ? (kind == "Deployment" ? 4 : 2) : 1))
        #expect(object.label("app") == "my-web")
    }

    @Test func templateOfControllerMustAlwaysRestart() throws {
        let json = #"""
            {"metadata":{"name":"my-nginx"},"spec":{"replicas":1,"selector":{"app":"nginx"},"template":{
             "metadata":{"labels":{"app":"nginx"}},"spec":{"restartPolicy":"Never","containers":[{"name":"nginx",
             "image":"nginx","ports":[{"containerPort":80}]}]}}}}
            """#
        let expected = #"spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always""#
        #expect(try WorkloadFixture("ReplicationController").create(json).errors == [expected])
    }

    @Test func templateByReferenceIsNotKnown() throws {
        let json = #"{"metadata":{"name":"my-nginx"},"spec":{"replicas":2,"templateRef":{"name":"nginx"}}}"#
        #expect(
            try WorkloadFixture("ReplicationController").create(json).errors == [
                "spec.selector: Required value", "spec.template: Required value",
            ])
    }

    @Test func podTemplateIsAcceptedAndDefaulted() throws {
        let json = #"""
            {"metadata":{"name":"nginx"},"template":{"metadata":{"labels":{"name":"nginx"}},
             "spec":{"containers":[{"name":"nginx","image":"nginx","ports":[{"containerPort":80}]}]}}}
            """#
        let object = try WorkloadFixture("PodTemplate").valid(json)
        let container = object.list("template", "spec", "containers").first
        #expect(container?["imagePullPolicy"] == "Always")
        #expect(container?["ports"]?[0]?["protocol"] == "TCP")
    }
}
