extension KubeSchemas {
    /// The first versions, told by what sets them apart: `v1beta1` (and `v1beta2`, of the same form) and `v1beta3`.
    static let legacy = #"""
        type core.v1beta1.Pod kind=v1beta1,v1beta2 like=meta.v1.ObjectMeta | A group of containers that run together.
          id string | The name.
          resourceVersion any | The version of the object, as a number.
          desiredState core.v1beta1.PodState | What should run.
          currentState core.v1beta1.PodStatus | What was last seen of it.
          nodeSelector {string} | Labels a node needs to be chosen.
          serviceAccount string | The service account the pod runs as.

        type core.v1beta1.PodState | What a pod should run.
          manifest core.v1beta1.ContainerManifest | The containers and volumes.
          host string | The node the pod runs on.

        type core.v1beta1.ContainerManifest like=core.v1.PodSpec | Containers and volumes of a pod.
          version string | The version of the manifest: v1beta1 or v1beta2.
          id string ignored | No longer used.
          uuid string ignored | No longer used.
          restartPolicy any | When containers are started again: always, onFailure or never, with an empty object.
          volumes [core.v1beta1.Volume] merge=name | Volumes that containers may mount.
          containers [core.v1beta1.Container] required merge=name | The containers.
          initContainers [core.v1beta1.Container] merge=name | Containers that run to completion before the others.

        type core.v1beta1.Container like=core.v1.Container | One program of a pod, run from an image.
          entrypoint [string] | The program and first arguments, in place of the image's entry point.
          command [string] | The arguments, in place of the image's.
          cpu int64 | The most processor time, in thousandths of a processor.
          memory int64 | The most memory, in bytes.
          env [core.v1beta1.EnvVar] merge=name | Environment variables.
          volumeMounts [core.v1beta1.VolumeMount] merge=mountPath | Volumes and where they appear.
          privileged bool | Whether it has the privileges of the node's root.
          capabilities core.v1.Capabilities? | Privileges added and taken.

        type core.v1beta1.EnvVar like=core.v1.EnvVar | An environment variable.
          name string | The name.
          key string | The older name of name.

        type core.v1beta1.VolumeMount like=core.v1.VolumeMount | Where a volume appears in a container.
          mountPath string | The path it appears at.
          path string | The older name of mountPath.

        type core.v1beta1.Volume like=core.v1.Volume | A directory that containers of a pod may mount.
          source core.v1beta1.VolumeSource? | Where it comes from.

        type core.v1beta1.VolumeSource like=core.v1.Volume | Where a volume comes from.
          name string ignored | Not used.
          hostDir core.v1.HostPathVolumeSource? | A directory of the node.
          persistentDisk core.v1.GCEPersistentDiskVolumeSource? | A Google Compute Engine disk.
          secret core.v1beta1.SecretVolumeSource? | The values of a secret as files.

        type core.v1beta1.SecretVolumeSource like=core.v1.SecretVolumeSource | The values of a secret as files.
          target core.v1.ObjectReference? | The secret.

        type core.v1beta1.PodStatus like=core.v1.PodStatus | What was last seen of a pod.
          status string | Where it is in its life: Waiting, Running, Succeeded, Terminated or Unknown.
          host string ignored | The node, as in desiredState.
          manifest any ignored | The containers, as in desiredState.
          Condition [core.v1beta1.PodCondition] | The latest observations of its state.
          info {core.v1beta1.ContainerStatus} | The containers by name.

        type core.v1beta1.PodCondition like=core.v1.PodCondition | One statement about a pod.
          kind string | What it states, such as Ready.
          type string | What it states, as later versions call it.
          status string required | Full, None or Unknown.

        type core.v1beta1.ContainerStatus like=core.v1beta3.ContainerStatus | What was last seen of a container.
          name string ignored | Not used.

        type core.v1beta1.ReplicationController kind=v1beta1,v1beta2 like=meta.v1.ObjectMeta | Keeps a number of
          | pods of one template running.
          id string | The name.
          resourceVersion any | The version of the object, as a number.
          desiredState core.v1beta1.ReplicationControllerState | Which pods, and how many.
          currentState core.v1.ReplicationControllerStatus | How many there are.

