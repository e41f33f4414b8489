internal import ClusterBase
internal import FrameworkSDK
internal import Testing

struct MasterLocationTests {
    @Test(arguments: [
        ("10.0.0.1:5050", ["http://10.0.0.1:5050"]), ("master", ["http://master:5050"]),
        ("a:1,b:2, c", ["http://a:1", "http://b:2", "http://c:5050"]), ("http://m:80/", ["http://m:80"]),
        ("https://m:5443", ["https://m:5443"]), ("[::1]:5050", ["http://[::1]:5050"]),
    ])
    func readsAddresses(_ text: String, _ urls: [String]) throws {
        #expect(try MasterLocation.parse(text) == MasterLocation(.masters(urls)))
    }

    @Test func readsZooKeeperPlacesAndHidesPasswords() throws {
        let location = try MasterLocation.discover("zk://user:secret@h1:2181,h2:2181/mesos")
        #expect(location.source == .zooKeeper("zk://user:secret@h1:2181,h2:2181/mesos"))
        #expect(!location.description.contains("secret"))
        #expect(location.description.contains("h1:2181,h2:2181/mesos"))
    }

    @Test func leavesFilesToDetection() throws {
        #expect(try MasterLocation.parse("file:///etc/mesos/zk").source == .zooKeeper("file:///etc/mesos/zk"))
    }

    @Test(arguments: [
        "", "a:", "a:0", "a:99999", "a,,b", "ftp://a", "http://a/path", ":5050", "zk://h:2181", "zk://h:2181/",
    ])
    func refusesWhatIsNoPlace(_ text: String) {
        let error = #expect(throws: ClusterError.self) { try MasterLocation.parse(text) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.field == "master")
    }
}
