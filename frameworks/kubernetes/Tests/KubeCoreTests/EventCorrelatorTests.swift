import ClusterBase
import KubeCore
import KubeModel
import Testing

@Suite struct EventCorrelatorTests {
    private let pod = object(
        #"""
        {"kind":"Pod","apiVersion":"v1",
         "metadata":{"name":"web","namespace":"default","uid":"u1","resourceVersion":"7"}}
        """#)
    private func note(_ message: String, reason: String = "Failed", about pod: KubeObject? = nil) -> EventNote {
        EventNote(pod ?? self.pod, .warning, reason: reason, message)
    }
    private func time(_ seconds: Int64) -> UnixTime { UnixTime(seconds: seconds) }

    @Test func firstNoteIsAnEvent() {
        var correlator = EventCorrelator(component: "endpoint-controller", host: "h")
        let write = correlator.record(note("no"), now: time(1))
        #expect(write?.patch == nil)
        #expect(
            write?.event.value
                == json(
                    #"""
                    {"apiVersion":"v1","kind":"Event",
                     "metadata":{"name":"web.3b9aca00","namespace":"default"},
                     "involvedObject":{"kind":"Pod","namespace":"default","name":"web","uid":"u1","apiVersion":"v1",
                                       "resourceVersion":"7"},
                     "reason":"Failed","message":"no","source":{"component":"endpoint-controller","host":"h"},
                     "firstTimestamp":"1970-01-01T00:00:01Z","lastTimestamp":"1970-01-01T00:00:01Z","count":1,
                     "type":"Warning"}
                    """#))
    }

    @Test func repetitionIsCounted() {
        var correlator = EventCorrelator(component: "c")
        let first = correlator.record(note("no"), now: time(1))
        let second = correlator.record(note("no"), now: time(5))
        #expect(second?.event.name == first?.event.name)
        #expect(second?.event.integer("count") == 2)
        #expect(second?.event.text("firstTimestamp") == "1970-01-01T00:00:01Z")
        #expect(
            second?.patch == json(#"{"count":2,"lastTimestamp":"1970-01-01T00:00:05Z","message":"no"}"#))
    }

    @Test func otherReasonsAndObjectsAreOtherEvents() {
        var correlator = EventCorrelator(component: "c")
        var other = pod
        other.uid = "u2"
        let names = [note("no"), note("no", reason: "Killing"), note("no", about: other)].compactMap {
            correlator.record($0, now: time(1))?.event.name
        }
        #expect(Set(names).count == 3)
    }

    @Test func tenthSimilarMessageIsCombined() {
        var correlator = EventCorrelator(component: "c")
        var writes = (1...12).compactMap { correlator.record(note("no \($0)"), now: time(1)) }
        #expect(writes.count == 12)
        #expect(writes[8].event.text("message") == "no 9")
        #expect(writes[9].event.text("message") == "(combined from similar events): no 10")
        #expect(writes[9].patch == nil)
        #expect(writes[10].event.name == writes[9].event.name)
        #expect(writes[11].patch?["message"] == "(combined from similar events): no 12")
        #expect(writes[11].event.integer("count") == 3)
        // After ten quiet minutes it begins anew.
        writes = [correlator.record(note("no 13"), now: time(700))].compactMap { $0 }
        #expect(writes.first?.event.text("message") == "no 13")
    }

    @Test func floodAboutOneObjectIsCutOff() {
        var correlator = EventCorrelator(component: "c")
        var other = pod
        other.uid = "u2"
        let written = (0..<40).compactMap { _ in correlator.record(note("no"), now: time(1)) }
        #expect(written.count == 25)
        #expect(correlator.record(note("no", about: other), now: time(1)) != nil)
        #expect(correlator.record(note("no"), now: time(200)) == nil)
        // One more every five minutes; what was dropped is counted.
        #expect(correlator.record(note("no"), now: time(302))?.event.integer("count") == 42)
    }

    @Test func eventsAboutTheClusterLieInDefault() {
        var correlator = EventCorrelator(component: "c")
        let node = object(#"{"kind":"Node","apiVersion":"v1","metadata":{"name":"n1","uid":"u9"}}"#)
        let write = correlator.record(EventNote(node, .normal, reason: "Starting", "hello"), now: time(1))
        #expect(write?.event.namespace == "default")
        #expect(write?.event["involvedObject", "namespace"] == nil)
    }

    @Test func longMessagesAreCutBetweenCharacters() {
        var correlator = EventCorrelator(component: "c")
        let write = correlator.record(note(String(repeating: "ö", count: 600)), now: time(1))
        let message = write?.event.text("message") ?? ""
        #expect(message.utf8.count <= 1_024)
        #expect(message.hasSuffix("ö..."))
    }
}
