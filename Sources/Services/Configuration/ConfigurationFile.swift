import Core
import Foundation
import Yams

/// The configuration file: YAML, one key a line; `tokens` may also be a list of `{name, token, scope, collections}`.
enum ConfigurationFile {
    /// - Throws: `ServiceError` that names the file, and the key that is not known or not well formed.
    static func read(_ path: String) throws -> (values: [ConfigurationKey: String], tokens: [TokenGrant]) {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ServiceError.parameter("config", path, "the file cannot be read")
        }
        let root: Any?
        do { root = try Yams.load(yaml: text) } catch {
            throw ServiceError.parameter("config", path, "is not YAML: \(CoreError.shorten("\(error)", to: 300))")
        }
        guard let members = (root ?? [String: Any]()) as? [String: Any] else {
            throw ServiceError.parameter("config", path, "holds keys and values")
        }
        var values: [ConfigurationKey: String] = [:]
        var tokens: [TokenGrant] = []
        for (name, value) in members {
            guard let key = ConfigurationKey(rawValue: name), key != .config else {
                let known = ConfigurationKey.allCases.filter { $0 != .config }.map(\.rawValue).sorted().joined(separator: ", ")
                throw ServiceError.parameter("config", path, "'\(CoreError.shorten(name))' is not a key; there are: \(known)")
            }
            if key == .tokens, let entries = value as? [[String: Any]] {
                tokens = try entries.map { try grant($0) }
            } else if let list = value as? [Any] {
                values[key] = list.map { "\($0)" }.joined(separator: ",")
            } else {
                values[key] = "\(value)"
            }
        }
        return (values, tokens)
    }

    private static func grant(_ entry: [String: Any]) throws -> TokenGrant {
        let known: Set<String> = ["name", "token", "scope", "collections"]
        if let stranger = entry.keys.first(where: { !known.contains($0) }) {
            throw ServiceError.parameter("tokens", stranger, "a token has name, token, scope and collections")
        }
        guard let name = entry["name"] as? String, let token = entry["token"].map({ "\($0)" }), !token.isEmpty else {
            throw ServiceError.parameter("tokens", "…", "a token has a name and a token")
        }
        let scope = entry["scope"].map { "\($0)" } ?? "read"
        guard scope == "read" || scope == "write" else {
            throw ServiceError.parameter("tokens", scope, "the scope of a token is read or write")
        }
        let collections = try (entry["collections"] as? [Any])?.map { try CollectionID("\($0)") }
        return TokenGrant(name: name, token: token, canWrite: scope == "write", collections: collections)
    }
}
