internal import KubeModel
internal import KubeletCore

extension PodContext {
    /// What a pod may be told about itself.
    func facts(for pod: KubeObject) -> PodFacts {
        let address = pod.flag("spec", "hostNetwork") ? hostAddress : podAddress
        return PodFacts(
            nodeName: nodeName, hostAddress: hostAddress, podAddresses: address.isEmpty ? [] : [address],
            allocatableCPU: allocatableCPU, allocatableMemory: allocatableMemory)
    }
}
