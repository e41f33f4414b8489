import KubeStreams
import Testing

@Suite struct WebSocketKeyTests {
    /// The example of RFC 6455 §1.3.
    @Test func acceptsAsTheStandardSays() {
        #expect(WebSocketKey.accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }
}
