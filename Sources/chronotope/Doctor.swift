import ArgumentParser
import Core
import Foundation
import Services

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the libraries, proj.db, the data directory and the web pages, and print the links that would be emitted.")

    @OptionGroup var store: StoreOptions

    @Option(name: .customLong("public-url"), help: ArgumentHelp(ConfigurationKey.publicURL.help, valueName: "url"))
    var publicURL: String?

    @Option(help: ArgumentHelp(ConfigurationKey.port.help, valueName: "n"))
    var port: String?

    func run() throws {
        var more: [ConfigurationKey: String] = [:]
        more[.publicURL] = publicURL
        more[.port] = port
        let configuration = try store.configuration(more)
        let checks = Diagnosis.run(configuration)
        for check in checks { print("\(check.isFine ? "ok  " : "FAIL") \(check.name): \(check.detail)") }
        print("\nLinks that would be emitted:")
        for link in Diagnosis.links(configuration) { print("  \(link)") }
        if checks.contains(where: { !$0.isFine }) { throw ExitCode(1) }
    }
}
