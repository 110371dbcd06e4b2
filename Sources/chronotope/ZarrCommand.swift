import ArgumentParser
import Core
import Dispatch
import Foundation
import Services

struct ZarrCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zarr",
        abstract: "Look at Zarr stores, read, copy and reduce their arrays.",
        discussion: """
            PATH is a folder or a zip archive, Zarr v2 or v3, and may lead on into a group or to an array of it:

              chronotope zarr info cube.zarr
              chronotope zarr read cube.zarr/B04 --select time=0,y=0:100 -o part.npy
              chronotope zarr reduce cube.zarr/B04 --axis time --op mean -o mean.npy
              chronotope zarr copy cube.zip copy.zarr --chunks time=1,y=512,x=512
            """,
        subcommands: [ZarrInfo.self, ZarrRead.self, ZarrReduce.self, ZarrCopyCommand.self])
}

/// The options that say what work on arrays may use.
struct ArrayWorkOptions: ParsableArguments {
    @Option(help: ArgumentHelp(ConfigurationKey.threads.help, valueName: "n"))
    var threads: String?

    @Option(
        name: .customLong("memory-budget"),
        help: ArgumentHelp("Bytes that may be held at once (K, M, G allowed).", discussion: "Default: 1G", valueName: "bytes"))
    var memoryBudget: String?

    /// Runs the work with progress shown; interrupted, it tidies up and ends with 130.
    func run(_ body: (ArrayWork) throws -> Void) throws {
        var options: [ConfigurationKey: String] = [:]
        options[.threads] = threads
        options[.memoryBudget] = memoryBudget
        let configuration = try ConfigurationResolver(options: options, environment: ProcessInfo.processInfo.environment).resolve()
        let progress = ProgressPrinter()
        let interruption = Interruption()
        let work = ArrayWork(
            threads: configuration.threads, memoryBudget: configuration.memoryBudgetBytes, cancel: interruption.flag, progress: progress.report)
        do { try body(work) } catch is CancellationError { throw ExitCode(130) }
        progress.finish()
    }
}

/// Turns Ctrl-C and `kill` into a flag, so that half a result is removed.
final class Interruption {
    let flag = CancelFlag()
    private var sources: [any DispatchSourceSignal] = []

    init() {
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [flag] in flag.set() }
            source.resume()
            sources.append(source)
        }
    }
}
