internal import NIOCore
internal import NIOWebSocket

/// The handlers of a WebSocket on a connection that was taken over.
enum WebSocketPipeline {
    /// Adds framing and a session; on the event loop.
    static func install(_ session: WebSocketSession, on channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        // A peer that has pings answered and does not read the answers is not read either.
        try pipeline.addHandlers([
            BackPressureHandler(), WebSocketFrameEncoder(),
            ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: WebSocketSession.messageLimit)),
            WebSocketProtocolErrorHandler(),
            NIOWebSocketFrameAggregator(
                minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 4_096,
                maxAccumulatedFrameSize: WebSocketSession.messageLimit),
            session,
        ])
    }
}
