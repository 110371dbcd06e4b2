import Core
import GRDB
import GRDBSQLite

/// A cached prepared statement, bound and read through SQLite's own functions.
///
/// GRDB's value types copy every blob into a `Data` and box every column; at a microsecond per row that would be the larger part of
/// a load. Connections, transactions, migrations and the statement cache remain GRDB's.
struct Statement {
    private let handle: OpaquePointer
    /// Keeps the statement from being finalised.
    private let owner: GRDB.Statement

    /// - Parameter sql: numbered parameters must come before named ones, which SQLite numbers on from the last. It must be one of a small number of texts, because each stays in the cache of its connection.
    init(_ db: Database, _ sql: String) throws {
        owner = try db.cachedStatement(sql: sql)
        handle = owner.sqliteStatement
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    private func check(_ code: CInt) throws {
        guard code != SQLITE_OK else { return }
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(sqlite3_db_handle(handle))))
    }

    func bind(_ index: Int, _ value: Int64?) throws {
        if let value { try check(sqlite3_bind_int64(handle, CInt(index), value)) } else { try check(sqlite3_bind_null(handle, CInt(index))) }
    }

    func bind(_ index: Int, _ value: Double?) throws {
        if let value { try check(sqlite3_bind_double(handle, CInt(index), value)) } else { try check(sqlite3_bind_null(handle, CInt(index))) }
    }

    func bind(_ index: Int, _ value: Bool) throws { try bind(index, Int64(value ? 1 : 0)) }

    func bind(_ index: Int, _ value: String?) throws {
        guard var value else { return try check(sqlite3_bind_null(handle, CInt(index))) }
        guard !value.isEmpty else {
            return try check(sqlite3_bind_text64(handle, CInt(index), "", 0, Statement.transient, UInt8(SQLITE_UTF8)))
        }
        let code = value.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) {
                sqlite3_bind_text64(handle, CInt(index), $0.baseAddress, UInt64($0.count), Statement.transient, UInt8(SQLITE_UTF8))
            }
        }
        try check(code)
    }

    func bind(_ name: String, _ value: Int64?) throws { try bind(index(of: name), value) }
    func bind(_ name: String, _ value: Double?) throws { try bind(index(of: name), value) }
    func bind(_ name: String, _ value: Bool) throws { try bind(index(of: name), value) }
    func bind(_ name: String, _ value: String?) throws { try bind(index(of: name), value) }

    /// Of a named parameter. One that the text does not have gives 0, which SQLite refuses to bind.
    private func index(of name: String) -> Int { Int(sqlite3_bind_parameter_index(handle, name)) }

    /// Text or a blob; SQLite makes the one copy.
    func bind(_ index: Int, blob value: [UInt8]?) throws {
        guard let value else { return try check(sqlite3_bind_null(handle, CInt(index))) }
        guard !value.isEmpty else { return try check(sqlite3_bind_zeroblob(handle, CInt(index), 0)) }
        try check(value.withUnsafeBytes { sqlite3_bind_blob64(handle, CInt(index), $0.baseAddress, UInt64($0.count), Statement.transient) })
    }

    /// - Returns: whether there is a row.
    func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            let error = DatabaseError(
                resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(sqlite3_db_handle(handle))))
            sqlite3_reset(handle)
            throw error
        }
    }

    /// Runs a statement that gives no rows, and makes it ready for other values.
    func run() throws {
        _ = try step()
        sqlite3_reset(handle)
    }

    /// Ends reading before the last row, so that no lock or snapshot is held.
    func reset() { sqlite3_reset(handle) }

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, CInt(column)) == SQLITE_NULL }
    func int(_ column: Int) -> Int64 { sqlite3_column_int64(handle, CInt(column)) }
    func bool(_ column: Int) -> Bool { int(column) != 0 }
    func optionalInt(_ column: Int) -> Int64? { isNull(column) ? nil : int(column) }
    func double(_ column: Int) -> Double { sqlite3_column_double(handle, CInt(column)) }

    func blob(_ column: Int) -> [UInt8]? {
        guard !isNull(column) else { return nil }
        let count = Int(sqlite3_column_bytes(handle, CInt(column)))
        guard count > 0, let start = sqlite3_column_blob(handle, CInt(column)) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }

    func text(_ column: Int) -> String? {
        guard let start = sqlite3_column_text(handle, CInt(column)) else { return nil }
        let count = Int(sqlite3_column_bytes(handle, CInt(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// `SQLITE_TRANSIENT`, which is a cast that Swift does not import.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}
