import ClusterBase
import KubeCore
import KubeModel
import Testing

@Suite struct NamespaceControllerTests {
    private static let terminating = object(
        #"""
        {"apiVersion":"v1","kind":"Namespace",
         "metadata":{"name":"dev","uid":"n1","resourceVersion":"9","deletionTimestamp":"1970-01-01T00:10:00Z"},
         "spec":{"finalizers":["kubernetes"]},"status":{"phase":"Terminating"}}
        """#)
    private static let service = object(
        #"{"apiVersion":"v1","kind":"Service","metadata":{"name":"db","namespace":"dev","uid":"s1"}}"#)
    private static let pod = object(
        #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"dev","uid":"p1"}}"#)
    private static let goingPod = object(
        #"""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"dev","uid":"p1",
         "deletionTimestamp":"1970-01-01T00:10:30Z","deletionGracePeriodSeconds":30}}
        """#)

    private func controller() -> NamespaceController {
        NamespaceController(
            contents: [NamespacedContent(.pods), NamespacedContent(.services, deletesCollections: false)],
            watching: [.pods])
    }
    private func terminatingController() -> NamespaceController {
        var controller = controller()
        #expect(controller.know([(.namespaces, Self.terminating)]) == [Trigger("dev")])
        return controller
    }

    @Test func activeNamespacesAreLeftAlone() {
        var controller = controller()
        let active = object(
            #"{"metadata":{"name":"dev","uid":"n1"},"spec":{"finalizers":["kubernetes"]},"status":{"phase":"Active"}}"#)
        #expect(controller.know([(.namespaces, active)]).isEmpty)
        #expect(controller.plan("dev") == .nothing)
        #expect(controller.observe(.deleted(Self.pod), of: .pods).isEmpty)
    }

    @Test func finalizedNamespacesAreLeftAlone() {
        var finalized = Self.terminating
        finalized["spec", "finalizers"] = nil
        finalized.finalizers = ["example.com/mine"]
        var controller = controller()
        #expect(controller.know([(.namespaces, finalized)]).isEmpty)
    }

    @Test func emptyNamespaceIsFinalizedAtOnce() {
        var controller = terminatingController()
        let look = controller.plan("dev")
        #expect(look.intents == [.list(.pods, namespace: "dev"), .list(.services, namespace: "dev")])
        let final = controller.resume("dev", look, [.objects([]), .objects([])])
        var expected = Self.terminating
        expected["spec", "finalizers"] = nil
        #expect(final.intents == [.update(.namespaces, expected, subresource: "finalize")])
        #expect(controller.resume("dev", final, [.object(expected)]) == .nothing)
    }

    @Test func contentIsDeletedKindByKind() {
        var controller = terminatingController()
        let look = controller.plan("dev")
        let delete = controller.resume("dev", look, [.objects([Self.pod]), .objects([Self.service])])
        #expect(
            delete.intents == [
                .deleteAll(.pods, namespace: "dev"),
                .delete(
                    .services, ObjectKey(namespace: "dev", "db"), DeletionRequest(propagation: .background)),
            ])
        let again = controller.resume("dev", delete, [.done, .done])
        #expect(again.intents == look.intents)
        let final = controller.resume("dev", again, [.objects([]), .objects([])])
        guard case .update(.namespaces, _, subresource: "finalize")? = final.intents.first else {
            Issue.record("expected the namespace to be finalized: \(final)")
            return
        }
    }

    @Test func gracefulPodsAreWaitedForAndTold() {
        var controller = terminatingController()
        var plan = controller.plan("dev")
        plan = controller.resume("dev", plan, [.objects([Self.pod]), .objects([])])
        plan = controller.resume("dev", plan, [.done])
        plan = controller.resume("dev", plan, [.objects([Self.goingPod]), .objects([])])
        #expect(plan.next == .again(after: .seconds(16)))
        guard case .update(.namespaces, let told, subresource: "status")? = plan.intents.first else {
            Issue.record("expected the status to be written: \(plan)")
            return
        }
        #expect(told.resourceVersion == "9")
        let conditions = told.list("status", "conditions").compactMap { KubeObject($0) }
        #expect(
            conditions.map { "\($0.text("type"))=\($0.text("status")) \($0.text("reason"))" } == [
                "NamespaceDeletionDiscoveryFailure=False ResourcesDiscovered",
                "NamespaceDeletionGroupVersionParsingFailure=False ParsedGroupVersions",
                "NamespaceDeletionContentFailure=False ContentDeleted",
                "NamespaceContentRemaining=True SomeResourcesRemain",
                "NamespaceFinalizersRemaining=False ContentHasNoFinalizers",
            ])
        #expect(conditions[3].text("message") == "Some resources are remaining: pods. has 1 resource instances")
        #expect(conditions[3].text("lastTransitionTime") == "1970-01-01T00:16:40Z")

        // The second look finds nothing new to delete or to tell.
        #expect(controller.observe(.changed(told, from: Self.terminating), of: .namespaces).isEmpty)
        plan = controller.plan("dev")
        plan = controller.resume("dev", plan, [.objects([Self.goingPod]), .objects([])])
        #expect(plan == Plan(then: .again(after: .seconds(16))))

        // When the pod is gone there is no need to wait any longer.
        #expect(
            controller.observe(.deleted(Self.goingPod), of: .pods) == [Trigger("dev", after: .milliseconds(100))])
    }

    @Test func finalizersOfContentAreTold() {
        var controller = terminatingController()
        var held = Self.goingPod
        held.finalizers = ["example.com/mine", "example.com/yours"]
        var other = held
        (other.name, other.uid, other.finalizers) = ("two", "p2", ["example.com/mine"])
        var plan = controller.plan("dev")
        plan = controller.resume("dev", plan, [.objects([held, other]), .objects([])])
        guard case .update(_, let told, _)? = plan.intents.first else {
            Issue.record("expected the status to be written: \(plan)")
            return
        }
        let last = KubeObject(told.list("status", "conditions").last) ?? KubeObject()
        #expect(last.text("reason") == "SomeFinalizersRemain")
        #expect(
            last.text("message")
                == "Some content in the namespace has finalizers remaining: "
                + "example.com/mine in 2 resource instances, example.com/yours in 1 resource instances")
    }

    @Test func failedDeletionsAreToldAndTriedAgain() {
        var controller = terminatingController()
        var plan = controller.plan("dev")
        plan = controller.resume("dev", plan, [.objects([Self.pod]), .objects([])])
        plan = controller.resume("dev", plan, [.failed(.internalError("disk"))])
        plan = controller.resume("dev", plan, [.objects([Self.pod]), .objects([])])
        #expect(plan.next == .retry)
        guard case .update(_, let told, _)? = plan.intents.first else {
            Issue.record("expected the status to be written: \(plan)")
            return
        }
        let failure = KubeObject(told.list("status", "conditions")[2]) ?? KubeObject()
        #expect(failure.text("status") == "True")
        #expect(
            failure.text("message")
                == "Failed to delete all resource types, 1 remaining: Internal error occurred: disk")
    }

    @Test func unreadableKindsMeanNoFinalization() {
        var controller = terminatingController()
        let plan = controller.plan("dev")
        #expect(controller.resume("dev", plan, [.objects([]), .failed(.internalError("disk"))]).next == .retry)
    }

    @Test func conflictWhileFinalizingIsTriedAgainAndAbsenceIsNot() {
        var controller = terminatingController()
        let look = controller.plan("dev")
        let final = controller.resume("dev", look, [.objects([]), .objects([])])
        let resource = ResourceKind.namespaces.resource
        #expect(controller.resume("dev", final, [.failed(.modified(resource, "dev"))]).next == .retry)
        #expect(controller.resume("dev", final, [.failed(.notFound(resource, "dev"))]) == .nothing)
    }

    /// What was told as remaining is taken back before the namespace may stay for somebody else's finalizer.
    @Test func conditionsAreTakenBackBeforeFinalizing() {
        var controller = terminatingController()
        var plan = controller.plan("dev")
        plan = controller.resume("dev", plan, [.objects([Self.goingPod]), .objects([])])
        guard case .update(_, var told, _)? = plan.intents.first else {
            Issue.record("expected the status to be written: \(plan)")
            return
        }
        told.resourceVersion = "12"
        _ = controller.observe(.changed(told, from: Self.terminating), of: .namespaces)
        plan = controller.plan("dev")
        plan = controller.resume("dev", plan, [.objects([]), .objects([])])
        guard case .update(_, var calm, subresource: "status")? = plan.intents.first else {
            Issue.record("expected the status to be written: \(plan)")
            return
        }
        #expect(calm.list("status", "conditions").allSatisfy { $0["status"] == "False" })
        calm.resourceVersion = "13"
        let final = controller.resume("dev", plan, [.object(calm)])
        guard case .update(_, let finalized, subresource: "finalize")? = final.intents.first else {
            Issue.record("expected the namespace to be finalized: \(final)")
            return
        }
        #expect(finalized.resourceVersion == "13")
    }
}