        type core.v1beta1.ReplicationControllerState | Which pods a controller keeps, and how many.
          replicas int32? | How many pods there should be.
          replicasInSet int32? | The older name of replicas.
          minReadySeconds int32 | Seconds a pod must be ready to count as available.
          replicaSelector {string} | Labels of the pods.
          podTemplate core.v1beta1.PodTemplate? | What new pods look like.
          taskTemplate core.v1beta1.PodTemplate? | The older name of podTemplate.

        type core.v1beta1.PodTemplate | A description of pods to be made.
          desiredState core.v1beta1.PodState | What the pods should run.
          nodeSelector {string} | Labels a node needs to be chosen.
          serviceAccount string | The service account the pods run as.
          labels {string} | Labels of the pods.
          annotations {string} | Annotations of the pods.

        type core.v1beta1.Service kind=v1beta1,v1beta2 like=meta.v1.ObjectMeta,core.v1beta3.ServiceSpec | A name and
          | an address for a set of pods.
          id string | The name.
          resourceVersion any | The version of the object, as a number.
          port int32 | The first port.
          portName string | The name of the first port.
          protocol string | The protocol of the first port.
          containerPort IntOrString? | The pods' port behind the first port.
          proxyPort int32 ignored | No longer used.
          status core.v1.ServiceStatus | What the cluster made of it.

        type core.v1beta1.Endpoints kind=v1beta1,v1beta2 like=meta.v1.ObjectMeta | The addresses behind a service.
          id string | The name.
          resourceVersion any | The version of the object, as a number.
          protocol string | The protocol of the first port.
          endpoints [string] | Addresses with their first ports.
          targetRefs any ignored | No longer used.
          subsets [core.v1beta3.EndpointSubset] | Groups of addresses that offer the same ports.

        type core.v1beta1.Minion kind=v1beta1,v1beta2 like=meta.v1.ObjectMeta,core.v1.NodeSpec | A machine that runs
          | pods.
          id string | The name.
          resourceVersion any | The version of the object, as a number.
          hostIP string | The address.
          resources core.v1beta1.NodeResources | What it has.
          status core.v1beta1.NodeStatus | What it reports of itself.

        type core.v1beta1.NodeResources | What a node has.
          capacity {any} | Amounts by resource; whole numbers of cpu are thousandths.

        type core.v1beta1.NodeStatus like=core.v1.NodeStatus | What a node reports of itself.
          conditions [core.v1beta1.NodeCondition] | The latest observations of its state.

        type core.v1beta1.NodeCondition like=core.v1.NodeCondition | One statement about a node.
          kind string | What it states, such as Ready.
          type string | What it states, as later versions call it.
          status string required | Full, None or Unknown.
          lastProbeTime Time? | When the node last reported it.
          lastHeartbeatTime Time? | When the node last reported it, as later versions call it.

        type core.v1beta1.Event kind=v1beta1,v1beta2 like=meta.v1.ObjectMeta,core.v1.Event | Something that happened
          | to an object.
          id string | The name.
          resourceVersion any | The version of the object, as a number.
          metadata any ignored | Not used.
          involvedObject core.v1beta1.ObjectReference | The object it happened to.
          source any | The component that reports it.
          host string | The node that reports it.
          status string ignored | No longer used.
          condition string ignored | No longer used.
          timestamp Time? | When it was seen.
          firstTimestamp Time? | When it was first seen.
          lastTimestamp Time? | When it was last seen.

        type core.v1beta1.ObjectReference like=core.v1.ObjectReference | Names another object.
          id string | The older name of name.

        type core.v1beta1.Binding kind=v1beta1,v1beta2 like=meta.v1.ObjectMeta | Assigns a pod to a node.
          id string | The name.
          resourceVersion any | The version of the object, as a number.
          podID string | The pod.
          host string | The node.

