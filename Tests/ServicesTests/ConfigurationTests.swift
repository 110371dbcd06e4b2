import Foundation
import Testing

@testable import Services

@Suite struct ConfigurationTests {
    private func file(_ text: String) throws -> String {
        let path = NSTemporaryDirectory() + "/chronotope-\(UUID().uuidString).yaml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func resolve(_ options: [ConfigurationKey: String] = [:], _ environment: [String: String] = [:]) throws -> Configuration {
        try ConfigurationResolver(options: options, environment: environment).resolve()
    }

    @Test func hasDefaults() throws {
        let configuration = try resolve()
        #expect(configuration.port == 8080 && configuration.host == "127.0.0.1" && configuration.tokens.isEmpty)
    }

    @Test func commandLineWinsOverEnvironmentOverFile() throws {
        let path = try file("port: 1000\nhost: 10.0.0.1\ndata: there\n")
        let configuration = try resolve([.config: path, .port: "3000"], ["CHRONOTOPE_PORT": "2000", "CHRONOTOPE_HOST": "127.0.0.2"])
        #expect(configuration.port == 3000 && configuration.host == "127.0.0.2" && configuration.data == "there")
    }

    @Test(arguments: ["prot: 1\n", "- a\n", "port: [", "tokens:\n  - {name: a, token: bcde, scop: read}\n"])
    func refusesWhatItDoesNotKnowInTheFile(text: String) throws {
        let path = try file(text)
        #expect(throws: ServiceError.self) { try resolve([.config: path]) }
    }

    @Test func refusesUnknownVariables() {
        #expect { try resolve([:], ["CHRONOTOPE_PROT": "1"]) } throws: { "\($0)".contains("CHRONOTOPE_PROT") && "\($0)".contains("CHRONOTOPE_PORT") }
    }

    @Test(arguments: [("port", "99999"), ("port", "x"), ("chunk_cache", "12Q"), ("public_url", "ftp://a"), ("tokens", "a:b"), ("threads", "0")])
    func refusesValuesThatBreakARule(name: String, value: String) throws {
        let key = try #require(ConfigurationKey(rawValue: name))
        #expect { try resolve([key: value]) } throws: { "\($0)".contains(name) }
    }

    @Test func readsSizesAndTokens() throws {
        let path = try file("chunk_cache: 2M\ntokens:\n  - name: reader\n    token: secret\n    collections: [a, b]\n")
        let configuration = try resolve([.config: path, .devToken: "dev"])
        #expect(configuration.chunkCacheBytes == 2 << 20)
        #expect(configuration.tokens.map(\.name) == ["reader", "dev"] && configuration.tokens[0].collections?.count == 2 && !configuration.tokens[0].canWrite)
    }
}
