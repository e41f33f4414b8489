internal import ClusterBase
internal import KubeModel

extension VolumeRules {
    /// The kinds of volumes, in the order in which upstream looks for them.
    static let sources: [Source] = [
        Source(name: "emptyDir", rules: [sizeLimit]),
        Source(name: "hostPath", rules: [hostPath]),
        Source(name: "gitRepo", rules: [required("repository"), { PathRules.descending($0["directory"]) }]),
        Source(name: "gcePersistentDisk", shownAs: "persistentDisk", rules: [required("pdName"), partition]),
        Source(name: "awsElasticBlockStore", rules: [required("volumeID"), partition]),
        Source(name: "secret", rules: [required("secretName"), files]),
        Source(name: "nfs", rules: [required("server", "path"), absolutePath]),
        Source(name: "iscsi", rules: [required("targetPortal"), iscsi]),
        Source(name: "glusterfs", rules: [required("endpoints", "path")]),
        Source(name: "flocker", rules: [flocker]),
        Source(name: "persistentVolumeClaim", rules: [required("claimName")]),
        Source(name: "rbd", rules: [required("monitors", "image")]),
        Source(name: "cinder", rules: [required("volumeID"), secretReference]),
        Source(name: "cephfs", forbiddenAs: "cephFS", rules: [required("monitors")]),
        Source(name: "quobyte", rules: [quobyte, required("volume")]),
        Source(name: "downwardAPI", forbiddenAs: "downwarAPI", rules: [downwardAPI]),
        Source(name: "fc", rules: [fibreChannel]),
        Source(name: "flexVolume", rules: [required("driver"), flexOptions]),
        Source(name: "configMap", rules: [required("name"), files]),
        Source(name: "azureFile", rules: [required("secretName", "shareName")]),
        Source(name: "vsphereVolume", rules: [required("volumePath")]),
        Source(name: "photonPersistentDisk", rules: [required("pdID")]),
        Source(name: "portworxVolume", rules: [required("volumeID")]),
        Source(name: "azureDisk", rules: [required("diskName", "diskURI"), azureDisk]),
        Source(name: "storageos", rules: [storageOS, secretReference]),
        Source(name: "projected", rules: [projected]),
        Source(name: "scaleIO", rules: [required("gateway", "system", "volumeName")]),
        Source(name: "csi", rules: [csi]),
        Source(name: "ephemeral", rules: [required("volumeClaimTemplate")]),
    ]

    /// Members that may not be empty.
    private static func required(_ names: String...) -> SourceRule {
        { source in names.flatMap { source[$0].requiredErrors } }
    }

    private static let sizeLimit: SourceRule = { source in
        let limit = source["sizeLimit"]
        guard let quantity = Quantity(limit.json), quantity < .zero else { return [] }
        return [limit.forbidden("SizeLimit field must be a valid resource quantity")]
    }

    private static let hostPathTypes = [
        "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket",
    ]

    private static let hostPath: SourceRule = { source in
        let path = source["path"]
        return path.isEmpty
            ? [path.required()] : PathRules.withoutBacksteps(path) + source["type"].oneOfIfGiven(hostPathTypes)
    }

    /// A partition may be 0, the whole disk, though the message denies it.
    private static let partition: SourceRule = { source in
        guard let number = source["partition"].integer, !(0...255).contains(number) else { return [] }
        return [source["partition"].invalid("must be between 1 and 255, inclusive")]
    }

    private static let absolutePath: SourceRule = { source in
        let path = source["path"]
        return path.text.hasPrefix("/")
            ? [] : [.invalid(path.path, .string(path.text), "must be an absolute path")]
    }

    private static let flocker: SourceRule = { source in
        let (name, uuid) = (source["datasetName"], source["datasetUUID"])
        var errors: [FieldError] = []
        if name.isEmpty, uuid.isEmpty {
            errors.append(source.required("one of datasetName and datasetUUID is required"))
        }
        if !name.isEmpty, !uuid.isEmpty {
            let detail = "datasetName and datasetUUID can not be specified simultaneously"
            errors.append(.invalid(source.path, "resource", detail))
        }
        if name.text.contains("/") { errors.append(name.invalid("must not contain '/'")) }
        return errors
    }

