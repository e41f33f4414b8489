import ClusterBase
import Testing
import ZooKeeper

@Suite struct ZooKeeperURLTests {
    @Test(arguments: [
        ("zk://h1:2181/mesos", ["h1:2181"], nil, "/mesos"),
        ("  zk://h1:1,h2:2,h3:3/a/b/c \n", ["h1:1", "h2:2", "h3:3"], nil, "/a/b/c"),
        ("zk://user:pass@h1:2181/mesos", ["h1:2181"], "user:pass", "/mesos"),
        ("zk://user:p@ss@h1:2181,h2:2181/mesos", ["h1:2181", "h2:2181"], "user:p@ss", "/mesos"),
        ("zk://user:@h1:2181/mesos", ["h1:2181"], "user:", "/mesos"),
        ("zk://user:a:b@h1:2181/mesos", ["h1:2181"], "user:a:b", "/mesos"),
        ("zk://h1/mesos", ["h1:2181"], nil, "/mesos"),
        ("zk://h1:2181/mesos/", ["h1:2181"], nil, "/mesos"),
        ("zk://h1:2181/mesos///", ["h1:2181"], nil, "/mesos"),
        ("zk://[::1]:2182/mesos", ["[::1]:2182"], nil, "/mesos"),
        ("zk://h1:2181/me@sos:1", ["h1:2181"], nil, "/me@sos:1"),
    ])
    func readsParts(text: String, servers: [String], credentials: String?, path: String) throws {
        let url = try ZooKeeperURL(parsing: text)
        #expect(url.servers == servers)
        #expect(url.credentials?.text == credentials)
        #expect(url.credentials?.scheme == (credentials == nil ? nil : "digest"))
        #expect(url.path == path)
    }

    @Test(arguments: [
        "", "zk:/h:1/m", "http://h:1/m", "zk://h:2181", "zk://h:2181/", "zk://h:2181//", "zk:///mesos", "zk://,/mesos",
        "zk://h1:2181,/mesos", "zk://h:0/mesos", "zk://h:65536/mesos", "zk://h:x/mesos", "zk://h:/mesos",
        "zk://h:-1/mesos",
        "zk://@h:1/mesos", "zk://user@h:1/mesos", "zk://:pass@h:1/mesos", "zk://h:1/a//b", "zk://h:1/a/../b",
        "zk://h:1/.", "zk://h 1:1/mesos", "zk://[::1:1/mesos", "zk://h:1/a\u{0}b", "zk://h:1/a\u{7}b", "ZK://h:1/mesos",
        "zk://u:p\u{0}@h:1/m",
    ])
    func refuses(text: String) {
        #expect {
            try ZooKeeperURL(parsing: text)
        } throws: { error in
            let error = error as? ClusterError
            return error?.code == .invalidArgument && error?.field == "zk"
        }
    }

    @Test func theRootPathIsRefusedByName() {
        #expect {
            try ZooKeeperURL(parsing: "zk://h:2181/")
        } throws: { "\($0)".contains("'/' is not supported") }
    }

    @Test func neverTellsThePassword() throws {
        let url = try ZooKeeperURL(parsing: "zk://user:secret@h:1/m")
        #expect(!"\(url)".contains("secret") && !"\(url.credentials, default: "")".contains("secret"))
        for bad in ["zk://user:secret@h:x/m", "zk://user:secret@h:1", "zk://user:secret@h:1//m"] {
            #expect { try ZooKeeperURL(parsing: bad) } throws: { !"\($0)".contains("secret") }
        }
    }

    /// Whatever comes in: no trap, and what is accepted is well formed and reads back the same.
    @Test func survivesMutations() throws {
        var random = SeededRandom(seed: 7)
        let seeds = ["zk://user:pass@h1:2181,h2:2181/mesos/a", "zk://[::1]:1/x", "zk://h/y/", "zk://a:b@c@d:9/z"]
        let alphabet = Array("zk:/@,.[]%ué\u{0}\u{1F600} 0918\n".unicodeScalars)
        for round in 0..<20_000 {
            var scalars = Array(seeds[round % seeds.count].unicodeScalars)
            for _ in 0...random.below(4) {
                let at = random.below(scalars.count)
                switch random.below(3) {
                case 0 where !scalars.isEmpty: scalars.remove(at: at)
                case 1: scalars.insert(alphabet[random.below(alphabet.count)], at: at)
                default: if !scalars.isEmpty { scalars[at] = alphabet[random.below(alphabet.count)] }
                }
            }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            guard let url = try? ZooKeeperURL(parsing: String(text)) else { continue }
            #expect(!url.servers.isEmpty && url.path.hasPrefix("/") && url.path.count > 1 && !url.path.hasSuffix("/"))
            let credentials = url.credentials.map { $0.text + "@" } ?? ""
            #expect(try ZooKeeperURL(parsing: "zk://\(credentials)\(url.connectionString)\(url.path)") == url)
        }
    }
}
