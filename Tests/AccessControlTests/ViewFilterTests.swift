import AccessControl
import ClusterBase
import ClusterModel
import ResourceModel
import Testing

/// What principals see of a cluster.
struct ViewFilterTests {
    private let rules: AccessRules

    init() throws {
        let text = """
            {"view_frameworks": [
              {"principals": {"values": ["dev"]}, "users": {"values": ["web"]}},
              {"principals": {"values": ["dev"]}, "users": {"type": "NONE"}}],
             "view_tasks": [
              {"principals": {"values": ["dev"]}, "users": {"values": ["web"]}},
              {"principals": {"values": ["dev"]}, "users": {"type": "NONE"}}],
             "view_executors": [
              {"principals": {"values": ["dev"]}, "users": {"values": ["web"]}},
              {"principals": {"values": ["dev"]}, "users": {"type": "NONE"}}],
             "view_roles": [
              {"principals": {"values": ["dev"]}, "roles": {"values": ["web/%"]}},
              {"principals": {"values": ["dev"]}, "roles": {"type": "NONE"}}],
             "view_flags": [{"principals": {"values": ["dev"]}, "flags": {"type": "NONE"}}]}
            """
        rules = try AccessRules(document: JSONValue(parsing: text))
    }

    private func framework(_ user: String) -> FrameworkInfo { FrameworkInfo(user: user, name: "f") }

    private func task(user: String?) -> TaskRecord {
        TaskRecord(
            name: "t", id: TaskID("t"), frameworkID: FrameworkID("f"), agentID: AgentID("a"), state: .running,
            resources: [], user: user)
    }

    @Test func withoutRulesEverythingIsSeen() {
        #expect(ViewFilter(nil, under: nil).showsEverything)
        #expect(ViewFilter(Principal("dev"), under: nil).showsFlags)
    }

    @Test func aPrincipalSeesWhatRunsAsTheUsersItMaySee() {
        let filter = ViewFilter(Principal("dev"), under: rules)
        #expect(!filter.showsEverything)
        #expect(filter.shows(framework("web")))
        #expect(!filter.shows(framework("root")))
        #expect(!filter.showsFlags)
    }

    @Test func aTaskIsSeenByItsOwnUserOrElseByItsFrameworks() {
        let filter = ViewFilter(Principal("dev"), under: rules)
        #expect(filter.shows(task(user: nil), of: framework("web")))
        #expect(filter.shows(task(user: "web"), of: framework("root")))
        #expect(!filter.shows(task(user: "root"), of: framework("web")))
        #expect(!filter.shows(task(user: nil), of: framework("root")))
    }

    @Test func anExecutorIsSeenByItsCommandsUser() {
        let filter = ViewFilter(Principal("dev"), under: rules)
        var executor = ExecutorInfo(id: ExecutorID("e"))
        #expect(filter.shows(executor, of: framework("web")))
        executor.command = CommandInfo(user: "root")
        #expect(!filter.shows(executor, of: framework("web")))
    }

    @Test func rolesAreSeenByTheirPlaceInTheTree() {
        let filter = ViewFilter(Principal("dev"), under: rules)
        #expect(filter.shows(role: "web/front"))
        #expect(!filter.shows(role: "web"))
        #expect(!filter.shows(role: "db"))
    }

    private func resource(reservedFor roles: [String], allocatedTo role: String? = nil) -> Resource {
        Resource(
            name: "cpus", value: .scalar(Scalar(1)), reservations: roles.map { .init(kind: .dynamic, role: $0) },
            allocationRole: role)
    }

    @Test func resourcesAreSeenByAllTheirRoles() {
        let filter = ViewFilter(Principal("dev"), under: rules)
        #expect(filter.shows(resource(reservedFor: [])))
        #expect(filter.shows(resource(reservedFor: ["web/a", "web/a/b"], allocatedTo: "web/a")))
        #expect(!filter.shows(resource(reservedFor: ["db", "web/a"])))
        #expect(!filter.shows(resource(reservedFor: [], allocatedTo: "db")))
        let all: Resources = [resource(reservedFor: ["db"]), resource(reservedFor: ["web/a"])]
        #expect(filter.visible(all).map(\.role) == ["web/a"])
        #expect(ViewFilter.everything.visible(all) == all)
    }

    @Test func operationsAreSeenByTheirResources() {
        let filter = ViewFilter(Principal("dev"), under: rules)
        func shows(_ action: OfferOperation.Action) -> Bool {
            let operation = OfferOperation(action)
            return filter.shows(
                OperationRecord(
                    agentID: AgentID("a"), operation: operation, latest: OperationStatus(state: .pending),
                    uuid: UniqueID(high: 1, low: 2)))
        }
        let (seen, hidden) = (resource(reservedFor: ["web/a"]), resource(reservedFor: ["db"]))
        #expect(shows(.unreserve([seen])))
        #expect(!shows(.unreserve([seen, hidden])))
        #expect(!shows(.reserve(source: [hidden], resources: [seen])))
        #expect(!shows(.create([hidden])))
        #expect(!shows(.shrinkVolume(volume: hidden, subtract: Scalar(1))))
        #expect(!shows(.growVolume(volume: seen, addition: hidden)))
        #expect(shows(.destroyDisk(source: seen)))
        #expect(!shows(.createDisk(source: hidden, kind: .mount, profile: nil)))
        #expect(!shows(.unsupported(name: "X")))
    }

    @Test func othersSeeEverythingWhereTheRulesDoNotNameThem() {
        #expect(ViewFilter(Principal("admin"), under: rules).showsEverything)
    }
}
