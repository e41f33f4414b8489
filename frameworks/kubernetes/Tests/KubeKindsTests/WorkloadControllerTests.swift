import ClusterBase
import KubeModel
import Testing

@testable import KubeKinds

/// Replication controllers, replica sets and deployments in all their versions.
@Suite struct WorkloadControllerTests {
    private static let template = #"""
        {"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"a","image":"a:1"},
         {"name":"b","image":"b:1"}]}}
        """#

    private static func json(_ spec: String, metadata: String = "") -> String {
        #"{"metadata":{"name":"web"\#(metadata)},"spec":{\#(spec)"template":\#(template)}}"#
    }

    private static let selector = #""selector":{"matchLabels":{"app":"web"}},"#

    // MARK: Defaults and conversions

    @Test func earlyVersionsTakeTheSelectorFromTheTemplate() throws {
        for kind in ["Deployment", "ReplicaSet"] {
            let early = try WorkloadFixture(kind, "extensions/v1beta1").valid(Self.json(""))
            #expect(early["spec", "selector"] == ["matchLabels": ["app": "web"]])
            #expect(early["metadata", "labels"] == ["app": "web"])
            #expect(early.apiVersion == "apps/v1")
            let strict = try WorkloadFixture(kind, "apps/v1").create(Self.json(""))
            #expect(
                strict.errors == [
                    "spec.selector: Required value",
                    #"spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: `selector` does "#
                        + "not match template `labels`",
                ])
        }
        let controller = try WorkloadFixture("ReplicationController").valid(Self.json(""))
        #expect(controller["spec", "selector"] == ["app": "web"])
    }

    @Test func labelsOfTheObjectAreKept() throws {
        let json = Self.json("", metadata: #","labels":{"mine":"1"}"#)
        let object = try WorkloadFixture("Deployment", "extensions/v1beta1").valid(json)
        #expect(object["metadata", "labels"] == ["mine": "1"])
    }

    @Test func deploymentDefaultsDependOnTheVersion() throws {
        let early = try WorkloadFixture("Deployment", "extensions/v1beta1").valid(Self.json(""))
        let modern = try WorkloadFixture("Deployment", "apps/v1").valid(Self.json(Self.selector))
        #expect(early["spec", "strategy", "rollingUpdate"] == ["maxUnavailable": 1, "maxSurge": 1])
        #expect(modern["spec", "strategy", "rollingUpdate"] == ["maxUnavailable": "25%", "maxSurge": "25%"])
        #expect(early.integer("spec", "revisionHistoryLimit") == 2_147_483_647)
        #expect(modern.integer("spec", "revisionHistoryLimit") == 10)
        #expect(early.integer("spec", "progressDeadlineSeconds") == 2_147_483_647)
        #expect(modern.integer("spec", "progressDeadlineSeconds") == 600)
        for deployment in [early, modern] {
            #expect(deployment.integer("spec", "replicas") == 1)
            #expect(deployment.text("spec", "strategy", "type") == "RollingUpdate")
            #expect(deployment["status"] == [:])
        }
        let recreate = try WorkloadFixture("Deployment", "apps/v1").valid(
            Self.json(Self.selector + #""strategy":{"type":"Recreate"},"#))
        #expect(recreate["spec", "strategy"] == ["type": "Recreate"])
    }

    @Test func rollbackIsAnAnnotationInAppsV1() throws {
        let early = try WorkloadFixture("Deployment", "extensions/v1beta1")
        let hub = try early.hub(Self.json(#""rollbackTo":{"revision":3},"#))
        #expect(hub.annotation("deprecated.deployment.rollback.revision") == "3")
        #expect(hub["spec", "rollbackTo"] == nil)
        let shown = early.shown(hub)
        #expect(shown["spec", "rollbackTo"] == ["revision": 3])
        #expect(shown["metadata", "annotations"] == nil)
        let last = try early.hub(Self.json(#""rollbackTo":{},"#))
        #expect(last.annotation("deprecated.deployment.rollback.revision") == "0")
        #expect(early.shown(last)["spec", "rollbackTo"] == [:])
    }

    @Test(arguments: ["Deployment", "ReplicaSet"]) func conversionsRoundTrip(_ kind: String) throws {
        let early = try WorkloadFixture(kind, "extensions/v1beta1")
        let rollback = kind == "Deployment" ? #""rollbackTo":{"revision":3},"# : ""
        let hub = try early.hub(Self.json(#""replicas":4,"minReadySeconds":5,"# + rollback))
        let shown = early.shown(hub)
        #expect(shown.apiVersion == "extensions/v1beta1")
        #expect(try early.hub(shown.value.text) == hub)
    }

    // MARK: Rules

    /// Kind, specification beside the template, and what is said of it.
    private static let faulty: [(String, String, [String])] = [
        (
            "Deployment", selector + #""replicas":-1,"minReadySeconds":-2,"revisionHistoryLimit":-3,"#,
            [
                "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
                "spec.minReadySeconds: Invalid value: -2: must be greater than or equal to 0",
                "spec.revisionHistoryLimit: Invalid value: -3: must be greater than or equal to 0",
            ]
        ),
        (
            "Deployment", selector + #""minReadySeconds":600,"#,
            ["spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds"]
        ),
        (
            "Deployment", selector + #""strategy":{"type":"Recreate","rollingUpdate":{}},"#,
            [
                "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"
            ]
        ),
        (
            "Deployment", selector + #""strategy":{"type":"Blue"},"#,
            [
                #"spec.strategy: Unsupported value: apps.DeploymentStrategy{Type:"Blue", "#
                    + #"RollingUpdate:(*apps.RollingUpdateDeployment)(nil)}: supported values: "Recreate", "#
                    + #""RollingUpdate""#
            ]
        ),
        (
            "Deployment", selector + #""strategy":{"rollingUpdate":{"maxUnavailable":0,"maxSurge":"0%"}},"#,
            [
                "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: intstr.IntOrString{Type:0, IntVal:0, "
                    + #"StrVal:""}: may not be 0 when `maxSurge` is 0"#
            ]
        ),
        (
            "Deployment", selector + #""strategy":{"rollingUpdate":{"maxUnavailable":"101%","maxSurge":"x"}},"#,
            [
                #"spec.strategy.rollingUpdate.maxSurge: Invalid value: intstr.IntOrString{Type:1, IntVal:0, "#
                    + #"StrVal:"x"}: a valid percent string must be a numeric string followed by an ending '%' "#
                    + #"(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"#,
                #"spec.strategy.rollingUpdate.maxUnavailable: Invalid value: intstr.IntOrString{Type:1, IntVal:0, "#
                    + #"StrVal:"101%"}: must not be greater than 100%"#,
            ]
        ),
        (
            "Deployment", #""selector":{},"#,
            [
                "spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), "
                    + "MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: empty selector is invalid for deployment"
            ]
        ),
        (
            "ReplicaSet", #""selector":{"matchLabels":{"app":"other"}},"replicas":-1,"#,
            [
                "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
                #"spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: `selector` does not "#
                    + "match template `labels`",
            ]
        ),
        (
            "ReplicationController", #""selector":{"app":"other"},"replicas":-1,"#,
            [
                "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
                #"spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: `selector` does not "#
                    + "match template `labels`",
            ]
        ),
    ]

    @Test(arguments: faulty) func faultsAreNamed(_ kind: String, _ spec: String, _ expected: [String]) throws {
        let version = kind == "ReplicationController" ? "v1" : "apps/v1"
        #expect(try WorkloadFixture(kind, version).create(Self.json(spec)).errors == expected)
    }

    @Test func templatesAreCheckedAsPodsAre() throws {
        let json = #"""
            {"metadata":{"name":"web"},"spec":{"replicas":2,\#(Self.selector)"template":{"metadata":{
             "labels":{"app":"web","a b":"c"},"annotations":{"-":"x"}},"spec":{"restartPolicy":"OnFailure",
             "activeDeadlineSeconds":5,
             "volumes":[{"name":"d","gcePersistentDisk":{"pdName":"d"}}],"containers":[{"name":"a","image":" a"},
             {"name":"a","image":"a"}]}}}}
            """#
        let errors = try WorkloadFixture("ReplicaSet", "apps/v1").create(json).errors
        #expect(
            errors.map { $0.prefix { $0 != ":" } } == [
                "spec.template.labels", "spec.template.annotations", "spec.template.spec.containers[1].name",
                "spec.template.spec.volumes[0].gcePersistentDisk.readOnly", "spec.template.spec.restartPolicy",
                "spec.template.spec.activeDeadlineSeconds",
            ])
        #expect(errors.last?.hasSuffix("Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported") == true)
    }

    @Test func selectorIsFixedSinceAppsV1() throws {
        let modern = try WorkloadFixture("Deployment", "apps/v1")
        let early = try WorkloadFixture("Deployment", "extensions/v1beta1")
        let deployment = try modern.valid(Self.json(Self.selector))
        let change: (inout KubeObject) -> Void = { $0["spec", "selector"] = ["matchLabels": ["app": "web", "v": "1"]] }
        #expect(
            modern.changeErrors(deployment, change) == [
                #"spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"web", "v":"1"}, "#
                    + "MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable"
            ])
        #expect(early.changeErrors(deployment, change) == [])
    }

    // MARK: Status

    @Test func statusBeginsEmptyAndIsWrittenApart() throws {
        let controllers = try WorkloadFixture("ReplicationController")
        let created = try controllers.valid(Self.json("").dropLast() + #","status":{"replicas":7}}"#)
        #expect(created["status"] == ["replicas": 0])
        let (written, errors) = try controllers.updateStatus(created) { object in
            object["spec", "replicas"] = 9
            object["status", "replicas"] = 3
        }
        #expect(errors == [])
        #expect(written.integer("spec", "replicas") == 1)
        #expect(written.integer("status", "replicas") == 3)
    }

    @Test func statusNumbersAgree() throws {
        let sets = try WorkloadFixture("ReplicaSet", "apps/v1")
        let set = try sets.valid(Self.json(Self.selector))
        let (_, errors) = try sets.updateStatus(set) {
            $0["status"] = ["replicas": 1, "readyReplicas": 2, "availableReplicas": 3, "observedGeneration": -1]
        }
        #expect(
            errors == [
                "status.observedGeneration: Invalid value: -1: must be greater than or equal to 0",
                "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas",
                "status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas",
                "status.availableReplicas: Invalid value: 3: cannot be greater than readyReplicas",
            ])
    }

    @Test func collisionsOnlyGrow() throws {
        let deployments = try WorkloadFixture("Deployment", "apps/v1")
        var deployment = try deployments.valid(Self.json(Self.selector))
        deployment["status"] = ["collisionCount": 2]
        let (_, errors) = try deployments.updateStatus(deployment) { $0["status"] = ["collisionCount": 1] }
        #expect(errors == ["status.collisionCount: Invalid value: 1: cannot be decremented"])
    }

    // MARK: Tables and scales

    private static let sized = #","status":{"replicas":3,"readyReplicas":2,"updatedReplicas":1,"availableReplicas":1}}"#

    @Test func rowsAreThoseOfUpstream() throws {
        let controllers = try WorkloadFixture("ReplicationController")
        let age = #","creationTimestamp":"2026-01-01T00:00:00Z""#
        let controller = try controllers.hub(
            Self.json(#""replicas":4,"selector":{"z":"1","app":"web"},"#, metadata: age).dropLast() + Self.sized)
        #expect(try controllers.cells(controller) == ["web", 4, 3, 2, "60s", "a,b", "a:1,b:1", "app=web,z=1"])
        let deployments = try WorkloadFixture("Deployment", "apps/v1")
        let deployment = try deployments.hub(
            Self.json(
                #""replicas":4,"selector":{"matchLabels":{"app":"web"},"matchExpressions":[{"key":"tier","operator":"#
                    + #""In","values":["y","x"]}]},"#, metadata: age
            ).dropLast() + Self.sized)
        #expect(
            try deployments.cells(deployment) == [
                "web", "2/4", 1, 1, "60s", "a,b", "a:1,b:1", "app=web,tier in (x,y)",
            ])
        #expect(
            deployments.row.columns.map { "\($0.name) \($0.type) \($0.priority)" } == [
                "Name string 0", "Ready string 0", "Up-to-date string 0", "Available string 0", "Age string 0",
                "Containers string 1", "Images string 1", "Selector string 1",
            ])
        let sets = try WorkloadFixture("ReplicaSet", "apps/v1")
        let set = try sets.hub(Self.json(""))
        #expect(try sets.cells(set) == ["web", 1, 0, 0, "<unknown>", "a,b", "a:1,b:1", "<none>"])
    }

    @Test func podTemplateRowShowsItsContents() throws {
        let templates = try WorkloadFixture("PodTemplate")
        let object = try templates.hub(#"{"metadata":{"name":"t"},"template":\#(Self.template)}"#)
        #expect(try templates.cells(object) == ["t", "a,b", "a:1,b:1", "app=web"])
    }

    @Test func scaleIsAViewOfItsController() throws {
        let early = try WorkloadFixture("Deployment", "extensions/v1beta1")
        var deployment = try early.hub(Self.json(#""replicas":4,"#).dropLast() + Self.sized)
        deployment.resourceVersion = "12"
        let selector = WorkloadSelector.of(deployment).description
        let modern = Scale.scale(of: deployment, selector: selector, in: Scale.autoscaling)
        let expected = try JSONValue(
            parsing: #"""
                {"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"web","resourceVersion":"12",
                 "creationTimestamp":null},"spec":{"replicas":4},"status":{"replicas":3,"selector":"app=web"}}
                """#)
        #expect(modern.value == expected)
        let old = Scale.scale(of: deployment, selector: selector, in: early.version.scaleVersion)
        #expect(old.apiVersion == "extensions/v1beta1")
        #expect(old["status"] == ["replicas": 3, "selector": ["app": "web"], "targetSelector": "app=web"])
        #expect(Scale.replicas(of: modern) == 4)
        var negative = modern
        negative["spec", "replicas"] = -1
        #expect(
            Scale.validate(negative).map(\.description)
                == ["spec.replicas: Invalid value: -1: must be greater than or equal to 0"])
    }

    @Test func scaleOfNoneIsEmpty() throws {
        let controllers = try WorkloadFixture("ReplicationController")
        let controller = try controllers.hub(Self.json(#""replicas":0,"#))
        let scale = Scale.scale(of: controller, selector: "app=web", in: Scale.autoscaling)
        #expect(scale["spec"] == [:])
        #expect(scale["status", "replicas"] == 0)
        #expect(Scale.replicas(of: scale) == 0)
    }
}
