internal import ClusterBase
internal import KubeModel

/// Events and bindings of `v1beta1` and `v1beta2` (spec `kubernetes/08` §8.5).
enum LegacyEvents {
    /// An event: its source is a word, and one time may stand for both.
    static let event: [ShapeRule] = [
        source,
        .move("host", "source.host"),
        ShapeRule(
            toHub: { event in
                guard let timestamp = event["timestamp"] else { return }
                event["timestamp"] = nil
                for key in ["firstTimestamp", "lastTimestamp"] where event.text(key).isEmpty { event[key] = timestamp }
            },
            fromHub: { event in event["timestamp"] = event["lastTimestamp"] }),
        .within("involvedObject", [.alias("id", "name")]),
    ]

    /// The word of an event's source, before `host` joins it.
    private static let source = ShapeRule(
        toHub: { event in
            guard let word = event["source"]?.string else { return }
            let source: JSONObject = ["component": .string(word)]
            event["source"] = .object(source)
        },
        fromHub: { event in
            event["source"] = event["source", "component"]
        })

    /// A binding: a pod's id and a host.
    static let binding: [ShapeRule] = [
        .move("podID", "metadata.name"),
        .move("host", "target.name"),
        ShapeRule(toHub: { binding in
            if binding["target"] != nil { binding["target", "kind"] = "Node" }
        }),
    ]
}
