extension KubeSchemas {
    /// Nodes.
    static let nodes = #"""
        type core.v1.Node kind=v1 | A machine that runs pods.
          metadata meta.v1.ObjectMeta | Name, labels, annotations and the server's notes.
          spec core.v1.NodeSpec | How the cluster should treat the node.
          status core.v1.NodeStatus | What the node reports of itself.

        type core.v1.NodeSpec | How the cluster should treat a node.
          podCIDR string | The addresses of its pods.
          podCIDRs [string] merge list=set | The addresses of its pods, one range for each family.
          providerID string | The machine's id with its provider.
          unschedulable bool | Whether new pods stay away.
          taints [core.v1.Taint] list=atomic | What keeps pods away that do not tolerate it.
          configSource core.v1.NodeConfigSource? | No longer used.
          externalID string | No longer used.
          podPreemptionPolicy core.v1.NodePodPreemptionPolicy? | What the node may do to make room.

        type core.v1.NodeStatus | What a node reports of itself.
          capacity {Quantity} | The resources it has.
          allocatable {Quantity} | The resources pods may use.
          phase string | No longer used.
          conditions [core.v1.NodeCondition] merge=type list=map:type | The latest observations of its state.
          addresses [core.v1.NodeAddress] merge=type list=map:type | The addresses it is reached at.
          daemonEndpoints core.v1.NodeDaemonEndpoints | Ports of the node's own services.
          nodeInfo core.v1.NodeSystemInfo | Versions and ids of the machine.
          images [core.v1.ContainerImage] list=atomic | Images it has.
          volumesInUse [string] list=atomic | Volumes that are mounted.
          volumesAttached [core.v1.AttachedVolume] list=atomic | Volumes that are attached.
          config core.v1.NodeConfigStatus? | No longer used.
          runtimeHandlers [core.v1.NodeRuntimeHandler] list=atomic | The container runtimes it has.
          features core.v1.NodeFeatures? | What it can do.
          declaredFeatures [string] list=atomic | Features it declares for scheduling.

        type core.v1.NodeConfigSource | Where a node took its configuration from; no longer used.
          configMap core.v1.ConfigMapNodeConfigSource? | A config map.

        type core.v1.NodePodPreemptionPolicy | What a node may do to make room.
          disableResizePreemption [string] list=set | Where it may not displace pods for a resize.

        type core.v1.NodeCondition | One statement about a node.
          type string required | What it states, such as Ready.
          status string required | True, False or Unknown.
          lastHeartbeatTime Time | When the node last reported it.
          lastTransitionTime Time | When the status last changed.
          reason string | Why, as one CamelCase word.
          message string | Why, for people.

        type core.v1.NodeAddress | An address of a node.
          type string required | What sort it is, such as InternalIP or Hostname.
          address string required | The address.

        type core.v1.NodeDaemonEndpoints | Ports of a node's own services.
          kubeletEndpoint core.v1.DaemonEndpoint | The kubelet's.

        type core.v1.NodeSystemInfo | Versions and ids of a machine.
          machineID string required | The id of the installation.
          systemUUID string required | The id of the hardware.
          bootID string required | The id of this boot.
          kernelVersion string required | The kernel's version.
          osImage string required | The operating system.
          containerRuntimeVersion string required | The container runtime and its version.
          kubeletVersion string required | The kubelet's version.
          kubeProxyVersion string required | The service proxy's version.
          operatingSystem string required | The family of operating systems.
          architecture string required | The machine's architecture.
          swap core.v1.NodeSwapStatus? | Its swap space.
          runningInUserNamespace bool? | Whether the kubelet runs in a user namespace.

        type core.v1.ContainerImage | An image that a node has.
          names [string] emitted list=atomic | Its names.
          sizeBytes int64 | Its size in bytes.

        type core.v1.AttachedVolume | A volume attached to a node.
          name string required | The volume.
          devicePath string required | The device it appears as.

        type core.v1.NodeConfigStatus | The configuration a node runs with; no longer used.
          assigned core.v1.NodeConfigSource? | The one it should use.
          active core.v1.NodeConfigSource? | The one it uses.
          lastKnownGood core.v1.NodeConfigSource? | The one it falls back to.
          error string | What is wrong with the one it should use.

        type core.v1.NodeRuntimeHandler | A container runtime of a node.
          name string emitted | Its name; empty for the default.
          features core.v1.NodeRuntimeHandlerFeatures? | What it can do.

        type core.v1.NodeFeatures | What a node can do.
          supplementalGroupsPolicy bool? | Whether it knows the policy for supplemental groups.

        type core.v1.ConfigMapNodeConfigSource | A config map with a node's configuration; no longer used.
          namespace string required | Its namespace.
          name string required | Its name.
          uid string | The uid of the object referred to.
          resourceVersion string | The version of the object referred to.
          kubeletConfigKey string required | The key of the configuration.

        type core.v1.DaemonEndpoint | A port of a node's own service.
          Port int32 required | The port.

        type core.v1.NodeSwapStatus | Swap space of a node.
          capacity int64? | Its size in bytes.

        type core.v1.NodeRuntimeHandlerFeatures | What a container runtime can do.
          recursiveReadOnlyMounts bool? | Whether mounts below can be for reading only too.
          userNamespaces bool? | Whether it knows user namespaces.
        """#
}
