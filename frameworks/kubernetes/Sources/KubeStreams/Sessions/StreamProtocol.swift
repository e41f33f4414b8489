/// The versions of the remote command protocol (spec `kubernetes/10` §10.3, §10.5).
enum CommandProtocol: String, CaseIterable, Sendable {
    case v5 = "v5.channel.k8s.io"
    case v4 = "v4.channel.k8s.io"
    case v4Base64 = "v4.base64.channel.k8s.io"
    case v3 = "v3.channel.k8s.io"
    case v2 = "v2.channel.k8s.io"
    case v1 = "channel.k8s.io"
    case v1Base64 = "base64.channel.k8s.io"
    /// A WebSocket client that names none.
    case unnamed = ""

    /// What SPDY clients may ask for, best first.
    static let overSPDY: [CommandProtocol] = [.v4, .v3, .v2, .v1]
    /// What WebSocket clients may ask for, best first.
    static let overWebSocket: [CommandProtocol] = [.v5, .v4, .v4Base64, .v1, .v1Base64]

    /// Whether the end is told as a Status rather than as text.
    var endsWithStatus: Bool { [.v5, .v4, .v4Base64].contains(self) }
    /// Whether terminals can be resized.
    var resizes: Bool { self != .v2 && self != .v1 && self != .v1Base64 && self != .unnamed }
    /// Whether messages are text with base64 in it.
    var isBase64: Bool { self == .v4Base64 || self == .v1Base64 }

    /// The first of our choices that the client offers; its own order does not matter.
    static func choose(_ ours: [CommandProtocol], offered: [String]) -> CommandProtocol? {
        ours.first { offered.contains($0.rawValue) }
    }
}
