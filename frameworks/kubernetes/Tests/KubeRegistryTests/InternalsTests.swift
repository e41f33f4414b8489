internal import ClusterBase
internal import KubeKinds
internal import KubeModel
internal import KubeStore
internal import Testing

@testable internal import KubeRegistry

@Suite struct InternalsTests {
    @Test(arguments: [
        ContinueToken(revision: 7, last: "default/web"), ContinueToken(revision: nil, last: "ö/😀"),
        ContinueToken(revision: .max, last: "a"),
    ])
    func continueTokensAreReadBack(_ token: ContinueToken) throws {
        #expect(try ContinueToken(parsing: token.text) == token)
        #expect(token.text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
    }

    @Test(arguments: ["", "x", "e30", "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MCwic3RhcnQiOiJhXHUwMDAwIn0", "%%%"])
    func otherTokensAreRefused(_ text: String) {
        #expect(throws: APIError.self) { try ContinueToken(parsing: text) }
    }

    private static let kind = StoredKind(Widget.row)

    private func event(_ revision: Int64, bytes: Int = 1) throws -> HubEvent {
        let event = StoreEvent(
            key: "/registry/example.org/widgets/default/w\(revision)", value: Array(repeating: 32, count: bytes),
            previous: nil, revision: revision)
        return try #require(HubEvent(event, of: Self.kind))
    }

    @Test func theRingForgetsTheOldestByCountAndBytes() throws {
        var ring = EventRing(after: 10, countLimit: 200, bytesLimit: 1_000)
        #expect(ring.sequence(after: 9) == nil)
        #expect(ring.sequence(after: 10) == 0)
        for revision in 11...510 { try ring.append(event(Int64(revision))) }
        #expect(ring.floor == 310 && ring.sequence(after: 309) == nil)
        let sequence = try #require(ring.sequence(after: 400))
        #expect(ring.events(from: sequence)?.map(\.revision) == (401...510).map { Int64($0) })
        #expect(ring.events(from: ring.endSequence)?.isEmpty == true)
        #expect(ring.events(from: 3) == nil)
        try ring.append(event(511, bytes: 900))
        #expect(ring.floor == 410, "bytes are bounded too")
        try ring.append(event(512, bytes: 5_000))
        #expect(ring.floor == 511, "the newest always stays")
        #expect(ring.sequence(after: 600) == ring.endSequence)
    }

    @Test func theIndexTouchesOnlyThoseConcerned() throws {
        var index = WatcherIndex()
        func watcher(_ namespace: String, _ fields: String) throws -> Watcher {
            let entry = KindTable([Widget.row]).entry(plural: "widgets", in: Widget.v1)
            let target = ResourceTarget(ServedKind(Self.kind, try #require(entry)), namespace: namespace)
            let selection = try Selection(target, labelSelector: "", fieldSelector: fields)
            return Watcher(Self.kind, selection, allowsBookmarks: false) { _ in }
        }
        let all = try watcher("", "")
        let here = try watcher("default", "")
        let one = try watcher("default", "metadata.name=w1")
        let red = try watcher("", "spec.color=red")
        let others = try [watcher("other", ""), watcher("default", "metadata.name=w2"), watcher("", "spec.color=blue")]
        for watcher in [all, here, one, red] + others { index.insert(watcher) }
        let bytes = StoredForm.bytes(of: Widget.make("w1", color: "red"))
        let change = StoreEvent(
            key: "/registry/example.org/widgets/default/w1", value: bytes, previous: nil, revision: 5)
        let touched = index.watchers(of: try #require(HubEvent(change, of: Self.kind)))
        #expect(Set(touched.map { ObjectIdentifier($0) }) == Set([all, here, one, red].map { ObjectIdentifier($0) }))
        for watcher in [all, here, one, red] + others { index.remove(watcher) }
        #expect(index.isEmpty)
    }

    @Test func claimsFollowTheNewestReport() {
        let ledger = ClaimLedger()
        ledger.note("/claims/serviceips/a", isHeld: true, revision: 5)
        ledger.note("/claims/serviceips/a", isHeld: false, revision: 4)
        #expect(ledger.isHeld("/claims/serviceips/a"), "a late report of an older state")
        ledger.note([.delete(key: "/claims/serviceips/a")], revision: 6)
        #expect(!ledger.isHeld("/claims/serviceips/a"))
        ledger.note("/registry/pods/a", isHeld: true, revision: 7)
        #expect(!ledger.isHeld("/registry/pods/a"), "only claims are kept")
    }
}
