import KubeModel
import Testing

@testable import KubeNetworkCore

/// What is written when something changes: the chains it touches, and no others.
@Suite struct RuleProgramTests {
    private let name = ServiceObjects.name("web")
    private let frame = RuleFrame(
        jumps: [RuleJump(.nat, "PREROUTING", to: "KUBE-SERVICES", match: "-m comment --comment \"portals\"")],
        chains: [
            RuleFrame.Chain(.filter, "KUBE-SERVICES"),
            RuleFrame.Chain(.nat, "KUBE-SERVICES", head: ["-j FIRST"], tail: ["-j LAST"]),
        ], servicePrefixes: ["KUBE-SVC-", "KUBE-SEP-"])

    private func rules(_ shared: [String] = [], _ own: [(String, [String])] = []) -> ServiceRules {
        var rules = ServiceRules()
        for rule in shared { rules.add(ChainName(.nat, "KUBE-SERVICES"), rule) }
        rules.own = own.map { RuleChain(ChainName(.nat, $0.0), $0.1) }
        return rules
    }

    private func listing(_ prerouting: String, nat: [String] = []) -> RuleListing {
        var listing = RuleListing()
        listing.add(ChainName(.nat, "PREROUTING"), listing: prerouting)
        listing.add(.nat, saved: "# comment\n*nat\n" + nat.map { ":\($0) - [5:300]\n" }.joined() + "COMMIT\n")
        return listing
    }

    @Test func nothingNewMeansNothingWritten() {
        var program = RuleProgram(frame)
        program.set(rules(["-j A"], [("KUBE-SVC-A", ["-j B"])]), for: name)
        #expect(!program.changes().isEmpty)
        program.set(rules(["-j A"], [("KUBE-SVC-A", ["-j B"])]), for: name)
        #expect(program.changes().isEmpty)
        #expect(program.changes().text == "")
    }

