internal import Foundation

/// An image that stands for one of the seeds': busybox under its name, doing on a small scale what that one does.
public struct StandInImage: Hashable, Sendable {
    /// What a container does that is given no command.
    public enum Role: Hashable, Sendable {
        /// Nothing: a shell, which ends at once.
        case shell
        /// Waits.
        case idle
        /// Runs `/ep-1 foo bar`, which like `/ep-2` prints its name and its arguments.
        case entry
        /// Answers HTTP on these ports; the page is the host's name, which in a pod is the pod's.
        case web([Int])
        /// Answers a line with itself on this port.
        case echo(Int)
    }

    /// The image's name, as manifests have it.
    public var reference: String
    /// What it does.
    public var role: Role

    /// Makes an image.
    public init(_ reference: String, _ role: Role) { (self.reference, self.role) = (reference, role) }

    /// The images of the seeds' manifests.
    public static let all: [StandInImage] = [
        StandInImage("busybox", .shell), StandInImage("ubuntu:14.04", .shell),
        StandInImage("gcr.io/google_containers/busybox", .shell),
        StandInImage("gcr.io/google_containers/busybox:1.24", .shell),
        StandInImage("nginx", .web([80, 443])), StandInImage("my-web:v1", .web([80])),
        StandInImage("my-web:v2", .web([80])), StandInImage("tomcat", .web([8080])),
        StandInImage("python:3", .shell), StandInImage("prom/prometheus", .web([9090])),
        StandInImage("dockerfile/redis", .echo(6379)), StandInImage("example/war:v2", .idle),
        StandInImage("example/entry:v1", .entry),
    ]

    /// What the image says about its start, in Dockerfile's words.
    var changes: [String] {
        let list = { (words: [String]) in "[" + words.map { "\"\($0)\"" }.joined(separator: ",") + "]" }
        return switch role {
        case .shell: ["CMD " + list(["/bin/sh"])]
        case .idle: ["CMD " + list(["/bin/stand-in"])]
        case .entry: ["ENTRYPOINT " + list(["/ep-1"]), "CMD " + list(["foo", "bar"])]
        case .web(let ports): ["CMD " + list(["/bin/stand-in"] + ports.map(String.init))]
        case .echo(let port):
            ["CMD " + list(["/bin/sh", "-c", "trap 'exit 0' TERM; nc -ll -p \(port) -e /bin/cat & wait"])]
        }
    }

    /// Repository and tag.
    var parts: (repository: String, tag: String) {
        let words = reference.split(separator: ":").map(String.init)
        return (words[0], words.count > 1 ? words[1] : "latest")
    }

    /// The repository at a mirror of the public registry; nil when it belongs to another registry.
    var mirrored: String? {
        let words = parts.repository.split(separator: "/")
        if words.count > 1, words[0].contains(".") { return nil }
        return words.count == 1 ? "library/" + parts.repository : parts.repository
    }

    /// A tar archive of the root that all stand-ins share.
    static func root(in scope: TestScope) async throws -> [UInt8] {
        let directory = try scope.directory.makeDirectory("stand-in")
        try await NetworkNamespace.onThisHost(
            """
            cd \(directory)
            mkdir -p root/bin root/tmp root/etc root/www root/app root/usr
            ln -s ../bin root/usr/bin
            cp $(command -v busybox) root/bin/busybox
            for name in $(root/bin/busybox --list); do test $name = busybox || ln -s busybox root/bin/$name; done
            echo root:x:0:0:root:/:/bin/sh > root/etc/passwd
            echo war > root/sample.war
            cat > root/bin/stand-in <<'END'
            #!/bin/sh
            trap 'exit 0' TERM INT
            hostname > /www/index.html
            for port in "$@"; do httpd -f -p $port -h /www & done
            while :; do sleep 1000 & wait $!; done
            END
            cat > root/bin/python3 <<'END'
            #!/bin/sh
            test "$1 $2" = "-m http.server" && exec /bin/stand-in ${3:-8000}
            echo "only -m http.server is there" >&2
            exit 2
            END
            cat > root/bin/bash <<'END'
            #!/bin/sh
            # The shell would take its own date for a command without a path.
            test "$1" = -c || exec /bin/sh "$@"
            script='date() { /bin/date "$@"; };'" $2"
            shift 2
            exec /bin/sh -c "$script" "$@"
            END
            printf '#!/bin/sh\\necho $0 $@\\n' > root/ep-1
            cp root/ep-1 root/ep-2
            rm root/bin/date
            cat > root/bin/date <<'END'
            #!/bin/sh
            test "$1" = --rfc-3339 && exec busybox date "+%Y-%m-%d %H:%M:%S.000000000+00:00"
            exec busybox date "$@"
            END
            chmod 755 root/ep-1 root/ep-2 root/bin/stand-in root/bin/python3 root/bin/bash root/bin/date
            tar -C root -cf root.tar .
            rm -r root
            """, in: scope)
        return Array(try Data(contentsOf: URL(filePath: directory + "/root.tar")))
    }
}
