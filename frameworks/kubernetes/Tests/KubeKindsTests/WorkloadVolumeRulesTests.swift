import ClusterBase
import KubeModel
import Testing

@testable import KubeKinds

/// What is refused of a pod's volumes.
@Suite struct WorkloadVolumeRulesTests {
    private static func errors(_ volumes: String) throws -> [String] {
        let spec = #"{"volumes":[\#(volumes)],"serviceAccountName":"a","containers":[{"name":"c","image":"i"}]}"#
        return try WorkloadFixture("Pod").create(#"{"metadata":{"name":"p"},"spec":\#(spec)}"#).errors
    }

    /// A sound volume of every kind.
    private static let sound = [
        #""emptyDir":{"medium":"Memory","sizeLimit":"1Gi"}"#, #""hostPath":{"path":"/tmp","type":"Directory"}"#,
        #""gitRepo":{"repository":"https://example.com/r.git","directory":"d"}"#,
        #""gcePersistentDisk":{"pdName":"d","partition":0}"#, #""awsElasticBlockStore":{"volumeID":"v"}"#,
        #""secret":{"secretName":"s","items":[{"key":"k","path":"p","mode":256}]}"#,
        #""nfs":{"server":"s","path":"/p"}"#, #""glusterfs":{"endpoints":"e","path":"p"}"#,
        #""iscsi":{"targetPortal":"1.2.3.4","iqn":"iqn.2015-02.example.com:test","lun":0}"#,
        #""iscsi":{"targetPortal":"1.2.3.4","iqn":"eui.0123456789abcdef","lun":0}"#,
        #""flocker":{"datasetName":"d"}"#, #""persistentVolumeClaim":{"claimName":"c"}"#,
        #""rbd":{"monitors":["m"],"image":"i"}"#, #""cinder":{"volumeID":"v"}"#, #""cephfs":{"monitors":["m"]}"#,
        #""quobyte":{"registry":"r:1,s:2","volume":"v"}"#,
        #""downwardAPI":{"items":[{"path":"labels","fieldRef":{"fieldPath":"metadata.labels"}},"#
            + #"{"path":"cpu","resourceFieldRef":{"containerName":"c","resource":"limits.cpu","divisor":"1m"}}]}"#,
        #""fc":{"targetWWNs":["w"],"lun":2}"#, #""fc":{"wwids":["w"]}"#,
        #""flexVolume":{"driver":"d","options":{"example.com/a":"b"}}"#, #""configMap":{"name":"c"}"#,
        #""azureFile":{"secretName":"s","shareName":"n"}"#, #""vsphereVolume":{"volumePath":"p"}"#,
        #""photonPersistentDisk":{"pdID":"p"}"#, #""portworxVolume":{"volumeID":"v"}"#,
        #""azureDisk":{"diskName":"d","diskURI":"https://a.blob.core.windows.net/c/d.vhd"}"#,
        #""storageos":{"volumeName":"v"}"#, #""scaleIO":{"gateway":"g","system":"s","volumeName":"v"}"#,
        #""csi":{"driver":"csi.example.com","nodePublishSecretRef":{"name":"s"}}"#,
        #""projected":{"sources":[{"secret":{"name":"s"}},{"configMap":{"name":"c","items":[{"key":"k","path":"p"}]}},"#
            + #"{"serviceAccountToken":{"path":"token"}}]}"#,
    ]

    @Test(arguments: sound) func soundVolumesAreAccepted(_ source: String) throws {
        #expect(try Self.errors(#"{"name":"v",\#(source)}"#) == [])
    }

    @Test func everySourceIsTried() {
        let tried = Set(Self.sound.compactMap { $0.split(separator: "\"").first.map(String.init) })
        #expect(VolumeRules.sources.map(\.name).filter { !tried.contains($0) } == ["ephemeral"])
    }

    /// A source and what is said of it, the volume's path cut off.
    private static let faulty: [(String, [String])] = [
        (
            #""emptyDir":{"sizeLimit":"-1"},"hostPath":{"path":"/x"},"cephfs":{"monitors":["m"]}"#,
            [
                ".emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity",
                ".hostPath: Forbidden: may not specify more than 1 volume type",
                ".cephFS: Forbidden: may not specify more than 1 volume type",
            ]
        ),
        (#""hostPath":{"path":""}"#, [".hostPath.path: Required value"]),
        (
            #""hostPath":{"path":"/a/../b","type":"Link"}"#,
            [
                #".hostPath.path: Invalid value: "/a/../b": must not contain '..'"#,
                #".hostPath.type: Unsupported value: "Link": supported values: "", "BlockDevice", "CharDevice", "#
                    + #""Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket""#,
            ]
        ),
        (
            #""gcePersistentDisk":{"partition":256}"#,
            [
                ".persistentDisk.pdName: Required value",
                ".persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive",
            ]
        ),
        (
            #""secret":{"defaultMode":512,"items":[{"path":"/a","mode":-1},{"key":"k","path":"..a"}]}"#,
            [
                ".secret.secretName: Required value",
                ".secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive",
                ".secret.items[0].key: Required value",
                #".secret.items[0].path: Invalid value: "/a": must be a relative path"#,
                ".secret.items[0].mode: Invalid value: -1: must be a number between 0 and 0777 (octal), both inclusive",
                #".secret.items[1].path: Invalid value: "..a": must not start with '..'"#,
            ]
        ),
        (
            #""nfs":{}"#,
            [
                ".nfs.server: Required value", ".nfs.path: Required value",
                #".nfs.path: Invalid value: "": must be an absolute path"#,
            ]
        ),
        (
            #""iscsi":{"targetPortal":"t","iqn":"abc","lun":300,"chapAuthSession":true}"#,
            [
                #".iscsi.iqn: Invalid value: "abc": must be valid format starting with iqn, eui, or naa"#,
                ".iscsi.lun: Invalid value: 300: must be between 0 and 255, inclusive",
                ".iscsi.secretRef: Required value",
            ]
        ),
        (
            #""iscsi":{"targetPortal":"t","iqn":"iqn.20-02.example:x","lun":0}"#,
            [#".iscsi.iqn: Invalid value: "iqn.20-02.example:x": must be valid format"#]
        ),
        (
            #""flocker":{"datasetName":"a/b","datasetUUID":"u"}"#,
            [
                #".flocker: Invalid value: "resource": datasetName and datasetUUID can not be specified "#
                    + "simultaneously",
                #".flocker.datasetName: Invalid value: "a/b": must not contain '/'"#,
            ]
        ),
        (
            #""fc":{"targetWWNs":["a"],"wwids":["b"]}"#,
            [
                #".fc.targetWWNs: Invalid value: []string{"a"}: targetWWNs and wwids can not be specified "#
                    + "simultaneously",
                ".fc.lun: Required value: lun is required if targetWWNs is specified",
            ]
        ),
        (
            #""flexVolume":{"driver":"d","options":{"kubernetes.io/x":"y"}}"#,
            [
                #".flexVolume.options[kubernetes.io/x]: Invalid value: "kubernetes.io/x": kubernetes.io and k8s.io "#
                    + "namespaces are reserved"
            ]
        ),
        (
            #""downwardAPI":{"items":[{"path":"p"},{"path":"q","resourceFieldRef":{"resource":"limits.cpu"}}]}"#,
            [
                ".downwardAPI: Required value: one of fieldRef and resourceFieldRef is required",
                ".downwardAPI.resourceFieldRef.containerName: Required value",
            ]
        ),
        (
            #""projected":{"sources":[{"secret":{"name":"s","items":[{"key":"k","path":"p"}]},"#
                + #""configMap":{"name":"c","items":[{"key":"k","path":"p"}]}},"#
                + #"{"serviceAccountToken":{"path":"t","expirationSeconds":60}}]}"#,
            [
                #".projected: Invalid value: "c": conflicting duplicate paths"#,
                ".projected.sources[0]: Forbidden: may not specify more than 1 volume type",
                ".projected.sources[1].serviceAccountToken.expirationSeconds: Invalid value: 60: may not specify a "
                    + "duration less than 10 minutes",
            ]
        ),
        (
            #""azureDisk":{"diskName":"d","diskURI":"x","kind":"Managed","cachingMode":"All"}"#,
            [
                #".azureDisk.cachingMode: Unsupported value: "All": supported values: "None", "ReadOnly", "ReadWrite""#,
                #".azureDisk.diskURI: Unsupported value: "x": supported values: "/subscriptions/{sub-id}/"#
                    + #"resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}""#,
            ]
        ),
    ]

    @Test(arguments: faulty) func faultsAreNamed(_ source: String, _ expected: [String]) throws {
        #expect(try Self.errors(#"{"name":"v",\#(source)}"#) == expected.map { "spec.volumes[0]" + $0 })
    }

    @Test func volumesHaveNamesOfTheirOwn() throws {
        let volumes = #"{"name":"a"},{"name":"a"},{"emptyDir":{}}"#
        #expect(
            try Self.errors(volumes) == [
                #"spec.volumes[1].name: Duplicate value: "a""#, "spec.volumes[2].name: Required value",
            ])
    }

    @Test func volumeWithoutSourceIsAnEmptyDirectory() throws {
        let json = #"{"spec":{"volumes":[{"name":"a"}],"containers":[{"name":"c","image":"i"}]}}"#
        #expect(try WorkloadFixture("Pod").valid(json)["spec", "volumes"] == [["name": "a", "emptyDir": [:]]])
    }

    @Test func tokensNeedAnAccount() throws {
        let json = #"""
            {"metadata":{"name":"p"},"spec":{"volumes":[{"name":"a","projected":{"sources":[
             {"serviceAccountToken":{"path":"t"}}]}}],"containers":[{"name":"c","image":"i"}]}}
            """#
        #expect(
            try WorkloadFixture("Pod").create(json).errors == [
                "spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when "
                    + "serviceAccountName is not set"
            ])
    }
}
