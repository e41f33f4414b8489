internal import ClusterBase
internal import ClusterModel

// Proving to the master who the agent is, before it registers (spec mesos/11 §11.5, mesos/05 §5.1).
extension AgentCore {
    /// Whether the agent has to prove who it is before it may send a registration.
    var mustAuthenticate: Bool { configuration.authenticates && !state.registration.isAuthenticated }

    /// Has the driver prove it; the answer is `authenticationEnded`.
    mutating func authenticate(with master: MasterInfo) {
        let (shortest, longest) = (configuration.authenticationTimeoutMin, configuration.authenticationTimeoutMax)
        let failures = min(state.registration.authenticationFailures, 12)
        let spread = configuration.authenticationBackoffFactor * (2 << failures)
        let bound = max(.zero, min(longest - shortest, spread))
        state.registration.authentications += 1
        state.registration.isAuthenticating = true
        emit(
            .authenticate(
                state.registration.authentications, with: master.pid, timeout: shortest + random.duration(below: bound))
        )
    }

    mutating func authenticationEnded(_ attempt: UInt64, _ result: AuthenticationResult) {
        guard state.phase == .disconnected, state.registration.isAuthenticating,
            attempt == state.registration.authentications
        else { return }
        state.registration.isAuthenticating = false
        switch result {
        case .accepted:
            log("Authenticated with the master")
            (state.registration.isAuthenticated, state.registration.authenticationFailures) = (true, 0)
            state.registration.unanswered = 0
            let delay = random.duration(below: configuration.registrationDelay)
            state.registration.timer = state.timers.set(.register, at: now + delay)
        case .refused: exit("Master refused authentication")
        case .failed(let reason):
            log("Failed to authenticate with the master: \(reason)")
            let failures = min(state.registration.authenticationFailures, 12)
            state.registration.authenticationFailures += 1
            let bound = min(.seconds(60), configuration.authenticationBackoffFactor * (1 << failures))
            let delay = max(min(.milliseconds(50), bound), random.duration(below: bound))
            state.registration.timer = state.timers.set(.register, at: now + delay)
        }
    }
}
