internal import ClusterBase
internal import Glibc

/// What the kernel and the distribution say of this machine (`status.nodeInfo`).
struct MachineFacts: Hashable, Sendable {
    /// The version of the reference whose behaviour the kubelet has.
    static let kubeletVersion = "v1.20.2+roost"

    var machineID = ""
    var systemUUID = ""
    var bootID = ""
    var kernelVersion = ""
    var osImage = ""
    var architecture = ""
    /// Logical processors.
    var processors = 1
    /// Memory in bytes.
    var memoryBytes: Int64 = 0

    /// Reads them once.
    static func read() -> MachineFacts {
        var facts = MachineFacts()
        facts.machineID = line("/etc/machine-id")
        facts.bootID = line("/proc/sys/kernel/random/boot_id")
        let product = line("/sys/class/dmi/id/product_uuid")
        facts.systemUUID = product.isEmpty ? facts.machineID : product.lowercased()
        facts.osImage = release("PRETTY_NAME") ?? "Linux"
        var name = utsname()
        if uname(&name) == 0 {
            facts.kernelVersion = withUnsafeBytes(of: &name.release) { text($0) }
            let machine = withUnsafeBytes(of: &name.machine) { text($0) }
            facts.architecture = ["x86_64": "amd64", "aarch64": "arm64"][machine] ?? machine
        }
        facts.processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        facts.memoryBytes = Int64(sysconf(Int32(_SC_PHYS_PAGES))) * Int64(sysconf(Int32(_SC_PAGESIZE)))
        return facts
    }

    private static func line(_ path: String) -> String {
        let text = NodeFiles.text(path) ?? ""
        return String(text.prefix { $0 != "\n" })
    }

    private static func release(_ key: String) -> String? {
        for line in (NodeFiles.text("/etc/os-release") ?? "").split(separator: "\n") where line.hasPrefix(key + "=") {
            return String(line.dropFirst(key.count + 1)).filter { $0 != "\"" }
        }
        return nil
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
