internal import ClusterBase
internal import Glibc

/// A user of this machine with the groups a process of theirs gets.
struct UserAccount: Hashable, Sendable {
    /// The user's number.
    var user: UInt32
    /// The primary group's number.
    var group: UInt32
    /// All groups, the primary one included.
    var groups: [UInt32]

    /// Whether this process already runs as that user.
    var isCurrent: Bool { user == geteuid() }

    /// Looks a user up by name or number.
    ///
    /// Throws `invalidArgument` when there is none.
    static func find(_ name: String) throws(ClusterError) -> UserAccount {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16384)
        if let number = uid_t(name) {
            getpwuid_r(number, &entry, &buffer, buffer.count, &found)
        } else {
            getpwnam_r(name, &entry, &buffer, buffer.count, &found)
        }
        guard found != nil, let ownName = entry.pw_name else {
            throw ClusterError(.invalidArgument, "no such user '\(name)' on this agent", field: "command.user")
        }
        var count: Int32 = 256
        var groups = [gid_t](repeating: 0, count: 256)
        getgrouplist(ownName, entry.pw_gid, &groups, &count)
        return UserAccount(
            user: entry.pw_uid, group: entry.pw_gid, groups: Array(groups.prefix(Int(max(0, min(count, 256))))))
    }

    /// The account a running process has, from /proc; nil when it is gone.
    static func of(process pid: Int32) -> UserAccount? {
        guard let status = PosixFile.read("/proc/\(pid)/status") else { return nil }
        func numbers(_ key: String) -> [UInt32] {
            status.split(separator: "\n").first { $0.hasPrefix(key) }
                .map { $0.dropFirst(key.count).split(whereSeparator: \.isWhitespace).compactMap { UInt32($0) } } ?? []
        }
        guard let user = numbers("Uid:").first, let group = numbers("Gid:").first else { return nil }
        return UserAccount(user: user, group: group, groups: numbers("Groups:"))
    }

    /// The account to switch to for a wanted user: nil when that is who we are.
    ///
    /// Throws `forbidden` when this process may not switch.
    static func wanted(_ name: String?) throws(ClusterError) -> UserAccount? {
        guard let name else { return nil }
        let account = try find(name)
        if account.isCurrent { return nil }
        guard geteuid() == 0 else {
            throw ClusterError(
                .forbidden, "cannot run as '\(name)': the agent does not run as root", field: "command.user")
        }
        return account
    }
}
