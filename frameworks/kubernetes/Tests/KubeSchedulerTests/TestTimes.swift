import Foundation
import KubeCore

enum LeaseTimes {
    /// Short enough for tests that wait for a lease to run out.
    static let short = LeaseTiming(
        duration: .milliseconds(1_000), renewDeadline: .milliseconds(500), retryPeriod: .milliseconds(20))
}

enum TestProgram {
    /// The size of the program that runs the tests.
    static var size: Int {
        let attributes = try? FileManager.default.attributesOfItem(
            atPath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "")
        return (attributes?[.size] as? Int) ?? 0
    }
}
