internal import Foundation

/// What the operating system says of this process.
struct ProcessStatistics {
    var residentBytes = 0.0
    var virtualBytes = 0.0
    var cpuSeconds = 0.0
    var openFiles = 0.0

    /// Reads them now; zeros where the system does not tell.
    static func read() -> ProcessStatistics {
        var result = ProcessStatistics()
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        if pages.count > 1 {
            let size = Double(sysconf(Int32(_SC_PAGESIZE)))
            result.virtualBytes = (Double(pages[0]) ?? 0) * size
            result.residentBytes = (Double(pages[1]) ?? 0) * size
        }
        var usage = rusage()
        if getrusage(RUSAGE_SELF.rawValue, &usage) == 0 {
            result.cpuSeconds = [usage.ru_utime, usage.ru_stime].reduce(0) {
                $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
            }
        }
        result.openFiles = Double((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count ?? 0)
        return result
    }
}
