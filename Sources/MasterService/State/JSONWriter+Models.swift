internal import ClusterBase
internal import ClusterModel
internal import MesosProtocol
internal import ResourceModel

/// Model values in the shapes of the v0 JSON endpoints (spec `mesos/08` §8.2), written without trees.
extension JSONWriter {
    mutating func bool(_ value: Bool) { value ? raw("true") : raw("false") }

    /// Whole numbers without a fraction, as upstream writes them.
    mutating func number(_ value: Double) {
        if let whole = Int64(exactly: value) { integer(whole) } else { double(value) }
    }

    mutating func number(_ amount: Scalar) {
        let (whole, rest) = amount.thousandths.quotientAndRemainder(dividingBy: 1_000)
        guard amount.thousandths >= 0, whole < 1 << 40 else { return number(amount.value) }
        integer(whole)
        guard rest > 0 else { return }
        raw(".")
        integer(rest / 100)
        if rest % 100 > 0 { integer(rest / 10 % 10) }
        if rest % 10 > 0 { integer(rest % 10) }
    }

    mutating func time(_ instant: Instant) { double(instant.seconds) }

    /// A list with commas.
    mutating func array<Element>(_ elements: some Sequence<Element>, _ write: (inout JSONWriter, Element) -> Void) {
        raw("[")
        var isFirst = true
        for element in elements {
            if !isFirst { raw(",") }
            isFirst = false
            write(&self, element)
        }
        raw("]")
    }

    mutating func strings(_ values: some Sequence<String>) { array(values) { $0.string($1) } }

    /// A model value as the generic mapping shows it (spec `mesos.md` §B).
    mutating func model(_ value: some WireModel) { raw(value.encoded(as: .json)) }

    mutating func models(_ values: some Sequence<some WireModel>) { array(values) { $0.model($1) } }

    mutating func labels(_ labels: [Label]) {
        array(labels) { writer, label in
            writer.raw("{\"key\":")
            writer.string(label.key)
            if let value = label.value {
                writer.raw(",\"value\":")
                writer.string(value)
            }
            writer.raw("}")
        }
    }

    mutating func domain(_ domain: FaultDomain) {
        raw("{\"fault_domain\":{\"region\":{\"name\":")
        string(domain.region)
        raw("},\"zone\":{\"name\":")
        string(domain.zone)
        raw("}}}")
    }

    mutating func attributes(_ attributes: [Attribute]) { value(ModelJSON.attributes(attributes)) }

    /// `{cpus, gpus, mem, disk, …}` with revocable amounts apart, ranges and sets as text.
    mutating func resources(_ resources: some Sequence<Resource>) {
        var plain = PlainResources()
        for resource in resources where !plain.add(resource) { return value(ModelJSON.resources(resources)) }
        self.resources(plain)
    }

    mutating func resources(_ plain: PlainResources) {
        raw("{\"cpus\":")
        number(plain.cpus)
        raw(",\"gpus\":")
        number(plain.gpus)
        raw(",\"mem\":")
        number(plain.memory)
        raw(",\"disk\":")
        number(plain.disk)
        raw("}")
    }

    /// Resources by the role they are reserved for.
    mutating func reserved(_ resources: Resources) {
        if resources.contains(where: \.isReserved) { value(ModelJSON.reserved(resources)) } else { raw("{}") }
    }
}

/// Sums of the four usual scalars.
struct PlainResources {
    var cpus = Scalar.zero
    var gpus = Scalar.zero
    var memory = Scalar.zero
    var disk = Scalar.zero

    /// Adds one; false when it is none of the four, or revocable.
    mutating func add(_ resource: Resource) -> Bool {
        guard case .scalar(let amount) = resource.value, !resource.isRevocable else { return false }
        switch resource.name {
        case "cpus": cpus = cpus + amount
        case "mem": memory = memory + amount
        case "disk": disk = disk + amount
        case "gpus": gpus = gpus + amount
        default: return false
        }
        return true
    }
}
