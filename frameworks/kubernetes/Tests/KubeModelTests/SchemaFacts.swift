/// Which fields the types have, from the models of the Python client 37 and the 1.20 documents.
///
/// One type after the other; a field is its name, `!` when it is required, and its type: `int` for whole numbers of
/// either size, names of types without group and version.
enum SchemaFacts {
    static let text = """
        core.v1.Pod: apiVersion string, kind string, metadata ObjectMeta, spec PodSpec, status PodStatus
        core.v1.PodTemplate: apiVersion string, kind string, metadata ObjectMeta, template PodTemplateSpec
        core.v1.ReplicationController: apiVersion string, kind string, metadata ObjectMeta, spec
          ReplicationControllerSpec, status ReplicationControllerStatus
        core.v1.Service: apiVersion string, kind string, metadata ObjectMeta, spec ServiceSpec, status ServiceStatus
        core.v1.Endpoints: apiVersion string, kind string, metadata ObjectMeta, subsets [EndpointSubset]
        core.v1.Node: apiVersion string, kind string, metadata ObjectMeta, spec NodeSpec, status NodeStatus
        core.v1.Namespace: apiVersion string, kind string, metadata ObjectMeta, spec NamespaceSpec, status
          NamespaceStatus
        core.v1.Event: action string, apiVersion string, count int, eventTime MicroTime, firstTimestamp Time,
          involvedObject! ObjectReference, kind string, lastTimestamp Time, message string, metadata! ObjectMeta,
          reason string, related ObjectReference, reportingComponent string, reportingInstance string, series
          EventSeries, source EventSource, type string
        core.v1.Secret: apiVersion string, data {bytes}, immutable bool, kind string, metadata ObjectMeta,
          stringData {string}, type string
        core.v1.ConfigMap: apiVersion string, binaryData {bytes}, data {string}, immutable bool, kind string,
          metadata ObjectMeta
        core.v1.ServiceAccount: apiVersion string, automountServiceAccountToken bool, imagePullSecrets
          [LocalObjectReference], kind string, metadata ObjectMeta, secrets [ObjectReference]
        core.v1.Binding: apiVersion string, kind string, metadata ObjectMeta, target! ObjectReference
        core.v1.ComponentStatus: apiVersion string, conditions [ComponentCondition], kind string, metadata
          ObjectMeta
        apps.v1.Deployment: apiVersion string, kind string, metadata ObjectMeta, spec! DeploymentSpec, status
          DeploymentStatus
        apps.v1.ReplicaSet: apiVersion string, kind string, metadata ObjectMeta, spec! ReplicaSetSpec, status
          ReplicaSetStatus
        coordination.v1.Lease: apiVersion string, kind string, metadata ObjectMeta, spec LeaseSpec
        autoscaling.v1.Scale: apiVersion string, kind string, metadata ObjectMeta, spec ScaleSpec, status
          ScaleStatus
        policy.v1.Eviction: apiVersion string, deleteOptions DeleteOptions, kind string, metadata ObjectMeta
        policy.v1beta1.Eviction: apiVersion string, deleteOptions DeleteOptions, kind string, metadata
          ObjectMeta
        policy.v1beta1.PodDisruptionBudget: apiVersion string, kind string, metadata ObjectMeta, spec
          PodDisruptionBudgetSpec, status PodDisruptionBudgetStatus
        policy.v1beta1.PodDisruptionBudgetSpec: maxUnavailable IntOrString, minAvailable IntOrString, selector
          LabelSelector
        policy.v1beta1.PodDisruptionBudgetStatus: currentHealthy! int, desiredHealthy! int, disruptedPods {Time},
          disruptionsAllowed! int, expectedPods! int, observedGeneration int
        meta.v1.Status: apiVersion string, code int, details StatusDetails, kind string, message string, metadata
          ListMeta, reason string, status string
        meta.v1.DeleteOptions: apiVersion string, dryRun [string], gracePeriodSeconds int,
          ignoreStoreReadErrorWithClusterBreakingPotential bool, kind string, orphanDependents bool, preconditions
          Preconditions, propagationPolicy string
        meta.v1.ListMeta: continue string, remainingItemCount int, resourceVersion string, selfLink string,
          shardInfo ShardInfo
        meta.v1.ObjectMeta: annotations {string}, creationTimestamp Time, deletionGracePeriodSeconds int,
          deletionTimestamp Time, finalizers [string], generateName string, generation int, labels {string},
          managedFields [ManagedFieldsEntry], name string, namespace string, ownerReferences [OwnerReference],
          resourceVersion string, selfLink string, uid string
        core.v1.PodSpec: activeDeadlineSeconds int, affinity Affinity, automountServiceAccountToken bool,
          containers! [Container], dnsConfig PodDNSConfig, dnsPolicy string, enableServiceLinks bool,
          ephemeralContainers [EphemeralContainer], evictionResponders [EvictionResponder], hostAliases [HostAlias],
          hostIPC bool, hostNetwork bool, hostPID bool, hostUsers bool, hostname string, hostnameOverride string,
          imagePullSecrets [LocalObjectReference], initContainers [Container], nodeName string, nodeSelector
          {string}, os PodOS, overhead {Quantity}, preemptionPolicy string, priority int, priorityClassName string,
          readinessGates [PodReadinessGate], resourceClaims [PodResourceClaim], resources ResourceRequirements,
          restartPolicy string, runtimeClassName string, schedulerName string, schedulingGates [PodSchedulingGate],
          schedulingGroup PodSchedulingGroup, securityContext PodSecurityContext, serviceAccount string,
          serviceAccountName string, setHostnameAsFQDN bool, shareProcessNamespace bool, subdomain string,
          terminationGracePeriodSeconds int, tolerations [Toleration], topologySpreadConstraints
          [TopologySpreadConstraint], volumes [Volume]
        core.v1.PodStatus: allocatedResources {Quantity}, conditions [PodCondition], containerStatuses
          [ContainerStatus], ephemeralContainerStatuses [ContainerStatus], extendedResourceClaimStatus
          PodExtendedResourceClaimStatus, hostIP string, hostIPs [HostIP], initContainerStatuses [ContainerStatus],
          message string, nodeAllocatableResourceClaimStatuses [NodeAllocatableResourceClaimStatus],
          nominatedNodeName string, observedGeneration int, phase string, podIP string, podIPs [PodIP], qosClass
          string, reason string, resize string, resourceClaimStatuses [PodResourceClaimStatus], resources
          ResourceRequirements, startTime Time, volumeHealth [PodVolumeHealth]
        core.v1.PodTemplateSpec: metadata ObjectMeta, spec PodSpec
        core.v1.ReplicationControllerSpec: minReadySeconds int, replicas int, selector {string}, template
          PodTemplateSpec
        core.v1.ReplicationControllerStatus: availableReplicas int, conditions [ReplicationControllerCondition],
          fullyLabeledReplicas int, observedGeneration int, readyReplicas int, replicas! int
        core.v1.ServiceSpec: allocateLoadBalancerNodePorts bool, clusterIP string, clusterIPs [string], externalIPs
          [string], externalName string, externalTrafficPolicy string, healthCheckNodePort int,
          internalTrafficPolicy string, ipFamilies [string], ipFamilyPolicy string, loadBalancerClass string,
          loadBalancerIP string, loadBalancerSourceRanges [string], ports [ServicePort], publishNotReadyAddresses
          bool, selector {string}, sessionAffinity string, sessionAffinityConfig SessionAffinityConfig,
          trafficDistribution string, type string
        core.v1.ServiceStatus: conditions [Condition], loadBalancer LoadBalancerStatus
        core.v1.EndpointSubset: addresses [EndpointAddress], notReadyAddresses [EndpointAddress], ports
          [EndpointPort]
        core.v1.NodeSpec: configSource NodeConfigSource, externalID string, podCIDR string, podCIDRs [string],
          podPreemptionPolicy NodePodPreemptionPolicy, providerID string, taints [Taint], unschedulable bool
        core.v1.NodeStatus: addresses [NodeAddress], allocatable {Quantity}, capacity {Quantity}, conditions
          [NodeCondition], config NodeConfigStatus, daemonEndpoints NodeDaemonEndpoints, declaredFeatures [string],
          features NodeFeatures, images [ContainerImage], nodeInfo NodeSystemInfo, phase string, runtimeHandlers
          [NodeRuntimeHandler], volumesAttached [AttachedVolume], volumesInUse [string]
        core.v1.NamespaceSpec: finalizers [string]
        core.v1.NamespaceStatus: conditions [NamespaceCondition], phase string
        core.v1.ObjectReference: apiVersion string, fieldPath string, kind string, name string, namespace string,
          resourceVersion string, uid string
        core.v1.EventSource: component string, host string
        core.v1.EventSeries: count int, lastObservedTime MicroTime
        core.v1.LocalObjectReference: name string
        core.v1.ComponentCondition: error string, message string, status! string, type! string
        apps.v1.DeploymentSpec: minReadySeconds int, paused bool, progressDeadlineSeconds int, replicas int,
          revisionHistoryLimit int, selector! LabelSelector, strategy DeploymentStrategy, template! PodTemplateSpec
        apps.v1.DeploymentStatus: availableReplicas int, collisionCount int, conditions [DeploymentCondition],
          observedGeneration int, readyReplicas int, replicas int, terminatingReplicas int, unavailableReplicas int,
          updatedReplicas int
        apps.v1.ReplicaSetSpec: minReadySeconds int, replicas int, selector! LabelSelector, template PodTemplateSpec
        apps.v1.ReplicaSetStatus: availableReplicas int, conditions [ReplicaSetCondition], fullyLabeledReplicas int,
          observedGeneration int, readyReplicas int, replicas! int, terminatingReplicas int
        coordination.v1.LeaseSpec: acquireTime MicroTime, holderIdentity string, leaseDurationSeconds int,
          leaseTransitions int, preferredHolder string, renewTime MicroTime, strategy string
        autoscaling.v1.ScaleSpec: replicas int
        autoscaling.v1.ScaleStatus: replicas! int, selector string
        meta.v1.StatusDetails: causes [StatusCause], group string, kind string, name string, retryAfterSeconds int,
          uid string
        meta.v1.Preconditions: resourceVersion string, uid string
        meta.v1.ShardInfo: selector! string
        meta.v1.OwnerReference: apiVersion! string, blockOwnerDeletion bool, controller bool, kind! string, name!
          string, uid! string
        meta.v1.ManagedFieldsEntry: apiVersion string, fieldsType string, fieldsV1 any, manager string, operation
          string, subresource string, time Time
        core.v1.Volume: awsElasticBlockStore AWSElasticBlockStoreVolumeSource, azureDisk AzureDiskVolumeSource,
          azureFile AzureFileVolumeSource, cephfs CephFSVolumeSource, cinder CinderVolumeSource, configMap
          ConfigMapVolumeSource, csi CSIVolumeSource, downwardAPI DownwardAPIVolumeSource, emptyDir
          EmptyDirVolumeSource, ephemeral EphemeralVolumeSource, fc FCVolumeSource, flexVolume FlexVolumeSource,
          flocker FlockerVolumeSource, gcePersistentDisk GCEPersistentDiskVolumeSource, gitRepo GitRepoVolumeSource,
          glusterfs GlusterfsVolumeSource, hostPath HostPathVolumeSource, image ImageVolumeSource, iscsi
          ISCSIVolumeSource, name! string, nfs NFSVolumeSource, persistentVolumeClaim
          PersistentVolumeClaimVolumeSource, photonPersistentDisk PhotonPersistentDiskVolumeSource, portworxVolume
          PortworxVolumeSource, projected ProjectedVolumeSource, quobyte QuobyteVolumeSource, rbd RBDVolumeSource,
          scaleIO ScaleIOVolumeSource, secret SecretVolumeSource, storageos StorageOSVolumeSource, vsphereVolume
          VsphereVirtualDiskVolumeSource
        core.v1.Container: args [string], command [string], env [EnvVar], envFrom [EnvFromSource], image string,
          imagePullPolicy string, lifecycle Lifecycle, livenessProbe Probe, name! string, ports [ContainerPort],
          readinessProbe Probe, resizePolicy [ContainerResizePolicy], resources ResourceRequirements, restartPolicy
          string, restartPolicyRules [ContainerRestartRule], securityContext SecurityContext, startupProbe Probe,
          stdin bool, stdinOnce bool, terminationMessagePath string, terminationMessagePolicy string, tty bool,
          volumeDevices [VolumeDevice], volumeMounts [VolumeMount], workingDir string
        core.v1.EphemeralContainer: args [string], command [string], env [EnvVar], envFrom [EnvFromSource], image
          string, imagePullPolicy string, lifecycle Lifecycle, livenessProbe Probe, name! string, ports
          [ContainerPort], readinessProbe Probe, resizePolicy [ContainerResizePolicy], resources
          ResourceRequirements, restartPolicy string, restartPolicyRules [ContainerRestartRule], securityContext
          SecurityContext, startupProbe Probe, stdin bool, stdinOnce bool, targetContainerName string,
          terminationMessagePath string, terminationMessagePolicy string, tty bool, volumeDevices [VolumeDevice],
          volumeMounts [VolumeMount], workingDir string
        core.v1.PodSecurityContext: appArmorProfile AppArmorProfile, fsGroup int, fsGroupChangePolicy string,
          runAsGroup int, runAsNonRoot bool, runAsUser int, seLinuxChangePolicy string, seLinuxOptions
          SELinuxOptions, seccompProfile SeccompProfile, supplementalGroups [int], supplementalGroupsPolicy string,
          sysctls [Sysctl], windowsOptions WindowsSecurityContextOptions
        core.v1.Affinity: nodeAffinity NodeAffinity, podAffinity PodAffinity, podAntiAffinity PodAntiAffinity
        core.v1.Toleration: effect string, key string, operator string, tolerationSeconds int, value string
        core.v1.HostAlias: hostnames [string], ip! string
        core.v1.PodDNSConfig: nameservers [string], options [PodDNSConfigOption], searches [string]
        core.v1.PodReadinessGate: conditionType! string
        core.v1.TopologySpreadConstraint: labelSelector LabelSelector, matchLabelKeys [string], maxSkew! int,
          minDomains int, nodeAffinityPolicy string, nodeTaintsPolicy string, topologyKey! string,
          whenUnsatisfiable! string
        core.v1.PodOS: name! string
        core.v1.PodSchedulingGate: name! string
        core.v1.PodResourceClaim: name! string, resourceClaimName string, resourceClaimTemplateName string
        core.v1.ResourceRequirements: claims [ResourceClaim], limits {Quantity}, requests {Quantity}
        core.v1.PodSchedulingGroup: podGroupName string
        core.v1.EvictionResponder: name! string, priority! int
        core.v1.PodCondition: lastProbeTime Time, lastTransitionTime Time, message string, observedGeneration int,
          reason string, status! string, type! string
        core.v1.HostIP: ip! string
        core.v1.PodIP: ip! string
        core.v1.ContainerStatus: allocatedResources {Quantity}, allocatedResourcesStatus [ResourceStatus], containerID
          string, image! string, imageID! string, lastState ContainerState, name! string, ready! bool, resources
          ResourceRequirements, restartCount! int, started bool, state ContainerState, stopSignal string, user
          ContainerUser, volumeMounts [VolumeMountStatus]
        core.v1.PodResourceClaimStatus: name! string, resourceClaimName string
        core.v1.PodExtendedResourceClaimStatus: requestMappings! [ContainerExtendedResourceRequest],
          resourceClaimName! string
        core.v1.NodeAllocatableResourceClaimStatus: containers [string], mapping [NodeAllocatableMappedResources],
          overhead [NodeAllocatableOverheadResources], resourceClaimName! string
        core.v1.PodVolumeHealth: healthConditions [VolumeHealthCondition], lastTransitionTime Time, name! string
        core.v1.ReplicationControllerCondition: lastTransitionTime Time, message string, reason string, status!
          string, type! string
        core.v1.ServicePort: appProtocol string, name string, nodePort int, port! int, protocol string, targetPort
          IntOrString
        core.v1.SessionAffinityConfig: clientIP ClientIPConfig
        core.v1.LoadBalancerStatus: ingress [LoadBalancerIngress]
        meta.v1.Condition: lastTransitionTime! Time, message! string, observedGeneration int, reason! string,
          status! string, type! string
        core.v1.EndpointAddress: hostname string, ip! string, nodeName string, targetRef ObjectReference
        core.v1.EndpointPort: appProtocol string, name string, port! int, protocol string
        core.v1.Taint: effect! string, key! string, timeAdded Time, value string
        core.v1.NodeConfigSource: configMap ConfigMapNodeConfigSource
        core.v1.NodePodPreemptionPolicy: disableResizePreemption [string]
        core.v1.NodeCondition: lastHeartbeatTime Time, lastTransitionTime Time, message string, reason string,
          status! string, type! string
        core.v1.NodeAddress: address! string, type! string
        core.v1.NodeDaemonEndpoints: kubeletEndpoint DaemonEndpoint
        core.v1.NodeSystemInfo: architecture! string, bootID! string, containerRuntimeVersion! string,
          kernelVersion! string, kubeProxyVersion! string, kubeletVersion! string, machineID! string,
          operatingSystem! string, osImage! string, runningInUserNamespace bool, swap NodeSwapStatus, systemUUID!
          string
        core.v1.ContainerImage: names [string], sizeBytes int
        core.v1.AttachedVolume: devicePath! string, name! string
        core.v1.NodeConfigStatus: active NodeConfigSource, assigned NodeConfigSource, error string, lastKnownGood
          NodeConfigSource
        core.v1.NodeRuntimeHandler: features NodeRuntimeHandlerFeatures, name string
        core.v1.NodeFeatures: supplementalGroupsPolicy bool
        core.v1.NamespaceCondition: lastTransitionTime Time, message string, reason string, status! string, type!
          string
        meta.v1.LabelSelector: matchExpressions [LabelSelectorRequirement], matchLabels {string}
        apps.v1.DeploymentStrategy: rollingUpdate RollingUpdateDeployment, type string
        apps.v1.DeploymentCondition: lastTransitionTime Time, lastUpdateTime Time, message string, reason string,
          status string, type string
        apps.v1.ReplicaSetCondition: lastTransitionTime Time, message string, reason string, status string, type
          string
        meta.v1.StatusCause: field string, message string, reason string
        core.v1.HostPathVolumeSource: path! string, type string
        core.v1.EmptyDirVolumeSource: medium string, mode int, sizeLimit Quantity
        core.v1.GCEPersistentDiskVolumeSource: fsType string, partition int, pdName! string, readOnly bool
        core.v1.AWSElasticBlockStoreVolumeSource: fsType string, partition int, readOnly bool, volumeID! string
        core.v1.GitRepoVolumeSource: directory string, repository! string, revision string
        core.v1.SecretVolumeSource: defaultMode int, defaultUser int, items [KeyToPath], optional bool, secretName
          string
        core.v1.NFSVolumeSource: path! string, readOnly bool, server! string
        core.v1.ISCSIVolumeSource: chapAuthDiscovery bool, chapAuthSession bool, fsType string, initiatorName
          string, iqn! string, iscsiInterface string, lun! int, portals [string], readOnly bool, secretRef
          LocalObjectReference, targetPortal! string
        core.v1.GlusterfsVolumeSource: endpoints! string, path! string, readOnly bool
        core.v1.PersistentVolumeClaimVolumeSource: claimName! string, readOnly bool
        core.v1.RBDVolumeSource: fsType string, image! string, keyring string, monitors! [string], pool string,
          readOnly bool, secretRef LocalObjectReference, user string
        core.v1.FlexVolumeSource: driver! string, fsType string, options {string}, readOnly bool, secretRef
          LocalObjectReference
        core.v1.CinderVolumeSource: fsType string, readOnly bool, secretRef LocalObjectReference, volumeID! string
        core.v1.CephFSVolumeSource: monitors! [string], path string, readOnly bool, secretFile string, secretRef
          LocalObjectReference, user string
        core.v1.FlockerVolumeSource: datasetName string, datasetUUID string
        core.v1.DownwardAPIVolumeSource: defaultMode int, defaultUser int, items [DownwardAPIVolumeFile]
        core.v1.FCVolumeSource: fsType string, lun int, readOnly bool, targetWWNs [string], wwids [string]
        core.v1.AzureFileVolumeSource: readOnly bool, secretName! string, shareName! string
        core.v1.ConfigMapVolumeSource: defaultMode int, defaultUser int, items [KeyToPath], name string, optional
          bool
        core.v1.VsphereVirtualDiskVolumeSource: fsType string, storagePolicyID string, storagePolicyName string,
          volumePath! string
        core.v1.QuobyteVolumeSource: group string, readOnly bool, registry! string, tenant string, user string,
          volume! string
        core.v1.AzureDiskVolumeSource: cachingMode string, diskName! string, diskURI! string, fsType string, kind
          string, readOnly bool
        core.v1.PhotonPersistentDiskVolumeSource: fsType string, pdID! string
        core.v1.ProjectedVolumeSource: defaultMode int, defaultUser int, sources [VolumeProjection]
        core.v1.PortworxVolumeSource: fsType string, readOnly bool, volumeID! string
        core.v1.ScaleIOVolumeSource: fsType string, gateway! string, protectionDomain string, readOnly bool,
          secretRef! LocalObjectReference, sslEnabled bool, storageMode string, storagePool string, system! string,
          volumeName string
        core.v1.StorageOSVolumeSource: fsType string, readOnly bool, secretRef LocalObjectReference, volumeName
          string, volumeNamespace string
        core.v1.CSIVolumeSource: driver! string, fsType string, nodePublishSecretRef LocalObjectReference, readOnly
          bool, volumeAttributes {string}
        core.v1.EphemeralVolumeSource: volumeClaimTemplate PersistentVolumeClaimTemplate
        core.v1.ImageVolumeSource: pullPolicy string, reference string
        core.v1.ContainerPort: containerPort! int, hostIP string, hostPort int, name string, protocol string
        core.v1.EnvFromSource: configMapRef ConfigMapEnvSource, prefix string, secretRef SecretEnvSource
        core.v1.EnvVar: name! string, value string, valueFrom EnvVarSource
        core.v1.ContainerResizePolicy: resourceName! string, restartPolicy! string
        core.v1.ContainerRestartRule: action! string, exitCodes ContainerRestartRuleOnExitCodes
        core.v1.VolumeMount: bindMountOptions [string], mountPath! string, mountPropagation string, name! string,
          readOnly bool, recursiveReadOnly string, subPath string, subPathExpr string
        core.v1.VolumeDevice: devicePath! string, name! string
        core.v1.Probe: exec ExecAction, failureThreshold int, grpc GRPCAction, httpGet HTTPGetAction,
          initialDelaySeconds int, periodSeconds int, successThreshold int, tcpSocket TCPSocketAction,
          terminationGracePeriodSeconds int, timeoutSeconds int
        core.v1.Lifecycle: postStart LifecycleHandler, preStop LifecycleHandler, stopSignal string
        core.v1.SecurityContext: allowPrivilegeEscalation bool, appArmorProfile AppArmorProfile, capabilities
          Capabilities, privileged bool, procMount string, readOnlyRootFilesystem bool, runAsGroup int, runAsNonRoot
          bool, runAsUser int, seLinuxOptions SELinuxOptions, seccompProfile SeccompProfile, windowsOptions
          WindowsSecurityContextOptions
        core.v1.SELinuxOptions: level string, role string, type string, user string
        core.v1.WindowsSecurityContextOptions: gmsaCredentialSpec string, gmsaCredentialSpecName string, hostProcess
          bool, runAsUserName string
        core.v1.Sysctl: name! string, value! string
        core.v1.SeccompProfile: localhostProfile string, type! string
        core.v1.AppArmorProfile: localhostProfile string, type! string
        core.v1.NodeAffinity: preferredDuringSchedulingIgnoredDuringExecution [PreferredSchedulingTerm],
          requiredDuringSchedulingIgnoredDuringExecution NodeSelector
        core.v1.PodAffinity: preferredDuringSchedulingIgnoredDuringExecution [WeightedPodAffinityTerm],
          requiredDuringSchedulingIgnoredDuringExecution [PodAffinityTerm]
        core.v1.PodAntiAffinity: preferredDuringSchedulingIgnoredDuringExecution [WeightedPodAffinityTerm],
          requiredDuringSchedulingIgnoredDuringExecution [PodAffinityTerm]
        core.v1.PodDNSConfigOption: name string, value string
        core.v1.ResourceClaim: name! string, request string
        core.v1.ContainerState: running ContainerStateRunning, terminated ContainerStateTerminated, waiting
          ContainerStateWaiting
        core.v1.VolumeMountStatus: mountPath! string, name! string, readOnly bool, recursiveReadOnly string,
          volumeStatus VolumeStatus
        core.v1.ContainerUser: linux LinuxContainerUser
        core.v1.ResourceStatus: name! string, resources [ResourceHealth]
        core.v1.ContainerExtendedResourceRequest: containerName! string, requestName! string, resourceName! string
        core.v1.NodeAllocatableMappedResources: name! string, quantity! Quantity
        core.v1.NodeAllocatableOverheadResources: name! string, perContainer Quantity, perPod Quantity
        core.v1.VolumeHealthCondition: message string, reason! string, status! string
        core.v1.ClientIPConfig: timeoutSeconds int
        core.v1.LoadBalancerIngress: hostname string, ip string, ipMode string, ports [PortStatus]
        core.v1.ConfigMapNodeConfigSource: kubeletConfigKey! string, name! string, namespace! string,
          resourceVersion string, uid string
        core.v1.DaemonEndpoint: Port! int
        core.v1.NodeSwapStatus: capacity int
        core.v1.NodeRuntimeHandlerFeatures: recursiveReadOnlyMounts bool, userNamespaces bool
        meta.v1.LabelSelectorRequirement: key! string, operator! string, values [string]
        apps.v1.RollingUpdateDeployment: maxSurge IntOrString, maxUnavailable IntOrString
        core.v1.KeyToPath: key! string, mode int, path! string, user int
        core.v1.DownwardAPIVolumeFile: fieldRef ObjectFieldSelector, mode int, path! string, resourceFieldRef
          ResourceFieldSelector, user int
        core.v1.VolumeProjection: clusterTrustBundle ClusterTrustBundleProjection, configMap ConfigMapProjection,
          downwardAPI DownwardAPIProjection, podCertificate PodCertificateProjection, secret SecretProjection,
          serviceAccountToken ServiceAccountTokenProjection
        core.v1.PersistentVolumeClaimTemplate: metadata ObjectMeta, spec! PersistentVolumeClaimSpec
        core.v1.ConfigMapEnvSource: name string, optional bool
        core.v1.SecretEnvSource: name string, optional bool
        core.v1.EnvVarSource: configMapKeyRef ConfigMapKeySelector, fieldRef ObjectFieldSelector, fileKeyRef
          FileKeySelector, resourceFieldRef ResourceFieldSelector, secretKeyRef SecretKeySelector
        core.v1.ContainerRestartRuleOnExitCodes: operator! string, values [int]
        core.v1.ExecAction: command [string]
        core.v1.HTTPGetAction: host string, httpHeaders [HTTPHeader], path string, port! IntOrString, protocol
          string, scheme string
        core.v1.TCPSocketAction: host string, port! IntOrString
        core.v1.GRPCAction: mode string, port! int, service string
        core.v1.LifecycleHandler: exec ExecAction, httpGet HTTPGetAction, sleep SleepAction, tcpSocket
          TCPSocketAction
        core.v1.Capabilities: add [string], drop [string]
        core.v1.NodeSelector: nodeSelectorTerms! [NodeSelectorTerm]
        core.v1.PreferredSchedulingTerm: preference! NodeSelectorTerm, weight! int
        core.v1.PodAffinityTerm: labelSelector LabelSelector, matchLabelKeys [string], mismatchLabelKeys [string],
          namespaceSelector LabelSelector, namespaces [string], topologyKey! string
        core.v1.WeightedPodAffinityTerm: podAffinityTerm! PodAffinityTerm, weight! int
        core.v1.ContainerStateWaiting: message string, reason string
        core.v1.ContainerStateRunning: startedAt Time
        core.v1.ContainerStateTerminated: containerID string, exitCode! int, finishedAt Time, message string, reason
          string, signal int, startedAt Time
        core.v1.VolumeStatus: image ImageVolumeStatus
        core.v1.LinuxContainerUser: gid! int, supplementalGroups [int], uid! int
        core.v1.ResourceHealth: health string, message string, resourceID! string
        core.v1.PortStatus: error string, port! int, protocol! string
        core.v1.ObjectFieldSelector: apiVersion string, fieldPath! string
        core.v1.ResourceFieldSelector: containerName string, divisor Quantity, resource! string
        core.v1.SecretProjection: items [KeyToPath], name string, optional bool
        core.v1.DownwardAPIProjection: items [DownwardAPIVolumeFile]
        core.v1.ConfigMapProjection: items [KeyToPath], name string, optional bool
        core.v1.ServiceAccountTokenProjection: audience string, expirationSeconds int, path! string, user int
        core.v1.ClusterTrustBundleProjection: labelSelector LabelSelector, name string, optional bool, path! string,
          signerName string, user int
        core.v1.PodCertificateProjection: certificateChainPath string, credentialBundlePath string, keyPath string,
          keyType! string, maxExpirationSeconds int, signerName! string, user int, userAnnotations {string}
        core.v1.PersistentVolumeClaimSpec: accessModes [string], dataSource TypedLocalObjectReference, dataSourceRef
          TypedObjectReference, resources VolumeResourceRequirements, selector LabelSelector, storageClassName
          string, volumeAttributesClassName string, volumeMode string, volumeName string
        core.v1.ConfigMapKeySelector: key! string, name string, optional bool
        core.v1.SecretKeySelector: key! string, name string, optional bool
        core.v1.FileKeySelector: key! string, optional bool, path! string, volumeName! string
        core.v1.HTTPHeader: name! string, value! string
        core.v1.SleepAction: seconds! int
        core.v1.NodeSelectorTerm: matchExpressions [NodeSelectorRequirement], matchFields [NodeSelectorRequirement]
        core.v1.ImageVolumeStatus: imageRef! string
        core.v1.VolumeResourceRequirements: limits {Quantity}, requests {Quantity}
        core.v1.TypedLocalObjectReference: apiGroup string, kind! string, name! string
        core.v1.TypedObjectReference: apiGroup string, kind! string, name! string, namespace string
        core.v1.NodeSelectorRequirement: key! string, operator! string, values [string]
        core.v1.EphemeralVolumeSource: readOnly bool
        core.v1.ServiceSpec: topologyKeys [string]
        """
}
