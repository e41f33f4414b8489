internal import Foundation
internal import KubeNetworkCore

/// The resolvers of this host.
public enum HostResolver {
    private static let file = "/etc/resolv.conf"

    /// Their addresses as `/etc/resolv.conf` has them now; none when it cannot be read.
    @Sendable public static func nameservers() -> [String] {
        (try? String(contentsOfFile: file, encoding: .utf8)).map { ResolverFile(parsing: $0).nameservers } ?? []
    }
}
