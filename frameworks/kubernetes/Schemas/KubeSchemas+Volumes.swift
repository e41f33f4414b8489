extension KubeSchemas {
    /// Volumes and their sources.
    static let volumes = #"""
        type core.v1.Volume | A directory that containers of a pod may mount; one source must be given.
          name string required | The name that mounts refer to.
          hostPath core.v1.HostPathVolumeSource? | A file or directory of the node.
          emptyDir core.v1.EmptyDirVolumeSource? | An empty directory that lives as long as the pod.
          gcePersistentDisk core.v1.GCEPersistentDiskVolumeSource? | A Google Compute Engine disk.
          awsElasticBlockStore core.v1.AWSElasticBlockStoreVolumeSource? | An Amazon EBS disk.
          gitRepo core.v1.GitRepoVolumeSource? | A clone of a Git repository.
          secret core.v1.SecretVolumeSource? | The values of a secret as files.
          nfs core.v1.NFSVolumeSource? | An NFS export.
          iscsi core.v1.ISCSIVolumeSource? | An iSCSI disk.
          glusterfs core.v1.GlusterfsVolumeSource? | A Glusterfs volume.
          persistentVolumeClaim core.v1.PersistentVolumeClaimVolumeSource? | A volume claimed in the namespace.
          rbd core.v1.RBDVolumeSource? | A Ceph block device.
          flexVolume core.v1.FlexVolumeSource? | A volume of a driver program on the node.
          cinder core.v1.CinderVolumeSource? | An OpenStack Cinder disk.
          cephfs core.v1.CephFSVolumeSource? | A Ceph file system.
          flocker core.v1.FlockerVolumeSource? | A Flocker volume.
          downwardAPI core.v1.DownwardAPIVolumeSource? | Facts about the pod as files.
          fc core.v1.FCVolumeSource? | A Fibre Channel disk.
          azureFile core.v1.AzureFileVolumeSource? | An Azure file share.
          configMap core.v1.ConfigMapVolumeSource? | The values of a config map as files.
          vsphereVolume core.v1.VsphereVirtualDiskVolumeSource? | A vSphere disk.
          quobyte core.v1.QuobyteVolumeSource? | A Quobyte volume.
          azureDisk core.v1.AzureDiskVolumeSource? | An Azure disk.
          photonPersistentDisk core.v1.PhotonPersistentDiskVolumeSource? | A Photon Controller disk.
          projected core.v1.ProjectedVolumeSource? | Several sources in one directory.
          portworxVolume core.v1.PortworxVolumeSource? | A Portworx volume.
          scaleIO core.v1.ScaleIOVolumeSource? | A ScaleIO volume.
          storageos core.v1.StorageOSVolumeSource? | A StorageOS volume.
          csi core.v1.CSIVolumeSource? | A volume of a CSI driver, made for the pod.
          ephemeral core.v1.EphemeralVolumeSource? | A claimed volume that lives as long as the pod.
          image core.v1.ImageVolumeSource? | The files of an image.

        type core.v1.HostPathVolumeSource | A file or directory of the node.
          path string required | Its path.
          type string? default= | What must be there, such as Directory; nothing is checked when empty.

        type core.v1.EmptyDirVolumeSource | An empty directory.
          medium string | Memory for one in memory.
          sizeLimit Quantity? | The most it may hold.
          mode int32? | Permission bits of the directory.

        type core.v1.GCEPersistentDiskVolumeSource | A Google Compute Engine disk.
          pdName string required | The disk.
          fsType string | The file system on the volume, such as ext4.
          partition int32 | The partition; 0 for the whole disk.
          readOnly bool | Whether the volume is mounted for reading only.

        type core.v1.AWSElasticBlockStoreVolumeSource | An Amazon EBS disk.
          volumeID string required | The disk.
          fsType string | The file system on the volume, such as ext4.
          partition int32 | The partition; 0 for the whole disk.
          readOnly bool | Whether the volume is mounted for reading only.

        type core.v1.GitRepoVolumeSource | A clone of a Git repository.
          repository string required | The URL.
          revision string | The commit.
          directory string | The directory it is cloned into.

        type core.v1.SecretVolumeSource | The values of a secret as files.
          secretName string | The secret.
          items [core.v1.KeyToPath] list=atomic | The keys to project and the paths to put them at; all keys when
            | empty.
          defaultMode int32? default=420 | Permission bits of files that name none of their own.
          optional bool? | Whether it may be absent.
          defaultUser int64? | The owner of files that name none of their own.

        type core.v1.NFSVolumeSource | An NFS export.
          server string required | The server.
          path string required | The path on the server.
          readOnly bool | Whether the volume is mounted for reading only.

        type core.v1.ISCSIVolumeSource | An iSCSI disk.
          targetPortal string required | Address and port of the target.
          iqn string required | The target's name.
          lun int32 required | The number of the disk at the target.
          iscsiInterface string default=default | The interface that is used.
          fsType string | The file system on the volume, such as ext4.
          readOnly bool | Whether the volume is mounted for reading only.
          portals [string] list=atomic | Further addresses of the target.
          chapAuthDiscovery bool | Whether discovery authenticates by CHAP.
          chapAuthSession bool | Whether sessions authenticate by CHAP.
          secretRef core.v1.LocalObjectReference? | The secret with the credentials.
          initiatorName string? | The name to appear as.

        type core.v1.GlusterfsVolumeSource | A Glusterfs volume.
          endpoints string required | The endpoints that name the servers.
          path string required | The volume.
          readOnly bool | Whether the volume is mounted for reading only.

        type core.v1.PersistentVolumeClaimVolumeSource | A volume claimed in the namespace.
          claimName string required | The claim.
          readOnly bool | Whether the volume is mounted for reading only.

        type core.v1.RBDVolumeSource | A Ceph block device.
          monitors [string] required list=atomic | Addresses of the Ceph monitors.
          image string required | The image.
          fsType string | The file system on the volume, such as ext4.
          pool string default=rbd | The pool.
          user string default=admin | The user to act as.
          keyring string default=/etc/ceph/keyring | The file with the keys.
          secretRef core.v1.LocalObjectReference? | The secret with the credentials.
          readOnly bool | Whether the volume is mounted for reading only.

        type core.v1.FlexVolumeSource | A volume of a driver program on the node.
          driver string required | The driver.
          fsType string | The file system on the volume, such as ext4.
          secretRef core.v1.LocalObjectReference? | The secret with the credentials.
          readOnly bool | Whether the volume is mounted for reading only.
          options {string} | What the driver is told.

        type core.v1.CinderVolumeSource | An OpenStack Cinder disk.
          volumeID string required | The disk.
          fsType string | The file system on the volume, such as ext4.
          readOnly bool | Whether the volume is mounted for reading only.
          secretRef core.v1.LocalObjectReference? | The secret with the credentials.

        type core.v1.CephFSVolumeSource | A Ceph file system.
          monitors [string] required list=atomic | Addresses of the Ceph monitors.
          path string | The directory to mount as root.
          user string | The user to act as.
          secretFile string | The file with the key.
          secretRef core.v1.LocalObjectReference? | The secret with the credentials.
          readOnly bool | Whether the volume is mounted for reading only.

        type core.v1.FlockerVolumeSource | A Flocker volume.
          datasetName string | The data set's name.
          datasetUUID string | The data set's id.

        type core.v1.DownwardAPIVolumeSource | Facts about the pod as files.
          items [core.v1.DownwardAPIVolumeFile] list=atomic | The files.
          defaultMode int32? default=420 | Permission bits of files that name none of their own.
          defaultUser int64? | The owner of files that name none of their own.

        type core.v1.FCVolumeSource | A Fibre Channel disk.
          targetWWNs [string] list=atomic | Names of the target.
          lun int32? | The number of the disk at the target.
          fsType string | The file system on the volume, such as ext4.
          readOnly bool | Whether the volume is mounted for reading only.
          wwids [string] list=atomic | World-wide ids, in place of names and number.

        type core.v1.AzureFileVolumeSource | An Azure file share.
          secretName string required | The secret with account and key.
          shareName string required | The share.
          readOnly bool | Whether the volume is mounted for reading only.

        type core.v1.ConfigMapVolumeSource | The values of a config map as files.
          name string | The config map.
          items [core.v1.KeyToPath] list=atomic | The keys to project and the paths to put them at; all keys when
            | empty.
          defaultMode int32? default=420 | Permission bits of files that name none of their own.
          optional bool? | Whether it may be absent.
          defaultUser int64? | The owner of files that name none of their own.

        type core.v1.VsphereVirtualDiskVolumeSource | A vSphere disk.
          volumePath string required | Its path.
          fsType string | The file system on the volume, such as ext4.
          storagePolicyName string | The storage policy's name.
          storagePolicyID string | The storage policy's id.

        type core.v1.QuobyteVolumeSource | A Quobyte volume.
          registry string required | Addresses of the registries.
          volume string required | The volume.
          readOnly bool | Whether the volume is mounted for reading only.
          user string | The user to act as.
          group string | The group to act as.
          tenant string | The tenant that owns it.

        type core.v1.AzureDiskVolumeSource | An Azure disk.
          diskName string required | The disk's name.
          diskURI string required | Where the disk is.
          cachingMode string? default=ReadWrite | None, ReadOnly or ReadWrite.
          fsType string? default=ext4 | The file system on the volume, such as ext4.
          readOnly bool? default=false | Whether the volume is mounted for reading only.
          kind string? default=Shared | Shared, Dedicated or Managed.

        type core.v1.PhotonPersistentDiskVolumeSource | A Photon Controller disk.
          pdID string required | The disk.
          fsType string | The file system on the volume, such as ext4.

        type core.v1.ProjectedVolumeSource | Several sources in one directory.
          sources [core.v1.VolumeProjection] emitted list=atomic | The sources.
          defaultMode int32? default=420 | Permission bits of files that name none of their own.
          defaultUser int64? | The owner of files that name none of their own.

        type core.v1.PortworxVolumeSource | A Portworx volume.
          volumeID string required | The volume.
          fsType string | The file system on the volume, such as ext4.
          readOnly bool | Whether the volume is mounted for reading only.

        type core.v1.ScaleIOVolumeSource | A ScaleIO volume.
          gateway string required | The address of the gateway.
          system string required | The storage system.
          secretRef core.v1.LocalObjectReference? required | The secret with the credentials.
          sslEnabled bool | Whether the gateway is reached by TLS.
          protectionDomain string | The protection domain.
          storagePool string | The storage pool.
          storageMode string default=ThinProvisioned | Thick or thin provisioning.
          volumeName string | The volume.
          fsType string default=xfs | The file system on the volume, such as ext4.
          readOnly bool | Whether the volume is mounted for reading only.

        type core.v1.StorageOSVolumeSource | A StorageOS volume.
          volumeName string | The volume.
          volumeNamespace string | The volume's namespace there.
          fsType string | The file system on the volume, such as ext4.
          readOnly bool | Whether the volume is mounted for reading only.
          secretRef core.v1.LocalObjectReference? | The secret with the credentials.

        type core.v1.CSIVolumeSource | A volume that a CSI driver makes for the pod.
          driver string required | The driver.
          readOnly bool? | Whether the volume is mounted for reading only.
          fsType string? | The file system on the volume, such as ext4.
          volumeAttributes {string} | What the driver is told.
          nodePublishSecretRef core.v1.LocalObjectReference? | The secret that the driver is given.

        type core.v1.EphemeralVolumeSource | A claimed volume that lives as long as the pod.
          volumeClaimTemplate core.v1.PersistentVolumeClaimTemplate? | The claim to make.
          readOnly bool | Whether the volume is mounted for reading only.

        type core.v1.ImageVolumeSource | The files of an image.
          reference string | The image.
          pullPolicy string | When it is pulled.

        type core.v1.KeyToPath | A key and the file it becomes.
          key string required | The key.
          path string required | The path of the file.
          mode int32? | Permission bits of this file.
          user int64? | The owner of the file.

        type core.v1.DownwardAPIVolumeFile | A fact about the pod and the file it becomes.
          path string required | The path of the file.
          fieldRef core.v1.ObjectFieldSelector? | A field of the pod.
          resourceFieldRef core.v1.ResourceFieldSelector? | A resource of a container.
          mode int32? | Permission bits of this file.
          user int64? | The owner of the file.

        type core.v1.VolumeProjection | One of several sources in a directory; one member must be given.
          secret core.v1.SecretProjection? | The values of a secret.
          downwardAPI core.v1.DownwardAPIProjection? | Facts about the pod.
          configMap core.v1.ConfigMapProjection? | The values of a config map.
          serviceAccountToken core.v1.ServiceAccountTokenProjection? | A token of the pod's service account.
          clusterTrustBundle core.v1.ClusterTrustBundleProjection? | Certificates to trust.
          podCertificate core.v1.PodCertificateProjection? | A certificate and key for the pod.

        type core.v1.PersistentVolumeClaimTemplate | A claim to be made for a pod.
          metadata meta.v1.ObjectMeta | Labels and annotations of the claim.
          spec core.v1.PersistentVolumeClaimSpec required | What is claimed.

        type core.v1.SecretProjection | The values of a secret.
          name string | The secret.
          items [core.v1.KeyToPath] list=atomic | The keys to project and the paths to put them at; all keys when
            | empty.
          optional bool? | Whether it may be absent.

        type core.v1.DownwardAPIProjection | Facts about the pod.
          items [core.v1.DownwardAPIVolumeFile] list=atomic | The files.

        type core.v1.ConfigMapProjection | The values of a config map.
          name string | The config map.
          items [core.v1.KeyToPath] list=atomic | The keys to project and the paths to put them at; all keys when
            | empty.
          optional bool? | Whether it may be absent.

        type core.v1.ServiceAccountTokenProjection | A token of the pod's service account.
          audience string | Whom the token is for; the API server when empty.
          expirationSeconds int64? default=3600 | Seconds the token is good for; it is renewed in time.
          path string required | The path of the file.
          user int64? | The owner of the file.

        type core.v1.ClusterTrustBundleProjection | Certificates to trust.
          name string? | The bundle.
          signerName string? | The signer whose bundles are taken.
          labelSelector meta.v1.LabelSelector? | Which pods count, by their labels.
          optional bool? | Whether it may be absent.
          path string required | The path of the file.
          user int64? | The owner of the file.

        type core.v1.PodCertificateProjection | A certificate and key for the pod.
          signerName string required | The signer.
          keyType string required | The sort of key.
          maxExpirationSeconds int32? | The most seconds the certificate is good for.
          credentialBundlePath string | The file for key and certificates together.
          keyPath string | The file for the key.
          certificateChainPath string | The file for the certificates.
          userAnnotations {string} | What the signer is told.
          user int64? | The owner of the files.

        type core.v1.PersistentVolumeClaimSpec | A wish for storage.
          accessModes [string] list=atomic | How it is to be mounted.
          selector meta.v1.LabelSelector? | Which volumes come into question, by their labels.
          resources core.v1.VolumeResourceRequirements | How much is wanted.
          volumeName string | The volume it is bound to.
          storageClassName string? | The storage class.
          volumeMode string? default=Filesystem | Filesystem or Block.
          dataSource core.v1.TypedLocalObjectReference? | What to fill it from.
          dataSourceRef core.v1.TypedObjectReference? | What to fill it from, of any kind.
          volumeAttributesClassName string? | The class of its attributes.

        type core.v1.VolumeResourceRequirements | How much storage is wanted.
          limits {Quantity} | The most.
          requests {Quantity} | The least.
        """#
}
