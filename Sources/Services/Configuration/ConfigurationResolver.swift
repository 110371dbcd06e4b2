import Core
import Foundation
import Yams

/// Puts the configuration together. The command line wins over the environment, that over the file, that over the defaults.
public struct ConfigurationResolver {
    private var values: [ConfigurationKey: String]
    private var fileTokens: [TokenGrant] = []

    /// - Parameters:
    ///   - options: what the command line gave.
    ///   - environment: the process environment; variables that begin with `CHRONOTOPE_` and are no key are an error.
    /// - Throws: `ServiceError.invalidParameter` that names the key.
    public init(options: [ConfigurationKey: String], environment: [String: String]) throws {
        values = [:]
        let fromEnvironment = try ConfigurationResolver.read(environment)
        if let path = options[.config] ?? fromEnvironment[.config] {
            (values, fileTokens) = try ConfigurationFile.read(path)
        }
        values.merge(fromEnvironment) { $1 }
        values.merge(options) { $1 }
    }

    private static func read(_ environment: [String: String]) throws -> [ConfigurationKey: String] {
        var found: [ConfigurationKey: String] = [:]
        let keys = Dictionary(uniqueKeysWithValues: ConfigurationKey.allCases.map { ($0.environmentVariable, $0) })
        for (name, value) in environment where name.hasPrefix("CHRONOTOPE_") {
            guard let key = keys[name] else {
                // Names that the test suites use, never read by the program itself.
                if name == "CHRONOTOPE_SHARED" || name == "CHRONOTOPE_URL" || name.hasPrefix("CHRONOTOPE_TEST_") { continue }
                throw ServiceError.parameter(name, value, "is not a configuration key; there are: " + keys.keys.sorted().joined(separator: ", "))
            }
            found[key] = value
        }
        return found
    }

    /// The value of a key, wherever it was given; nil where it was not, or is empty.
    public subscript(_ key: ConfigurationKey) -> String? { values[key].flatMap { $0.isEmpty ? nil : $0 } }

    /// A key that is on or off; nil where it was not given.
    ///
    /// - Throws: `invalidParameter` for what is neither.
    public func flag(_ key: ConfigurationKey) throws -> Bool? {
        guard let text = self[key] else { return nil }
        switch text.lowercased() {
        case "true", "yes", "on", "1": return true
        case "false", "no", "off", "0": return false
        default: throw ServiceError.parameter(key.rawValue, text, "is true or false")
        }
    }

    public func resolve() throws -> Configuration {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        return Configuration(
            data: values[.data] ?? "data",
            host: values[.host] ?? "127.0.0.1",
            port: try number(.port, default: 8080, in: 0...65535),
            database: values[.database],
            publicURL: try publicURL(),
            trustedProxies: list(.trustedProxies),
            tokens: try tokens(),
            web: values[.web],
            chunkCacheBytes: try bytes(.chunkCache, default: 256 << 20),
            tileCacheBytes: try bytes(.tileCache, default: 64 << 20),
            memoryBudgetBytes: try bytes(.memoryBudget, default: 1 << 30),
            threads: try number(.threads, default: max(2, cores), in: 1...1024),
            maximumBodyBytes: try bytes(.maximumBody, default: 16 << 20),
            maximumObjectBytes: try bytes(.maximumObject, default: 4 << 30))
    }

    private func list(_ key: ConfigurationKey) -> [String] {
        (values[key] ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    private func number(_ key: ConfigurationKey, default fallback: Int, in range: ClosedRange<Int>) throws -> Int {
        guard let text = values[key] else { return fallback }
        guard let value = Int(text), range.contains(value) else {
            throw ServiceError.parameter(key.rawValue, text, "is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private func bytes(_ key: ConfigurationKey, default fallback: Int) throws -> Int {
        guard let text = values[key]?.uppercased() else { return fallback }
        let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
        let unit = text.last.flatMap { units[$0] }
        guard let value = Int(unit == nil ? text[...] : text.dropLast()), value >= 0, value <= 1 << 40 else {
            throw ServiceError.parameter(key.rawValue, text, "is a number of bytes, also with K, M or G")
        }
        return value * (unit ?? 1)
    }

    private func publicURL() throws -> String? {
        guard let text = values[.publicURL] else { return nil }
        guard let url = URL(string: text), ["http", "https"].contains(url.scheme ?? ""), url.host != nil, url.query == nil, url.fragment == nil else {
            throw ServiceError.parameter("public_url", text, "is an http or https address without query and fragment")
        }
        return text
    }

    private func tokens() throws -> [TokenGrant] {
        var grants = fileTokens
        if let token = values[.devToken], !token.isEmpty { grants.append(TokenGrant(name: "dev", token: token, canWrite: true)) }
        for entry in list(.tokens) {
            let parts = entry.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3, !parts[0].isEmpty, parts[1].count >= 4, ["read", "write"].contains(parts[2]) else {
                throw ServiceError.parameter("tokens", "…", "is a list of name:token:read or name:token:write")
            }
            grants.append(TokenGrant(name: parts[0], token: parts[1], canWrite: parts[2] == "write"))
        }
        return grants
    }
}
