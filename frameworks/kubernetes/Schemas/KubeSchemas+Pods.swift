extension KubeSchemas {
    /// Pods and their status.
    static let pods = #"""
        type core.v1.Pod kind=v1 | A group of containers that run together on one node and share its address.
          metadata meta.v1.ObjectMeta | Name, labels, annotations and the server's notes.
          spec core.v1.PodSpec | What should run.
          status core.v1.PodStatus | What was last seen of it.

        type core.v1.PodTemplate kind=v1 | A stored description of pods to be made.
          metadata meta.v1.ObjectMeta | Name, labels, annotations and the server's notes.
          template core.v1.PodTemplateSpec | The description.

        type core.v1.PodTemplateSpec | A description of pods to be made.
          metadata meta.v1.ObjectMeta | Labels and annotations of the pods.
          spec core.v1.PodSpec | What the pods should run.

        type core.v1.PodSpec | What a pod should run and how.
          volumes [core.v1.Volume] merge=name retainKeys list=map:name | Volumes that containers may mount.
          initContainers [core.v1.Container] merge=name list=map:name | Containers that run to completion one after
            | the other before the others start.
          containers [core.v1.Container] required merge=name list=map:name | The containers.
          ephemeralContainers [core.v1.EphemeralContainer] merge=name list=map:name | Containers added to a running
            | pod for debugging.
          restartPolicy string default=Always enum=Always,OnFailure,Never | When containers are started again.
          terminationGracePeriodSeconds int64? default=30 | Seconds between the wish to stop and the kill.
          activeDeadlineSeconds int64? | Seconds the pod may run before it is made to fail.
          dnsPolicy string default=ClusterFirst enum=ClusterFirst,ClusterFirstWithHostNet,Default,None | How names are
            | resolved.
          nodeSelector {string} | Labels a node needs to be chosen.
          serviceAccountName string | The service account the pod runs as.
          serviceAccount string | The older name of serviceAccountName.
          automountServiceAccountToken bool? | Whether the service account's token is mounted.
          nodeName string | The node the pod runs on; set when it is bound.
          hostNetwork bool | Whether it uses the node's network.
          hostPID bool | Whether it uses the node's process ids.
          hostIPC bool | Whether it uses the node's IPC.
          shareProcessNamespace bool? | Whether its containers see each other's processes.
          securityContext core.v1.PodSecurityContext? default={} | Privileges of all containers.
          imagePullSecrets [core.v1.LocalObjectReference] merge=name list=map:name | Secrets to pull images with.
          hostname string | The host name inside; the pod's name when empty.
          subdomain string | The domain of the host name, below the namespace's.
          affinity core.v1.Affinity? | Which nodes and which neighbours it wants.
          schedulerName string default=default-scheduler | The scheduler that places it.
          tolerations [core.v1.Toleration] list=atomic | Taints it puts up with.
          hostAliases [core.v1.HostAlias] merge=ip list=map:ip | Lines to add to its hosts file.
          priorityClassName string | The priority class.
          priority int32? | The priority, from the priority class.
          dnsConfig core.v1.PodDNSConfig? | Name servers and options beyond those of dnsPolicy.
          readinessGates [core.v1.PodReadinessGate] list=atomic | Conditions that must be true besides readiness of
            | the containers.
          runtimeClassName string? | The container runtime to use.
          enableServiceLinks bool? default=true | Whether services appear in the environment.
          preemptionPolicy string? enum=PreemptLowerPriority,Never | Whether it may displace pods of lower priority.
          overhead {Quantity} | Resources the runtime takes on top.
          topologySpreadConstraints [core.v1.TopologySpreadConstraint] merge=topologyKey
            + list=map:topologyKey,whenUnsatisfiable | How its like are spread over parts of the cluster.
          setHostnameAsFQDN bool? | Whether the host name is the full name.
          os core.v1.PodOS? | The operating system the pod is for.
          hostUsers bool? | Whether it uses the node's user ids.
          schedulingGates [core.v1.PodSchedulingGate] merge=name list=map:name | What must be removed before it is
            | scheduled.
          resourceClaims [core.v1.PodResourceClaim] merge=name retainKeys list=map:name | Claims for devices it needs.
          resources core.v1.ResourceRequirements? | Resources of the pod as a whole.
          hostnameOverride string? | The host name, over everything else.
          schedulingGroup core.v1.PodSchedulingGroup? | The group of pods it is scheduled with.
          evictionResponders [core.v1.EvictionResponder] merge=name list=map:name | Who is asked about its eviction.

        type core.v1.PodStatus | What was last seen of a pod.
          observedGeneration int64 | The generation of the object that this was observed of.
          phase string enum=Pending,Running,Succeeded,Failed,Unknown | Where it is in its life.
          conditions [core.v1.PodCondition] merge=type list=map:type | The latest observations of its state.
          message string | Why it is in this state, for people.
          reason string | Why it is in this state, as one CamelCase word.
          nominatedNodeName string | The node where room is being made for it.
          hostIP string | The address of its node.
          hostIPs [core.v1.HostIP] merge=ip list=atomic | The addresses of its node.
          podIP string | Its address.
          podIPs [core.v1.PodIP] merge=ip list=map:ip | Its addresses, one for each family.
          startTime Time? | When the node took it on.
          initContainerStatuses [core.v1.ContainerStatus] list=atomic | The init containers, in order.
          containerStatuses [core.v1.ContainerStatus] list=atomic | The containers.
          qosClass string enum=Guaranteed,Burstable,BestEffort | Its class of service, from its resources.
          ephemeralContainerStatuses [core.v1.ContainerStatus] list=atomic | The ephemeral containers.
          resize string | How far a change of resources is.
          resourceClaimStatuses [core.v1.PodResourceClaimStatus] merge=name retainKeys list=map:name | Its claims for
            | devices.
          extendedResourceClaimStatus core.v1.PodExtendedResourceClaimStatus? | The claim behind its extended
            | resources.
          allocatedResources {Quantity} | Resources the node set aside.
          resources core.v1.ResourceRequirements? | Resources in force.
          nodeAllocatableResourceClaimStatuses [core.v1.NodeAllocatableResourceClaimStatus] merge=resourceClaimName
            + list=map:resourceClaimName | Node resources taken by claims.
          volumeHealth [core.v1.PodVolumeHealth] list=map:name | The health of its volumes.

        type core.v1.PodSecurityContext | Privileges of all containers of a pod.
          seLinuxOptions core.v1.SELinuxOptions? | The SELinux context.
          windowsOptions core.v1.WindowsSecurityContextOptions? | Settings for Windows.
          runAsUser int64? | The user id that processes run as.
          runAsGroup int64? | The group id that processes run as.
          runAsNonRoot bool? | Whether running as root is refused.
          supplementalGroups [int64] list=atomic | Further groups of the processes.
          supplementalGroupsPolicy string? | Whether groups of the image count too.
          fsGroup int64? | The group that owns the volumes.
          sysctls [core.v1.Sysctl] list=atomic | Kernel parameters.
          fsGroupChangePolicy string? | When ownership of volumes is changed.
          seccompProfile core.v1.SeccompProfile? | The filter of system calls.
          appArmorProfile core.v1.AppArmorProfile? | The AppArmor profile.
          seLinuxChangePolicy string? | How volumes get their SELinux label.

        type core.v1.Sysctl | A kernel parameter.
          name string required | The name.
          value string required | The value.

        type core.v1.HostAlias | A line of a hosts file.
          ip string required | The address.
          hostnames [string] list=atomic | The names.

        type core.v1.PodDNSConfig | How a pod resolves names.
          nameservers [string] list=atomic | Addresses of name servers.
          searches [string] list=atomic | Domains to search.
          options [core.v1.PodDNSConfigOption] list=atomic | Options of the resolver.

        type core.v1.PodDNSConfigOption | An option of the resolver.
          name string | The name.
          value string? | Its value.

        type core.v1.PodOS | An operating system.
          name string required | linux or windows.

        type core.v1.PodCondition | One statement about a pod.
          type string required | What it states, such as Ready.
          observedGeneration int64 | The generation of the object that this was observed of.
          status string required | True, False or Unknown.
          lastProbeTime Time | When it was last checked.
          lastTransitionTime Time | When the status last changed.
          reason string | Why, as one CamelCase word.
          message string | Why, for people.

        type core.v1.HostIP | An address of a node.
          ip string required | The address.

        type core.v1.PodIP | An address of a pod.
          ip string required | The address.

        type core.v1.ContainerStatus | What was last seen of a container.
          name string required | The container's name.
          state core.v1.ContainerState | Its state now.
          lastState core.v1.ContainerState | Its state before the last restart.
          ready bool required | Whether it gets traffic.
          restartCount int32 required | How often it was started again.
          image string required | The image it runs.
          imageID string required | The image's id.
          containerID string | Its id with the runtime.
          started bool? | Whether it has finished starting.
          allocatedResources {Quantity} | Resources the node set aside.
          resources core.v1.ResourceRequirements? | Resources in force.
          volumeMounts [core.v1.VolumeMountStatus] merge=mountPath list=map:mountPath | The volumes mounted.
          user core.v1.ContainerUser? | Whom it runs as.
          allocatedResourcesStatus [core.v1.ResourceStatus] merge=name list=map:name | The health of its devices.
          stopSignal string? | The signal that stops it.

        type core.v1.ContainerState | The state of a container; at most one member is set.
          waiting core.v1.ContainerStateWaiting? | Not started yet, or about to start again.
          running core.v1.ContainerStateRunning? | Running.
          terminated core.v1.ContainerStateTerminated? | Ended.

        type core.v1.ContainerStateWaiting | A container that is not running yet.
          reason string | Why, as one CamelCase word.
          message string | Why, for people.

        type core.v1.ContainerStateRunning | A container that runs.
          startedAt Time | Since when.

        type core.v1.ContainerStateTerminated | A container that ended.
          exitCode int32 required | Its exit code.
          signal int32 | The signal that ended it.
          reason string | Why, as one CamelCase word.
          message string | Why, for people.
          startedAt Time | When it started.
          finishedAt Time | When it ended.
          containerID string | Its id with the runtime.

        type core.v1.PodResourceClaimStatus | A claim that was made for a pod.
          name string required | The name within the pod.
          resourceClaimName string? | The claim.

        type core.v1.PodExtendedResourceClaimStatus | The claim behind a pod's extended resources.
          requestMappings [core.v1.ContainerExtendedResourceRequest] required list=atomic | Which resource of which
            | container each request serves.
          resourceClaimName string required | The claim.

        type core.v1.NodeAllocatableResourceClaimStatus | Node resources that a claim takes.
          resourceClaimName string required | The claim.
          containers [string] list=set | The containers that use it.
          mapping [core.v1.NodeAllocatableMappedResources] merge=name list=map:name | The resources taken.
          overhead [core.v1.NodeAllocatableOverheadResources] merge=name list=map:name | The resources taken on top.

        type core.v1.PodVolumeHealth | The health of a volume.
          name string required | The volume's name.
          healthConditions [core.v1.VolumeHealthCondition] merge=status list=map:status,reason | What is wrong with
            | it.
          lastTransitionTime Time? | When the status last changed.

        type core.v1.VolumeMountStatus | A volume mounted in a container.
          name string required | The volume.
          mountPath string required | The path it appears at.
          readOnly bool | Whether the volume is mounted for reading only.
          recursiveReadOnly string? | Whether mounts below are for reading only too.
          volumeStatus core.v1.VolumeStatus? | What is known of the volume.

        type core.v1.ContainerUser | Whom a container runs as.
          linux core.v1.LinuxContainerUser? | On Linux.

        type core.v1.LinuxContainerUser | Whom a container runs as on Linux.
          uid int64 required | The user id.
          gid int64 required | The group id.
          supplementalGroups [int64] list=atomic | Further group ids.

        type core.v1.ResourceStatus | The health of a resource's devices.
          name string required | The resource.
          resources [core.v1.ResourceHealth] list=map:resourceID | The devices.

        type core.v1.ResourceHealth | The health of a device.
          resourceID string required | The device.
          health string | Healthy, Unhealthy or Unknown.
          message string? | Why, for people.

        type core.v1.ContainerExtendedResourceRequest | The request behind an extended resource.
          containerName string required | The container.
          resourceName string required | The resource.
          requestName string required | The request of the claim.

        type core.v1.NodeAllocatableMappedResources | A node resource that a claim takes.
          name string required | The resource.
          quantity Quantity? required | How much.

        type core.v1.NodeAllocatableOverheadResources | A node resource that a claim takes on top.
          name string required | The resource.
          perPod Quantity? | How much for the pod.
          perContainer Quantity? | How much for each container.

        type core.v1.VolumeHealthCondition | One fault of a volume.
          status string required | What sort of fault it is.
          reason string required | Why, as one CamelCase word.
          message string | Why, for people.

        type core.v1.VolumeStatus | What is known of a volume.
          image core.v1.ImageVolumeStatus? | The image it shows.

        type core.v1.ImageVolumeStatus | The image a volume shows.
          imageRef string required | The image, by digest.
        """#
}
