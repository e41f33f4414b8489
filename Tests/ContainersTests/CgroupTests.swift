internal import ClusterBase
internal import ClusterModel
internal import ClusterPorts
internal import Foundation
internal import TestSupport
internal import Testing

@testable internal import Containers

private let hasCgroups = getuid() == 0 && CgroupHierarchy.detect() != nil

@Suite struct CgroupTests {
    @Test(.enabled(if: hasCgroups)) func limitsAreSetChangedAndRemoved() async throws {
        try await withContainers { fixture in
            let containerizer = try fixture.processes(.cgroups(root: fixture.name, enforcesCPURequest: true))
            let limits = ContainerLimits(cpus: 0.5, memoryBytes: 64 << 20)
            let spec = try fixture.spec("sleep 1000", limits: limits)
            let pid = try #require(try await containerizer.launch(spec).pid)
            let cgroup = try #require(await containerizer.group(of: spec.id))
            #expect(cgroup.processes.contains(pid))
            #expect(cgroup.memoryLimitBytes == 64 << 20)
            if case .split(let cpu, _, _) = cgroup.hierarchy {
                #expect(PosixFile.read("\(cpu)/\(cgroup.path)/cpu.shares") == "512\n")
                #expect(PosixFile.read("\(cpu)/\(cgroup.path)/cpu.cfs_quota_us") == "50000\n")
            }
            try await containerizer.update(spec.id, limits: ContainerLimits(cpus: 1, memoryBytes: 128 << 20))
            #expect(cgroup.memoryLimitBytes == 128 << 20)
            try await containerizer.update(spec.id, limits: ContainerLimits(cpus: 1, memoryBytes: 64 << 20))
            #expect(cgroup.memoryLimitBytes == 128 << 20)
            let check = CommandInfo(value: "cat /proc/self/cgroup | grep -q \(fixture.name)")
            #expect(try await containerizer.execute(spec.id, command: check, timeout: .seconds(20)) == 0)
            #expect(try await containerizer.usage(spec.id).memoryBytes > 0)
            await containerizer.destroy(spec.id)
            _ = try await containerizer.wait(spec.id)
            #expect(!cgroup.exists)
        }
    }

    @Test(.enabled(if: hasCgroups)) func exhaustedMemoryEndsTheContainerWithItsReason() async throws {
        try await withContainers { fixture in
            let containerizer = try fixture.processes(.cgroups(root: fixture.name))
            // The hungry process is a child: its death alone would leave the first process running.
            let script = "sh -c 'x=a; while :; do x=$x$x; done' & sleep 1000"
            let spec = try fixture.spec(script, limits: ContainerLimits(cpus: 1, memoryBytes: 32 << 20))
            let termination = try await fixture.run(spec, in: containerizer)
            #expect(termination.limitation == .memory)
            #expect(termination.message.hasPrefix("Memory limit exceeded: Requested: 32MB Maximum Used: "))
            #expect(termination.exit == .signalled(SIGKILL))
            #expect(await containerizer.group(of: spec.id)?.exists == false)
        }
    }

    @Test(.enabled(if: hasCgroups)) func recoveryRemovesWhatIsUnknownBelowItsRootOnly() async throws {
        try await withContainers { fixture in
            let containerizer = try fixture.processes(.cgroups(root: fixture.name))
            let (kept, orphan) = (try fixture.spec("sleep 1000"), try fixture.spec("sleep 1000"))
            let keptPID = try #require(try await containerizer.launch(kept).pid)
            let orphanPID = try #require(try await containerizer.launch(orphan).pid)
            let later = try fixture.processes(.cgroups(root: fixture.name))
            let found = try await later.recover([fixture.recoverable(kept, pid: keptPID)])
            #expect(found == [kept.id: .running(ContainerStarted(pid: keptPID))])
            #expect(isAlive(keptPID))
            try await eventually("the orphan is gone") { !isAlive(orphanPID) }
            await later.destroy(kept.id)
            _ = try await later.wait(kept.id)
        }
    }

    @Test func arithmeticFollowsTheSpecification() {
        #expect(CgroupLimits.shares(cpus: 0.0001) == 2)
        #expect(CgroupLimits.shares(cpus: 1.5) == 1536)
        #expect(CgroupLimits.weight(cpus: 0.001) == 1)
        #expect(CgroupLimits.weight(cpus: 2) == 200)
        let plain = ContainerLimits(cpus: 0.25, memoryBytes: 1 << 20)
        #expect(CgroupLimits.quotaMicroseconds(plain, enforcesRequest: false) == nil)
        #expect(CgroupLimits.quotaMicroseconds(plain, enforcesRequest: true) == 25_000)
        #expect(
            CgroupLimits.quotaMicroseconds(ContainerLimits(cpus: 1, cpuLimit: .infinity), enforcesRequest: true) == -1)
        #expect(
            CgroupLimits.quotaMicroseconds(ContainerLimits(cpus: 1, cpuLimit: 0.001), enforcesRequest: false) == 1000)
        #expect(CgroupLimits.softMemoryBytes(plain) == 32 << 20)
        #expect(CgroupLimits.hardMemoryBytes(plain) == 32 << 20)
        let burst = ContainerLimits(cpus: 1, memoryBytes: 64 << 20, memoryLimitBytes: .max)
        #expect(CgroupLimits.hardMemoryBytes(burst) == .max)
        #expect(CgroupLimits.oomScoreAdjustment(burst, totalMemoryBytes: 128 << 20) == 500)
        #expect(CgroupLimits.oomScoreAdjustment(plain, totalMemoryBytes: 128 << 20) == nil)
    }

    @Test func bothHierarchiesAreFoundInTheMountTable() {
        let split = """
            30 25 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
            31 25 0:27 / /sys/fs/cgroup/cpu\\040x rw shared:1 - cgroup cgroup rw,cpu,cpuacct
            """
        #expect(
            CgroupHierarchy.detect(mounts: split)
                == .split(cpu: "/sys/fs/cgroup/cpu x", cpuacct: "/sys/fs/cgroup/cpu x", memory: "/sys/fs/cgroup/memory")
        )
        #expect(CgroupHierarchy.detect(mounts: "30 25 0:26 / /proc rw - proc proc rw\ntorn") == nil)
    }
}
