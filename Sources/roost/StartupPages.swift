internal import Foundation
internal import Logging
internal import ServiceLifecycle

/// Gives back, a while after the start, the pages of program and libraries that only starting has used.
///
/// A page that is needed again is mapped again from the page cache, without a read. Some 18 of 49 MB resident are given
/// back for good (docs/decisions/0013-startup-pages.md). `run` lasts until the group ends.
struct StartupPages: Service {
    /// How long after the start; by then a daemon has registered and elected.
    private static let pause = Duration.seconds(3)

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                try await Task.sleep(for: Self.pause)
                Self.release()
                try await Task.sleep(for: .seconds(1 << 40))
            }
        } catch is CancellationError {
            // The daemon ends.
        }
    }

    /// Unmaps the pages of code, which nobody can have changed.
    private static func release() {
        guard let text = try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8) else { return }
        for line in text.split(separator: "\n") {
            guard let region = MappedRegion(line), region.isCode else { continue }
            madvise(UnsafeMutableRawPointer(bitPattern: region.start), Int(region.end - region.start), MADV_DONTNEED)
        }
    }
}

/// A line of `/proc/PID/maps` (proc(5)): `START-END PERMISSIONS OFFSET DEVICE INODE PATH`.
private struct MappedRegion {
    let start: UInt
    let end: UInt
    /// Whether it is a file's, can be executed and cannot be written.
    let isCode: Bool

    init?(_ line: Substring) {
        let fields = line.split(separator: " ", omittingEmptySubsequences: true)
        guard fields.count >= 5 else { return nil }
        let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
        guard ends.count == 2, ends[0] < ends[1] else { return nil }
        (start, end) = (ends[0], ends[1])
        isCode = fields.count >= 6 && fields[5].hasPrefix("/") && fields[1] == "r-xp"
    }
}
