import Testing

@testable import KubeNode

/// Where redirects lead.
@Suite struct WebAddressTests {
    @Test(arguments: [
        ("/b", "http://h:1/b"), ("b", "http://h:1/x/b"), ("?q=1", "http://h:1/x/?q=1"),
        ("//other/b", "http://other/b"), ("https://h:1/b", "https://h:1/b"),
    ]) func locationsResolve(location: String, url: String) throws {
        let address = try #require(WebAddress("http://h:1/x/a?q#f"))
        #expect(address.resolve(location)?.text == url)
    }

    @Test func onlyHTTPIsFollowed() throws {
        let address = try #require(WebAddress("http://h/"))
        #expect(address.resolve("ftp://h/") == nil)
        #expect(WebAddress("h/path") == nil)
        #expect(WebAddress("http://") == nil)
    }

    @Test(arguments: [
        ("http://h:80/", "h"), ("http://h", "h"), ("http://[::1]:80/", "[::1]"), ("http://[::1]/", "[::1]"),
    ])
    func hostsHaveNoPorts(url: String, host: String) {
        #expect(WebAddress(url)?.host == host)
    }
}
