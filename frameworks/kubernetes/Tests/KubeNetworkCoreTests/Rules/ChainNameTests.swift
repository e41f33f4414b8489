import KubeModel
import Testing

@testable import KubeNetworkCore

@Suite struct ChainNameTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (String(repeating: "a", count: 119), "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb"),
    ])
    func digestsAreThoseOfTheStandard(text: String, digest: String) {
        let bytes = SHA256.digest(text.utf8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        #expect(bytes.joined() == digest)
    }

    /// Names that kube-proxy gives these services on every cluster.
    @Test(arguments: [
        ("default", "kubernetes", "https", TransportProtocol.tcp, "KUBE-SVC-NPX46M4PTMTKRN6Y"),
        ("kube-system", "kube-dns", "dns-tcp", .tcp, "KUBE-SVC-ERIFXISQEP7F7OF4"),
        ("kube-system", "kube-dns", "dns", .udp, "KUBE-SVC-TCOU7JCQXEZGVUNU"),
    ])
    func chainsAreNamedAsEverywhere(
        namespace: String, name: String, port: String, transport: TransportProtocol, chain: String
    ) {
        let port = ServicePortName(ObjectKey(namespace: namespace, name), port: port)
        #expect(ChainName.of("KUBE-SVC-", port, transport).name == chain)
    }

    @Test func namesFitTheKernel() {
        let port = ServiceObjects.name(String(repeating: "a", count: 63), String(repeating: "b", count: 15))
        let endpoint = ServiceObjects.address("255.255.255.255:65535")
        #expect(ChainName.of(endpoint, behind: port, .sctp).name.utf8.count <= 28)
    }
}