    @Test func aNewPortTouchesItsChainsAndTheSharedOnes() {
        var program = RuleProgram(frame)
        program.set(rules(["-j Z"]), for: ServiceObjects.name("zoo"))
        _ = program.changes()
        program.set(rules(["-j A"], [("KUBE-SVC-A", ["-j B", "-j C"])]), for: name)
        let update = program.changes()
        #expect(
            update.text == """
                *nat
                :KUBE-SERVICES - [0:0]
                :KUBE-SVC-A - [0:0]
                -A KUBE-SERVICES -j FIRST
                -A KUBE-SERVICES -j A
                -A KUBE-SERVICES -j Z
                -A KUBE-SERVICES -j LAST
                -A KUBE-SVC-A -j B
                -A KUBE-SVC-A -j C
                COMMIT

                """)
        #expect((update.writtenChains, update.removedChains) == (2, 0))
    }

    @Test func anEndpointMoreAndOneLessTouchTheirChainsOnly() {
        var program = RuleProgram(frame)
        let before = [("KUBE-SVC-A", ["-j KUBE-SEP-1"]), ("KUBE-SEP-1", ["-j X"]), ("KUBE-SEP-2", ["-j Y"])]
        program.set(rules(["-j A"], before), for: name)
        program.set(rules(["-j Q"], [("KUBE-SVC-Q", ["-j Q"])]), for: ServiceObjects.name("quiet"))
        _ = program.changes()
        let after = [("KUBE-SVC-A", ["-j KUBE-SEP-3"]), ("KUBE-SEP-2", ["-j Y"]), ("KUBE-SEP-3", ["-j Z"])]
        program.set(rules(["-j A"], after), for: name)
        #expect(
            program.changes().text == """
                *nat
                :KUBE-SEP-1 - [0:0]
                :KUBE-SEP-3 - [0:0]
                :KUBE-SVC-A - [0:0]
                -A KUBE-SEP-3 -j Z
                -A KUBE-SVC-A -j KUBE-SEP-3
                -X KUBE-SEP-1
                COMMIT

                """)
    }

    @Test func aPortThatGoesTakesItsChainsAlong() {
        var program = RuleProgram(frame)
        program.set(rules(["-j A"], [("KUBE-SVC-A", ["-j B"])]), for: name)
        _ = program.changes()
        program.set(nil, for: name)
        let update = program.changes()
        #expect(
            update.text == """
                *nat
                :KUBE-SERVICES - [0:0]
                :KUBE-SVC-A - [0:0]
                -A KUBE-SERVICES -j FIRST
                -A KUBE-SERVICES -j LAST
                -X KUBE-SVC-A
                COMMIT

                """)
        #expect(program.chainCount == 2)
    }

    @Test func everythingTakesStaleChainsAway() {
        var program = RuleProgram(frame)
        program.set(rules([], [("KUBE-SVC-A", ["-j B"])]), for: name)
        let present = "-P PREROUTING ACCEPT\n-A PREROUTING -m comment --comment portals -j KUBE-SERVICES\n"
        let nat = ["PREROUTING", "DOCKER", "KUBE-OTHER", "KUBE-SEP-OLD", "KUBE-SERVICES", "KUBE-SVC-A", "KUBE-SVC-OLD"]
        #expect(
            program.everything(listing: listing(present, nat: nat)).text == """
                *filter
                :KUBE-SERVICES - [0:0]
                COMMIT
                *nat
                :KUBE-SERVICES - [0:0]
                :KUBE-SVC-A - [0:0]
                :KUBE-SEP-OLD - [0:0]
                :KUBE-SVC-OLD - [0:0]
                -A KUBE-SERVICES -j FIRST
                -A KUBE-SERVICES -j LAST
                -A KUBE-SVC-A -j B
                -X KUBE-SEP-OLD
                -X KUBE-SVC-OLD
                COMMIT

                """)
        #expect(program.changes().isEmpty)
    }

    @Test func chainsGoneSinceAFailureAreTakenAwayWithEverything() {
        var program = RuleProgram(frame)
        program.set(rules([], [("KUBE-SVC-A", ["-j B"])]), for: name)
        _ = program.changes()
        program.set(nil, for: name)
        #expect(program.everything(listing: RuleListing()).text.contains("-X KUBE-SVC-A\n"))
    }

    @Test func jumpsAreWrittenWhereTheyAreMissing() {
        var program = RuleProgram(frame)
        let text = program.everything(listing: listing("-P PREROUTING ACCEPT\n-A PREROUTING -j DOCKER\n")).text
        #expect(text.contains("\n-I PREROUTING -m comment --comment \"portals\" -j KUBE-SERVICES\nCOMMIT\n"))
        let other = listing("-A PREROUTING -m comment --comment portals -j KUBE-SERVICES-OTHER\n")
        #expect(!frame.isInPlace(other))
    }

    @Test func aJumpBehindMasqueradingIsMoved() {
        let jump = RuleJump(.nat, "POSTROUTING", to: "KUBE-POD", match: "", place: .beforeMasquerading)
        let docker = "-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE"
        let ours = "-A POSTROUTING -j KUBE-POD"
        #expect(jump.state(in: ["-P POSTROUTING ACCEPT", ours, docker]) == .present)
        #expect(jump.state(in: [docker, ours]) == .misplaced)
        #expect(jump.state(in: [docker]) == .absent)
        var listing = RuleListing()
        listing.add(ChainName(.nat, "POSTROUTING"), listing: docker + "\n" + ours)
        var program = RuleProgram(RuleFrame(jumps: [jump], chains: [RuleFrame.Chain(.nat, "KUBE-POD")]))
        #expect(
            program.everything(listing: listing).text
                == "*nat\n:KUBE-POD - [0:0]\n-D POSTROUTING -j KUBE-POD\n-I POSTROUTING -j KUBE-POD\nCOMMIT\n")
    }

    @Test func removalTouchesOnlyWhatIsOurs() {
        let present = "-A PREROUTING -m comment --comment portals -j KUBE-SERVICES\n-A PREROUTING -j DOCKER\n"
        let nat = ["PREROUTING", "DOCKER", "KUBE-OTHER", "KUBE-SERVICES", "KUBE-SVC-A"]
        #expect(
            frame.removal(listing: listing(present, nat: nat)).text == """
                *nat
                :KUBE-SERVICES - [0:0]
                :KUBE-SVC-A - [0:0]
                -D PREROUTING -m comment --comment "portals" -j KUBE-SERVICES
                -X KUBE-SERVICES
                -X KUBE-SVC-A
                COMMIT

                """)
        #expect(frame.removal(listing: RuleListing()).isEmpty)
    }
}
