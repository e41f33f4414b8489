internal import Foundation

/// What the kernel lets this process do.
enum ProcessRights {
    /// `CAP_SYS_RESOURCE`, by its number.
    private static let resource = 24

    /// The least `oom_score_adj` that this process and its children can have.
    static var oomScoreFloor: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let score = (try? String(contentsOfFile: "/proc/self/oom_score_adj", encoding: .utf8)) ?? ""
        return floor(status: status, score: score)
    }

    /// The same from the texts of `/proc/self/status` and `/proc/self/oom_score_adj`.
    static func floor(status: String, score: String) -> Int {
        let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
        let rights = line.flatMap { $0.split(separator: "\t").last }.flatMap { UInt64($0, radix: 16) }
        guard let rights, rights & 1 << resource == 0 else { return -1_000 }
        return Int(score.split(separator: "\n").first ?? "0") ?? 0
    }
}
