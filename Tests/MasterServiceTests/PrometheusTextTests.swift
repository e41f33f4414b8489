import HTTPTransport
import Testing

@testable import MasterService

@Suite struct PrometheusTextTests {
    @Test(arguments: [
        ("master/elected", "roost_master_elected", ""),
        ("allocator/mesos/roles/a/b/shares/dominant", "roost_allocator_mesos_role_shares_dominant", #"role="a/b""#),
        (
            "allocator/mesos/quota/roles/a/b/resources/cpus/limit", "roost_allocator_mesos_quota_limit",
            #"role="a/b",resource="cpus""#
        ),
        (
            "allocator/mesos/offer_filters/roles/x/active", "roost_allocator_mesos_offer_filters_active",
            #"role="x""#
        ), ("allocator/mesos/resources/cpus/total", "roost_allocator_mesos_resources_cpus_total", ""),
        (
            "master/frameworks/my%20name/id-1/tasks/active/task_running",
            "roost_master_framework_tasks_active_task_running", #"framework="my%20name",framework_id="id-1""#
        ), ("frameworks/some/one/messages_received", "roost_frameworks_messages_received", #"principal="some/one""#),
        (
            "master/task_lost/source_master/reason_slave_removed", "roost_master_task_lost_by_reason",
            #"source="master",reason="slave_removed""#
        ),
    ])
    func namesOfRolesAndFrameworksAreLabels(_ name: String, _ family: String, _ labels: String) {
        let sample = PrometheusText.sample(name)
        #expect(sample.family == family && sample.text == labels)
    }

    @Test func valuesOfLabelsAreEscapedAndFamiliesStandTogether() {
        let text = PrometheusText.document([
            ("allocator/mesos/roles/a\"b/shares/dominant", 0.5), ("master/elected", 1),
            ("allocator/mesos/roles/c\\d/shares/dominant", 0.25),
        ])
        let family = "roost_allocator_mesos_role_shares_dominant"
        #expect(text.contains("\(family){role=\"a\\\"b\"} 0.5\n\(family){role=\"c\\\\d\"} 0.25\n"))
        #expect(text.split(separator: "\n").count { $0.hasPrefix("# TYPE") } == 2)
    }

    /// What is said of a family must not depend on who is in it first.
    @Test func namesThatLookLikeOursAreLabelsAllTheSame() {
        let text = PrometheusText.document([("master/frameworks/master/frameworks/calls", 3)])
        #expect(
            text.contains("# HELP roost_master_framework_calls master/frameworks/<framework>/<framework_id>/calls of "))
        #expect(text.contains("# TYPE roost_master_framework_calls counter\n"))
        #expect(text.contains(#"roost_master_framework_calls{framework="master",framework_id="frameworks"} 3"#))
    }

    @Test(arguments: [
        ("master/tasks_running", PrometheusWriter.Kind.gauge), ("master/tasks_finished", .counter),
        ("master/cpus_percent", .gauge), ("master/messages_kill_task", .counter),
        ("allocator/mesos/allocation_runs", .counter), ("allocator/mesos/resources/mem/total", .gauge),
        ("system/load_1min", .gauge), ("registrar/state_store_ms/p99", .gauge),
        ("master/operations/pending", .gauge), ("master/operations/finished", .counter),
        ("master/frameworks/f/i/subscribed", .gauge), ("master/frameworks/f/i/events/subscribed", .counter),
        ("master/frameworks/f/i/tasks/active/task_running", .gauge), ("master/frameworks/f/i/offers/sent", .counter),
        ("master/frameworks/f/i/roles/r/suppressed", .gauge), ("master/event_queue_dispatches", .gauge),
        ("frameworks/p/messages_received", .counter), ("registrar/registry_size_bytes", .gauge),
    ])
    func kinds(_ name: String, _ kind: PrometheusWriter.Kind) { #expect(PrometheusText.kind(name) == kind) }
}