        type core.v1beta1.Namespace kind=v1beta1,v1beta2 like=meta.v1.ObjectMeta,core.v1.Namespace | A scope for
          | names.
          id string | The name.
          resourceVersion any | The version of the object, as a number.
          metadata any ignored | Not used.

        type core.v1beta1.Secret kind=v1beta1,v1beta2 like=meta.v1.ObjectMeta,core.v1.Secret | Small confidential data,
          | by key.
          id string | The name.
          resourceVersion any | The version of the object, as a number.
          metadata any ignored | Not used.

        type core.v1beta3.Pod kind=v1beta3 like=core.v1.Pod | A group of containers that run together.
          spec core.v1beta3.PodSpec | What should run.
          status core.v1beta3.PodStatus | What was last seen of it.

        type core.v1beta3.PodSpec like=core.v1.PodSpec | What a pod should run and how.
          host string | The node the pod runs on.
          containers [core.v1beta3.Container] required merge=name | The containers.
          initContainers [core.v1beta3.Container] merge=name | Containers that run to completion before the others.

        type core.v1beta3.Container like=core.v1.Container | One program of a pod, run from an image.
          privileged bool | Whether it has the privileges of the node's root.
          capabilities core.v1.Capabilities? | Privileges added and taken.

        type core.v1beta3.PodStatus like=core.v1.PodStatus | What was last seen of a pod.
          Condition [core.v1.PodCondition] merge=type | The latest observations of its state.
          containerStatuses [core.v1beta3.ContainerStatus] | The containers.

        type core.v1beta3.ContainerStatus like=core.v1.ContainerStatus | What was last seen of a container.
          state core.v1beta3.ContainerState | Its state now.
          lastState core.v1beta3.ContainerState | Its state before the last restart.

        type core.v1beta3.ContainerState like=core.v1.ContainerState | The state of a container.
          termination core.v1.ContainerStateTerminated? | Ended.

        type core.v1beta3.ReplicationController kind=v1beta3 like=core.v1.ReplicationController | Keeps a number of
          | pods of one template running.
          spec core.v1beta3.ReplicationControllerSpec | Which pods, and how many.

        type core.v1beta3.ReplicationControllerSpec like=core.v1.ReplicationControllerSpec | Which pods a controller
          | keeps, and how many.
          template core.v1beta3.PodTemplateSpec? | What new pods look like.

        type core.v1beta3.PodTemplateSpec like=core.v1.PodTemplateSpec | A description of pods to be made.
          spec core.v1beta3.PodSpec | What the pods should run.

        type core.v1beta3.Service kind=v1beta3 like=core.v1.Service | A name and an address for a set of pods.
          spec core.v1beta3.ServiceSpec | What the service should be.

        type core.v1beta3.ServiceSpec like=core.v1.ServiceSpec | What a service offers.
          portalIP string | Its address; None for a service without one.
          createExternalLoadBalancer bool | Whether a load balancer outside leads to it.
          publicIPs [string] | Further addresses at which nodes accept its traffic.
          ports [core.v1beta3.ServicePort] merge=port | The ports it offers.

        type core.v1beta3.ServicePort like=core.v1.ServicePort | A port that a service offers.
          targetPort IntOrString? | The port of the pods, as later versions call it.
          containerPort IntOrString? | The port of the pods, by number or name.

        type core.v1beta3.Endpoints kind=v1beta3 like=core.v1.Endpoints | The addresses behind a service.
          subsets [core.v1beta3.EndpointSubset] | Groups of addresses that offer the same ports.

        type core.v1beta3.EndpointSubset like=core.v1.EndpointSubset | Addresses that offer the same ports.
          addresses [core.v1beta3.EndpointAddress] | Addresses that are ready.
          notReadyAddresses [core.v1beta3.EndpointAddress] | Addresses that are not.

        type core.v1beta3.EndpointAddress like=core.v1.EndpointAddress | An address behind a service.
          ip string | The address, as later versions call it.
          IP string | The address.
        """#
}
