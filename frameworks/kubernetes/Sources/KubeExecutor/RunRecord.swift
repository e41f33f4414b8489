internal import ClusterBase
internal import ClusterModel
internal import Foundation

/// Which run of the executor last used a node's root directory.
struct RunRecord: Sendable {
    /// Where it is written.
    let file: String

    /// Whether it was the run with this container, so that its tasks are still this executor's.
    func isSame(_ container: ContainerID) -> Bool {
        FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) } == container.value
    }

    /// Writes the run down.
    func write(_ container: ContainerID) {
        try? Data(container.value.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
    }
}
