import ClusterBase
import KubeModel
import KubeletCore
import Testing

/// Names of images, and when they are pulled (spec `kubernetes/04` §4.9).
struct ImageTests {
    static let digest = "sha256:" + String(repeating: "a", count: 64)

    @Test(arguments: [
        ("busybox", "busybox:latest", "docker.io", "library/busybox"),
        ("busybox:1.36", "busybox:1.36", "docker.io", "library/busybox"),
        ("team/app", "team/app:latest", "docker.io", "team/app"),
        ("reg.example:5000/app", "reg.example:5000/app:latest", "reg.example:5000", "app"),
        ("localhost/app:v1", "localhost/app:v1", "localhost", "app"),
        ("busybox@\(digest)", "busybox@\(digest)", "docker.io", "library/busybox"),
        ("r.io/a/b:1@\(digest)", "r.io/a/b:1@\(digest)", "r.io", "a/b"),
    ])
    func namesAreCompleted(_ text: String, _ full: String, _ registry: String, _ repository: String) {
        let image = ImageReference(text)
        #expect(image?.description == full)
        #expect(image?.registry == registry)
        #expect(image?.repository == repository)
    }

    @Test(arguments: ["", "Busybox", "busybox:", "a//b", "busybox:-x", "busybox@sha256:12", "-a", "a b", "reg.io/"])
    func badNamesAreRefused(_ text: String) { #expect(ImageReference(text) == nil) }

    @Test(
        arguments: [
            ("busybox", nil, ContainerView.PullPolicy.always), ("busybox:latest", nil, .always),
            ("busybox:1", nil, .ifNotPresent), ("busybox@\(digest)", nil, .ifNotPresent), ("busybox", "Never", .never),
            ("busybox:1", "Always", .always),
        ] as [(String, String?, ContainerView.PullPolicy)])
    func policiesHaveDefaults(_ image: String, _ policy: String?, _ expected: ContainerView.PullPolicy) {
        var spec = KubeObject(["name": "c", "image": .string(image)])
        spec["imagePullPolicy"] = policy.map { .string($0) }
        #expect(ContainerView(spec, isInit: false).pullPolicy == expected)
    }

    @Test(arguments: [
        ("Always", true, "pull"), ("Always", false, "pull"), ("IfNotPresent", true, "use"),
        ("IfNotPresent", false, "pull"), ("Never", true, "use"), ("Never", false, "ErrImageNeverPull"),
    ])
    func policiesDecide(_ policy: String, _ isPresent: Bool, _ expected: String) {
        var bench = NodeBench(pod { $0.editContainer { $0["imagePullPolicy"] = .string(policy) } })
        bench.sync.observe(nil)
        guard let container = bench.sync.view.container("c") else { return }
        let start = ContainerStart(container, attempt: 0, sandboxID: "s", podAddress: "")
        let word =
            switch bench.sync.decideImage(for: start, isPresent: isPresent, now: bench.now) {
            case .use(let image): image == "busybox:latest" ? "use" : image
            case .pull(let image): image == "busybox:latest" ? "pull" : image
            case .refused(let failure): failure.reason.rawValue
            }
        #expect(word == expected)
    }

    @Test func anImageThatMustNotBePulledIsToldMissing() {
        var bench = NodeBench(
            pod {
                $0.editContainer {
                    $0["image"] = "missing"
                    $0["imagePullPolicy"] = "Never"
                }
            })
        bench.settle()
        let words = "Container image \"missing\" is not present with pull policy of Never"
        #expect(bench.reason("c") == "ErrImageNeverPull")
        #expect(bench.container("c").text("state", "waiting", "message") == words)
        #expect(bench.events == ["ErrImageNeverPull \(words)", "Failed Error: ErrImageNeverPull"])
    }

    @Test func aNameThatIsNoneIsTold() {
        var bench = NodeBench(pod { $0.editContainer { $0["image"] = "No Image" } })
        bench.settle()
        let words =
            "Failed to apply default image tag \"No Image\": couldn't parse image reference \"No Image\": "
            + "invalid reference format"
        #expect(bench.reason("c") == "InvalidImageName")
        #expect(bench.container("c").text("state", "waiting", "message") == words)
        #expect(bench.events == ["InspectFailed \(words)", "Failed Error: InvalidImageName"])
    }
}
