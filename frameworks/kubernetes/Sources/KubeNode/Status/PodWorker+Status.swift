internal import ClusterBase
internal import KubeClient
internal import KubeModel
internal import KubeletCore
internal import Logging

extension PodWorker {
    /// Writes the status whenever there is something to write: the latest, once at a time.
    func writeStatus() async {
        var failures = 0
        while !Task.isCancelled {
            do {
                try await writeLatest()
                failures = 0
                await statusSignal.wait()
            } catch {
                if Task.isCancelled { return }
                world.logger.debug("a pod's status was not written", metadata: ["pod": "\(key)", "error": "\(error)"])
                failures += 1
                let pause = min(Duration.seconds(10), .milliseconds(100) * (1 << min(failures, 7)))
                guard (try? await world.clock.sleep(pause)) != nil else { return }
            }
        }
    }

    /// Writes what the API does not have.
    func writeLatest() async throws {
        guard let target, let wanted = sync.statusPatch(now: now), wanted != lastWrite else { return }
        var patch = KubeObject(wanted) ?? KubeObject()
        patch["metadata", "uid"] = .string(target.uid)
        let (client, body) = (world.client, patch.value)
        do {
            let written = try await world.writes.pass {
                try await client.patch(.pods, target.key, .strategic, body, subresource: "status")
            }
            lastWrite = wanted
            took(written)
        } catch let error as APIError where [404, 409, 422].contains(error.code) {
            // The object is gone or another one, which the watch tells; what was refused would be again.
            lastWrite = wanted
            if error.code == 422 {
                world.logger.warning("a pod's status was refused", metadata: ["pod": "\(key)", "error": "\(error)"])
            }
        }
    }

    /// Takes the answer to a write as news, unless the watch has told of it already.
    private func took(_ written: KubeObject) {
        var object = sync.view.object
        guard target?.uid == written.uid, let new = Int64(written.resourceVersion),
            new > Int64(object.resourceVersion) ?? 0, written.deletionTimestamp == object.deletionTimestamp
        else { return }
        object["status"] = written["status"]
        object.resourceVersion = written.resourceVersion
        _ = sync.update(PodView(object))
    }

    /// Removes the API's object for good, once nothing of the pod runs; true when it is gone.
    func release() async -> Bool {
        defer { isReleased = true }
        guard let target, target.uid == uid else {
            forsake()
            return true
        }
        try? await writeLatest()
        do {
            try await world.client.delete(.pods, key, DeletionRequest(gracePeriodSeconds: 0, uid: uid))
        } catch let error as APIError where error.code == 404 || error.code == 409 {
        } catch {
            world.logger.debug("a pod was not deleted", metadata: ["pod": "\(key)", "error": "\(error)"])
            return false
        }
        forsake()
        return true
    }

    /// Has nothing more to do with the API's object.
    func forsake() {
        target = nil
        sync.report(.objectGone, now: now)
    }
}
