/// Where agents get the program of the executor from.
public enum ExecutorProgram: Hashable, Sendable {
    /// A path that is there on every agent (`--km-path=/usr/bin/roost` or `file:///…`).
    case path(String)
    /// A URI that agents fetch it from (`--km-path=http://…`).
    case uri(String)
    /// This process's own program, which it serves at `/km`.
    case served

    /// Reads `--km-path`; empty means `served`.
    public init(_ text: String) {
        if text.isEmpty {
            self = .served
        } else if text.hasPrefix("file://") {
            self = .path(String(text.dropFirst("file://".count)))
        } else {
            self = text.hasPrefix("/") ? .path(text) : .uri(text)
        }
    }
}

extension ExecutorProgram {
    /// The path or URI of the program.
    ///
    /// - Parameter server: `http://host:port` of this scheduler, for a program that is served.
    func location(servedAt server: String) -> String {
        switch self {
        case .path(let path): path
        case .uri(let uri): uri
        case .served: server + SchedulerRoutes.programPath
        }
    }
}
