internal import Foundation
internal import TestSupport

/// The suite: every figure that the project promises, measured and printed.
///
/// Nothing here fails for being slow.
@main
enum Main {
    static let benchmarks: [Benchmark] =
        codecBenchmarks + transportBenchmarks + allocatorBenchmarks + multiFrameworkBenchmarks
        + quotaBenchmarks + sorterBenchmarks + resourcesBenchmarks + masterCoreBenchmarks + agentCoreBenchmarks
        + startBenchmarks + commandBenchmarks + marathonBenchmarks + launchBenchmarks + simulatedAgentBenchmarks
        + storeBenchmarks + masterStateBenchmarks + masterFailoverBenchmarks + kubernetesBenchmarks + podBenchmarks
        + allocatorGrids + sorterGrids

    static func main() async throws {
        signal(SIGPIPE, SIG_IGN)
        if CommandLine.arguments.dropFirst().first == "executor" { return try await runExecutor() }
        guard let options = Options(CommandLine.arguments.dropFirst()) else {
            print("usage: Benchmarks [NAME-PREFIX…] [--binary PATH] [--json] [--list]")
            exit(64)
        }
        let chosen = benchmarks.filter { options.selects($0.name) }
        if options.isList {
            for benchmark in chosen { print("\(benchmark.name): \(benchmark.what)") }
            return
        }
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let binary =
            options.binary ?? URL(fileURLWithPath: program).deletingLastPathComponent().appending(path: "roost").path
        let context = BenchmarkContext(binary: binary, program: program)
        var report = Report(machine: .current(repository: Roost.repository), isJSON: options.isJSON)
        for benchmark in chosen {
            report.begin(benchmark)
            do {
                let figures = try await within(.seconds(300), benchmark.name) { try await benchmark.run(context) }
                for figure in figures { report.add(figure, of: benchmark) }
            } catch {
                report.fail(benchmark, error)
            }
        }
        report.end()
        exit(0)
    }
}

/// The command line.
private struct Options {
    var prefixes: [String] = []
    var binary: String?
    var isJSON = false
    var isList = false

    init?(_ arguments: ArraySlice<String>) {
        var rest = arguments
        while let word = rest.popFirst() {
            switch word {
            case "--json": isJSON = true
            case "--list": isList = true
            case "--binary":
                guard let path = rest.popFirst() else { return nil }
                binary = URL(fileURLWithPath: path).path
            case _ where word.hasPrefix("-"): return nil
            default: prefixes.append(word)
            }
        }
    }

    /// Without names all but the grids, which take hours, are chosen.
    func selects(_ name: String) -> Bool {
        prefixes.isEmpty ? !name.hasPrefix("grid.") : prefixes.contains { name.hasPrefix($0) }
    }
}
