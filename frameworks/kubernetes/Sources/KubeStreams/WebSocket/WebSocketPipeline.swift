internal import NIOCore
internal import NIOWebSocket

/// The handlers of a WebSocket on a connection that was taken over.
enum WebSocketPipeline {
    /// Adds framing and a session; on the event loop.
    static func install(_ session: WebSocketSession, on channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandlers([
            WebSocketFrameEncoder(),
            ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: WebSocketSession.messageLimit)),
            WebSocketProtocolErrorHandler(),
            NIOWebSocketFrameAggregator(
                minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 4_096,
                maxAccumulatedFrameSize: WebSocketSession.messageLimit),
            session,
        ])
    }
}