    private static let secretReference: SourceRule = { source in
        source["secretRef"].isPresent ? source["secretRef"]["name"].requiredErrors : []
    }

    private static let quobyte: SourceRule = { source in
        let (registry, tenant) = (source["registry"], source["tenant"])
        let pairs = "must be a host:port pair or multiple pairs separated by commas"
        if registry.isEmpty { return [registry.required(pairs)] }
        if tenant.text.utf8.count > 64 {
            return [tenant.required("must be a UUID and may not exceed a length of 64 characters")]
        }
        return registry.text.split(separator: ",", omittingEmptySubsequences: false)
            .filter { !isHostAndPort($0) }
            .map { _ in registry.invalid(pairs) }
    }

    private static func isHostAndPort(_ text: Substring) -> Bool {
        if text.hasPrefix("[") { return text.contains("]:") }
        return text.count { $0 == ":" } == 1
    }

    private static let fibreChannel: SourceRule = { source in
        let (targets, lun) = (source["targetWWNs"], source["lun"])
        let hasOthers = !source["wwids"].isEmpty
        if targets.isEmpty {
            return hasOthers ? [] : [targets.required("must specify either targetWWNs or wwids, but not both")]
        }
        var errors: [FieldError] = []
        if hasOthers {
            let detail = "targetWWNs and wwids can not be specified simultaneously"
            errors.append(.invalid(targets.path, shown: GoText.list(targets.texts), detail))
        }
        if !lun.isPresent { errors.append(lun.required("lun is required if targetWWNs is specified")) }
        return errors + lun.checkNumber { NameRules.inRange($0, 0...255) }
    }

    private static let flexOptions: SourceRule = { source in
        source["options"].entries.compactMap { key, option in
            let domain = "." + (key.split(separator: "/", maxSplits: 1).first ?? "").lowercased()
            guard domain.hasSuffix(".kubernetes.io") || domain.hasSuffix(".k8s.io") else { return nil }
            return .invalid(option.path, .string(key), "kubernetes.io and k8s.io namespaces are reserved")
        }
    }

    private static let azureDisk: SourceRule = { source in
        let (kind, uri) = (source["kind"], source["diskURI"])
        var errors = source["cachingMode"].oneOfIfGiven(["None", "ReadOnly", "ReadWrite"])
        errors += kind.oneOfIfGiven(["Dedicated", "Managed", "Shared"])
        guard kind.isPresent else { return errors }
        let isManaged = kind.text == "Managed"
        if !uri.text.hasPrefix(isManaged ? "/subscriptions/" : "https://") {
            let form =
                isManaged
                ? "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"
                : "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"
            errors.append(.notSupported(uri.path, .string(uri.text), [form]))
        }
        return errors
    }

    private static let storageOS: SourceRule = { source in
        source["volumeName"].checkRequired(NameRules.dns1123Label)
            + source["volumeNamespace"].checkOptional(NameRules.dns1123Label)
    }

    private static let maximumDriverName = 63

    private static let csi: SourceRule = { source in
        let (driver, secret) = (source["driver"], source["nodePublishSecretRef"])
        var errors = driver.requiredErrors
        if driver.text.utf8.count > maximumDriverName {
            errors.append(.tooLong(driver.path, .string(driver.text), limit: maximumDriverName))
        }
        errors += Validation.invalid(
            driver.path, driver.text, NameRules.dns1123Subdomain(driver.text.lowercased()))
        guard secret.isPresent else { return errors }
        let name = secret["name"]
        return errors
            + (name.isEmpty
                ? [name.required()] : name.at(source.path.child("name")).check(NameRules.dns1123Subdomain))
    }
}
