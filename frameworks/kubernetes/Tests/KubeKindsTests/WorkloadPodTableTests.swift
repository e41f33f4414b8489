import ClusterBase
import KubeModel
import Testing

@testable import KubeKinds

/// The rows that `get pods` shows.
@Suite struct WorkloadPodTableTests {
    private let pods: WorkloadFixture
    init() throws { pods = try WorkloadFixture("Pod") }

    private static func pod(_ status: String, deleted: Bool = false) -> String {
        let deletion = deleted ? #","deletionTimestamp":"2026-01-01T00:00:30Z""# : ""
        return #"""
            {"metadata":{"name":"p","creationTimestamp":"2026-01-01T00:00:00Z"\#(deletion)},"spec":{
             "initContainers":[{"name":"i","image":"i"},{"name":"j","image":"j"}],
             "containers":[{"name":"a","image":"a"},{"name":"b","image":"b"}]},"status":{\#(status)}}
            """#
    }

    private static func statuses(_ states: String...) -> String {
        states.enumerated().map { position, state in
            #"{"name":"c\#(position)","image":"i","imageID":"","ready":\#(state.contains("running")),"#
                + #""restartCount":\#(position + 1),"state":{\#(state)}}"#
        }.joined(separator: ",")
    }

    private static let running = #""running":{}"#
    private static func waiting(_ reason: String) -> String { #""waiting":{"reason":"\#(reason)"}"# }
    private static func ended(_ code: Int, _ more: String = "") -> String {
        #""terminated":{"exitCode":\#(code)\#(more)}"#
    }
    private static func main(_ states: String..., phase: String = "Running", ready: Bool = false) -> String {
        #""phase":"\#(phase)","conditions":[{"type":"Ready","status":"\#(ready ? "True" : "False")"}],"#
            + #""containerStatuses":[\#(states.map { statuses($0) }.joined(separator: ","))]"#
    }
    private static func initial(_ states: String...) -> String {
        let list = states.map { statuses($0) }.joined(separator: ",")
        let later = statuses(waiting("PodInitializing"))
        return #""phase":"Pending","initContainerStatuses":[\#(list)],"containerStatuses":[\#(later)]"#
    }

    /// Status, and the cells Ready, Status and Restarts.
    private static let rows: [(String, String, String, Int)] = [
        (#""phase":"Pending""#, "0/2", "Pending", 0),
        (#""phase":"Failed","reason":"Evicted""#, "0/2", "Evicted", 0),
        (main(running, running), "2/2", "Running", 2),
        (main(running, waiting("CrashLoopBackOff")), "1/2", "CrashLoopBackOff", 2),
        (main(waiting("ContainerCreating"), waiting("ContainerCreating")), "0/2", "ContainerCreating", 2),
        (main(waiting("ImagePullBackOff"), waiting("ErrImagePull")), "0/2", "ImagePullBackOff", 2),
        (main(ended(0, #","reason":"Completed""#), running, ready: true), "1/2", "Running", 2),
        (main(ended(0, #","reason":"Completed""#), running), "1/2", "NotReady", 2),
        (main(ended(0, #","reason":"Completed""#), phase: "Succeeded"), "0/2", "Completed", 1),
        (main(ended(1, #","reason":"Error""#), phase: "Failed"), "0/2", "Error", 1),
        (main(ended(3)), "0/2", "ExitCode:3", 1),
        (main(ended(137, #","signal":9"#)), "0/2", "Signal:9", 1),
        (initial(running), "0/2", "Init:0/2", 1),
        (initial(waiting("PodInitializing")), "0/2", "Init:0/2", 1),
        (initial(ended(0), running), "0/2", "Init:1/2", 2),
        (initial(waiting("ErrImagePull")), "0/2", "Init:ErrImagePull", 1),
        (initial(ended(1, #","reason":"Error""#)), "0/2", "Init:Error", 1),
        (initial(ended(2)), "0/2", "Init:ExitCode:2", 1),
        (initial(ended(2, #","signal":15"#)), "0/2", "Init:Signal:15", 1),
        (initial(ended(0), ended(0)), "0/2", "PodInitializing", 1),
    ]

    @Test(arguments: rows)
    func containersAreSummedUp(_ status: String, _ ready: String, _ reason: String, _ restarts: Int) throws {
        let cells = try pods.cells(pods.hub(Self.pod(status)))
        #expect(cells[1] == .string(ready))
        #expect(cells[2] == .string(reason))
        #expect(cells[3] == .integer(Int64(restarts)))
    }

    @Test func deletionOverridesTheStatus() throws {
        let deleted = try pods.hub(Self.pod(Self.main(Self.running), deleted: true))
        #expect(try pods.cells(deleted)[2] == "Terminating")
        let lost = try pods.hub(Self.pod(#""phase":"Running","reason":"NodeLost""#, deleted: true))
        #expect(try pods.cells(lost)[2] == "Unknown")
    }

    @Test func columnsAreThoseOfUpstream() throws {
        let columns = pods.row.columns.map { "\($0.name) \($0.type) \($0.priority)" }
        #expect(
            columns == [
                "Name string 0", "Ready string 0", "Status string 0", "Restarts integer 0", "Age string 0",
                "IP string 1", "Node string 1", "Nominated Node string 1", "Readiness Gates string 1",
            ])
    }

    @Test func absentValuesAreShown() throws {
        let empty = try pods.cells(pods.hub(Self.pod(#""phase":"Pending""#)))
        #expect(empty[0] == "p")
        #expect(empty[4...] == ["60s", "<none>", "<none>", "<none>", "<none>"])
        let full = try pods.hub(
            #"""
            {"metadata":{"name":"p"},"spec":{"nodeName":"n","readinessGates":[{"conditionType":"a"},
             {"conditionType":"b"}],"containers":[{"name":"a","image":"a"}]},"status":{"podIP":"10.0.0.1",
             "nominatedNodeName":"m","conditions":[{"type":"a","status":"True"},{"type":"b","status":"False"}]}}
            """#)
        #expect(try pods.cells(full)[4...] == ["<unknown>", "10.0.0.1", "n", "m", "1/2"])
    }

    @Test func finishedPodsHaveACondition() throws {
        func conditions(_ phase: String) throws -> [JSONValue] {
            try pods.row.rowConditions(pods.hub(Self.pod(#""phase":"\#(phase)""#)))
        }
        #expect(
            try conditions("Succeeded") == [
                [
                    "type": "Completed", "status": "True", "reason": "Succeeded",
                    "message": "The pod has completed successfully.",
                ]
            ])
        #expect(try conditions("Failed").first?["message"] == "The pod failed.")
        #expect(try conditions("Running") == [])
    }
}
