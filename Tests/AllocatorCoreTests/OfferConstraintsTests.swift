import ClusterBase
import ClusterModel
import ResourceModel
import Testing

@testable import AllocatorCore

/// Spec `mesos/02` §2.8.
@Suite struct OfferConstraintsTests {
    private static let agent = AgentProfile(
        hostname: "host-1.example", total: [.scalar("cpus", 4), .scalar("mem", 1_024)], region: "west", zone: "a",
        attributes: [
            Attribute(name: "rack", value: .text("r1")), Attribute(name: "rack", value: .text("r2")),
            Attribute(name: "speed", value: .scalar(3)),
        ])

    private func filter(_ groups: [[AttributeConstraint]]) throws -> OfferConstraintsFilter {
        try OfferConstraintsFilter(OfferConstraints(roles: [.init(role: "r", groups: groups)]))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let constraint: AttributeConstraint
        let holds: Bool

        init(_ selector: AttributeConstraint.Selector, _ predicate: AttributeConstraint.Predicate, _ holds: Bool) {
            (constraint, self.holds) = (AttributeConstraint(selector, predicate), holds)
            testDescription = "\(selector) \(predicate)"
        }
    }

    static let cases: [Case] = [
        // Present text, of which the first of the name counts.
        Case(.attribute("rack"), .exists, true), Case(.attribute("rack"), .notExists, false),
        Case(.attribute("rack"), .textEquals("r1"), true), Case(.attribute("rack"), .textEquals("r2"), false),
        Case(.attribute("rack"), .textNotEquals("r1"), false), Case(.attribute("rack"), .textNotEquals("r2"), true),
        Case(.attribute("rack"), .textMatches("r[0-9]"), true), Case(.attribute("rack"), .textMatches("r"), false),
        Case(.attribute("rack"), .textNotMatches("r[0-9]"), false),
        Case(.attribute("rack"), .textNotMatches("r"), true),
        // Not there.
        Case(.attribute("row"), .exists, false), Case(.attribute("row"), .notExists, true),
        Case(.attribute("row"), .textEquals(""), false), Case(.attribute("row"), .textNotEquals(""), true),
        Case(.attribute("row"), .textMatches(".*"), false), Case(.attribute("row"), .textNotMatches(".*"), true),
        // Not text: left to the framework.
        Case(.attribute("speed"), .exists, true), Case(.attribute("speed"), .notExists, false),
        Case(.attribute("speed"), .textEquals("4"), true), Case(.attribute("speed"), .textNotEquals("3"), true),
        Case(.attribute("speed"), .textMatches("x"), true), Case(.attribute("speed"), .textNotMatches(".*"), true),
        // What every agent has.
        Case(.hostname, .textEquals("host-1.example"), true), Case(.hostname, .textMatches("host-.*"), true),
        Case(.region, .textEquals("west"), true), Case(.region, .textEquals("east"), false),
        Case(.zone, .textMatches("[ab]"), true), Case(.zone, .notExists, false),
    ]

    @Test(arguments: cases) func predicates(_ one: Case) throws {
        let filter = try filter([[one.constraint]])
        #expect(filter.excludes(Self.agent, role: "r") == !one.holds)
    }

    @Test func agentsWithoutDomainHaveNoRegionAndZone() throws {
        let profile = AgentProfile(hostname: "h", total: [])
        #expect(try filter([[AttributeConstraint(.region, .exists)]]).excludes(profile, role: "r"))
        #expect(try !filter([[AttributeConstraint(.zone, .textNotEquals("a"))]]).excludes(profile, role: "r"))
    }

    @Test func allOfAGroupAndAnyGroup() throws {
        let (yes, no) = (
            AttributeConstraint(.attribute("rack"), .exists), AttributeConstraint(.attribute("row"), .exists)
        )
        #expect(try !filter([[yes, yes]]).excludes(Self.agent, role: "r"))
        #expect(try filter([[yes, no]]).excludes(Self.agent, role: "r"))
        #expect(try !filter([[no], [yes]]).excludes(Self.agent, role: "r"))
        #expect(try filter([[no], [yes, no]]).excludes(Self.agent, role: "r"))
        #expect(try !filter([[no]]).excludes(Self.agent, role: "another"))
        #expect(try !OfferConstraintsFilter(OfferConstraints()).excludes(Self.agent, role: "r"))
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let roles: [OfferConstraints.Role]
        let field: String
    }

    static let bad: [Bad] = [
        Bad(
            testDescription: "no groups", roles: [.init(role: "r", groups: [])],
            field: "offer_constraints.role_constraints[r]"),
        Bad(
            testDescription: "empty group",
            roles: [.init(role: "r", groups: [[AttributeConstraint(.hostname, .exists)], []])],
            field: "offer_constraints.role_constraints[r].groups[1]"),
        Bad(
            testDescription: "selector",
            roles: [.init(role: "r", groups: [[AttributeConstraint(.unknown, .exists)]])],
            field: "offer_constraints.role_constraints[r].groups[0].attribute_constraints[0]"),
        Bad(
            testDescription: "predicate",
            roles: [.init(role: "r", groups: [[AttributeConstraint(.hostname, .unknown)]])],
            field: "offer_constraints.role_constraints[r].groups[0].attribute_constraints[0]"),
        Bad(
            testDescription: "pattern",
            roles: [.init(role: "r", groups: [[AttributeConstraint(.hostname, .textMatches("a("))]])],
            field: "offer_constraints.role_constraints[r].groups[0].attribute_constraints[0]"),
        Bad(
            testDescription: "negated pattern",
            roles: [.init(role: "r", groups: [[AttributeConstraint(.hostname, .textNotMatches("[z-a]"))]])],
            field: "offer_constraints.role_constraints[r].groups[0].attribute_constraints[0]"),
        Bad(
            testDescription: "large pattern",
            roles: [.init(role: "r", groups: [[AttributeConstraint(.hostname, .textMatches("a{101}"))]])],
            field: "offer_constraints.role_constraints[r].groups[0].attribute_constraints[0]"),
    ]

    @Test(arguments: bad) func badConstraintsAreRefusedByName(_ one: Bad) {
        let error = #expect(throws: ClusterError.self) {
            try OfferConstraintsFilter(OfferConstraints(roles: one.roles))
        }
        #expect(error?.field == one.field)
    }

    @Test func offersFollowConstraintsAndTheirChange() throws {
        var bench = AllocatorTests.Bench()
        bench.framework("f", roles: ["r"])
        bench.allocator.setAgent("one", Self.agent, isActive: true)
        let elsewhere = try filter([[AttributeConstraint(.attribute("rack"), .textEquals("r9"))]])
        bench.allocator.setOfferConstraints("f", elsewhere)
        #expect(bench.run() == [])
        #expect(bench.run() == [], "the answer is remembered")
        // The agent's attributes change; then the constraints do.
        var moved = Self.agent
        moved.attributes = [Attribute(name: "rack", value: .text("r9"))]
        bench.allocator.setAgent("one", moved, isActive: true)
        let got = bench.allocations()
        #expect(got.count == 1)
        bench.allocator.setOfferConstraints("f", try filter([[AttributeConstraint(.attribute("rack"), .notExists)]]))
        bench.decline(got, for: nil)
        #expect(bench.run() == [])
        bench.allocator.setOfferConstraints("f", nil)
        #expect(bench.run() == ["f one r"])
    }
}
