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

    @Test func `Without rules everything is seen`() {
        #expect(ViewFilter(nil, under: nil).showsEverything)
        #expect(ViewFilter(Principal("dev"), under: nil).showsFlags)
    }

    @Test func `A principal sees what runs as the users it may see`() {
        let filter = ViewFilter(Principal("dev"), under: rules)
        #expect(!filter.showsEverything)
        #expect(filter.shows(framework("web")))
        #expect(!filter.shows(framework("root")))
        #expect(!filter.showsFlags)
    }

    @Test func `A task is seen by its own user, or else by its framework's`() {
        let filter = ViewFilter(Principal("dev"), under: rules)
        #expect(filter.shows(task(user: nil), of: framework("web")))
        #expect(filter.shows(task(user: "web"), of: framework("root")))
        #expect(!filter.shows(task(user: "root"), of: framework("web")))
        #expect(!filter.shows(task(user: nil), of: framework("root")))
    }

    @Test func `An executor is seen by its command's user`() {
        let filter = ViewFilter(Principal("dev"), under: rules)
        var executor = ExecutorInfo(id: ExecutorID("e"))
        #expect(filter.shows(executor, of: framework("web")))
        executor.command = CommandInfo(user: "root")
        #expect(!filter.shows(executor, of: framework("web")))
    }

    @Test func `Roles are seen by their place in the tree`() {
        let filter = ViewFilter(Principal("dev"), under: rules)
        #expect(filter.shows(role: "web/front"))
        #expect(!filter.shows(role: "web"))
        #expect(!filter.shows(role: "db"))
    }

    @Test func `Others see everything where the rules do not name them`() {
        #expect(ViewFilter(Principal("admin"), under: rules).showsEverything)
    }
}
