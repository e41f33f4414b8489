import ClusterBase
import Foundation
import TestSupport
import Testing

extension PodScenarios {
    /// Single pods: what they run, how they end, how they are looked at.
    @Suite struct PodScenarioTests {
        /// S-11.
        @Test func helloWorldRunsAndIsDone() async throws {
            let project = try await Project.make("default")
            #expect(try await project.create("f-08").text == "pod/hello-world created\n")
            let row = try await project.until("pod", "hello-world") { $0.contains("Completed") }.words
            #expect(Array(row.prefix(4)) == ["hello-world", "0/1", "Completed", "0"])
            let heading = try await project("get", "pod", "hello-world").lines[0].words
            #expect(heading == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"])
            #expect(try await project("logs", "hello-world").text == "Hello World\n")
            #expect(try await project("logs", "hello-world", "hello").text == "Hello World\n")
            let described = try await project("describe", "pod", "hello-world").text
            for line in [
                #"Status: +Succeeded"#, #"State: +Terminated"#, #"Reason: +Completed"#, #"Exit Code: +0"#,
                #"Started: +\w"#, #"Finished: +\w"#, #"Ready: +False"#, #"Restart Count: +0"#,
            ] { #expect(described.contains(try Regex(line)), "\(line) in \(described)") }
            #expect(try await project("delete", "pod", "hello-world").text == "pod \"hello-world\" deleted\n")
        }
    }
}
