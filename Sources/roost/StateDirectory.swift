internal import Foundation

/// Where daemons keep what lasts when nothing else is said.
enum StateDirectory {
    /// `$XDG_STATE_HOME/roost`, or `~/.local/state/roost`.
    static var standard: String {
        if let home = ProcessInfo.processInfo.environment["XDG_STATE_HOME"], home.hasPrefix("/") { return home + "/roost" }
        return NSHomeDirectory() + "/.local/state/roost"
    }
}
