internal import Foundation

/// Where daemons keep what lasts when nothing else is said.
enum StateDirectory {
    /// `$XDG_STATE_HOME/roost`, or `~/.local/state/roost`.
    static var standard: String {
        let home = ProcessInfo.processInfo.environment["XDG_STATE_HOME"]
        if let home, home.hasPrefix("/") { return home + "/roost" }
        return NSHomeDirectory() + "/.local/state/roost"
    }
}
