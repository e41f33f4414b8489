internal import Foundation
internal import Testing

@testable internal import Containers

@Suite struct HostResourcesTests {
    @Test func whatIsOfferedLeavesRoomForTheHost() {
        #expect(HostResources.offeredMemory(totalBytes: 0) == 1024)
        #expect(HostResources.offeredMemory(totalBytes: 1 << 30) == 512)
        #expect(HostResources.offeredMemory(totalBytes: 2 << 30) == 1024)
        #expect(HostResources.offeredMemory(totalBytes: 16 << 30) == 15360)
        #expect(HostResources.offeredDisk(totalBytes: nil) == 10240)
        #expect(HostResources.offeredDisk(totalBytes: 4 << 30) == 2048)
        #expect(HostResources.offeredDisk(totalBytes: 10 << 30) == 5120)
    }

    @Test func thisMachineIsDetected() {
        let found = HostResources.detect(workDirectory: "/nowhere/yet")
        #expect(found.cpus == Double(ProcessInfo.processInfo.activeProcessorCount))
        #expect(HostResources.totalMemoryBytes == ProcessInfo.processInfo.physicalMemory)
        #expect(found.memoryMegabytes > 0 && found.diskMegabytes > 0)
        #expect(HostResources.bootID?.count == 36)
    }
}
