internal import Glibc
internal import NIOCore
internal import NIOPosix

/// The threads that render states.
///
/// Their own, and of low priority, so that neither the core nor the event loops wait for a document of many megabytes.
enum RenderPool {
    private static let pool: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
        return pool
    }()

    static let threads = max(1, min(4, System.coreCount))
    private static let niceness: Int32 = 10

    static func submit(_ work: @escaping @Sendable () -> Void) {
        pool.submit { _ in
            // On Linux this is the calling thread alone.
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
            work()
        }
    }
}
