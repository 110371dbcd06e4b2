import Core
import Testing

@testable import Services

@Suite struct TokenTests {
    private let registry = TokenRegistry([
        TokenGrant(name: "writer", token: "w-secret", canWrite: true), TokenGrant(name: "reader", token: "r-secret", canWrite: false, collections: []),
    ])

    @Test func nobodyIsAnonymous() throws {
        let principal = try registry.principal(token: nil)
        #expect(principal.isAnonymous && principal.access == .publicOnly)
        #expect { try principal.requireWrite() } throws: { ($0 as? ServiceError)?.code == .unauthenticated }
    }

    @Test func aReaderMayNotWrite() throws {
        let principal = try registry.principal(token: "r-secret")
        #expect { try principal.requireWrite() } throws: { ($0 as? ServiceError)?.code == .forbidden }
        #expect(principal.access == .publicOnly)
    }

    @Test func aWriterMay() throws { try registry.principal(token: "w-secret").requireWrite() }

    @Test(arguments: ["", "w-secre", "w-secret ", "W-SECRET"])
    func otherTokensAreRefused(token: String) {
        #expect { try registry.principal(token: token) } throws: { ($0 as? ServiceError)?.code == .unauthenticated }
    }
}
