import GRDB

/// Numbers of rows: `collection key (21 bits) | kind (2 bits) | sequence (38 bits)`.
///
/// The items of a collection lie side by side in the table, by kind and then in the order they came, so that natural order, counts by
/// kind and the removal of a kind are walks over one range of the primary key, without another index. Sequence numbers are never
/// used twice, so a position in a page token cannot come to mean another row.
enum RowNumber {
    static let sequenceBits: Int64 = 38
    static let kindBits: Int64 = 2
    static let lastSequence: Int64 = (1 << sequenceBits) - 1
    static let lastCollection: Int64 = (1 << 21) - 1

    static func make(collection: Int64, kind: ItemKind, sequence: Int64) -> Int64 {
        (collection << kindBits | code(of: kind)) << sequenceBits | sequence
    }

    static func collection(of row: Int64) -> Int64 { row >> (sequenceBits + kindBits) }

    static func kind(of row: Int64) -> ItemKind {
        switch (row >> sequenceBits) & 3 {
        case 0: .slice
        case 1: .item
        default: .feature
        }
    }

    static func code(of kind: ItemKind) -> Int64 {
        switch kind {
        case .slice: 0
        case .item: 1
        case .feature: 2
        }
    }

    /// All rows of a collection.
    static func all(of collection: Int64) -> ClosedRange<Int64> {
        (collection << (kindBits + sequenceBits))...((collection + 1) << (kindBits + sequenceBits)) - 1
    }

    /// All rows of a kind.
    static func range(collection: Int64, kind: ItemKind) -> ClosedRange<Int64> {
        make(collection: collection, kind: kind, sequence: 0)...make(collection: collection, kind: kind, sequence: lastSequence)
    }
}

extension SQLiteCatalog {
    /// Linear and numbered: a migration, once released, is never edited; changes are a new one at the end.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("0001 catalogue") { db in try db.execute(sql: schema1) }
        return migrator
    }

    /// - `collection`: `west … top` and `start`, `end` are what is published; `item_…` is what the items cover, whatever is published:
    ///   queries pass over collections by it. `longest` is the longest interval of an item (NULL where there is none), `newest` the latest start.
    /// - `item`: the columns that queries compare come first, so that walking over large geometries does not read their overflow pages.
    ///   Open ends of an interval are `StoredTime.openStart` and `openEnd`; NULL in both means no time.
    /// - `item_box`: `slot` is the collection's key and kind, so that the features of one collection are not sought among those of
    ///   all others. Its cells are half a unit thick: without thickness every cell would have volume 0, and the tree could not tell
    ///   good splits from bad ones. `id` is row × 2, + 1 for the part of a wrapped box that lies east of the antimeridian.
    ///   `collection` refers to no row of the table `collection` once its key is in `leftover`.
    /// - `leftover`: keys whose items are out of sight and wait for `purge`. Keys are never used twice.
    /// - `retired`: the last version of what was deleted, so that a version is not used twice for one id.
    private static let schema1 = """
        CREATE TABLE catalogue (tag INTEGER NOT NULL, next_key INTEGER NOT NULL);
        INSERT INTO catalogue VALUES (random() & 4294967295, 1);

        CREATE TABLE collection (
          key INTEGER PRIMARY KEY,
          id TEXT NOT NULL UNIQUE,
          title TEXT, description TEXT, private INTEGER NOT NULL, document TEXT NOT NULL, cube TEXT, storage TEXT,
          west REAL, south REAL, east REAL, north REAL, bottom REAL, top REAL, "start" INTEGER, "end" INTEGER, user_extent INTEGER NOT NULL,
          item_west REAL, item_south REAL, item_east REAL, item_north REAL, item_bottom REAL, item_top REAL,
          item_start INTEGER, item_end INTEGER, newest INTEGER, longest INTEGER,
          slices INTEGER NOT NULL, items INTEGER NOT NULL, features INTEGER NOT NULL, vector_summary TEXT,
          next_sequence INTEGER NOT NULL, version INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL);
        CREATE TABLE leftover (key INTEGER PRIMARY KEY);
        CREATE TABLE retired (id TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;

        CREATE TABLE item (
          row INTEGER PRIMARY KEY,
          collection INTEGER NOT NULL,
          west REAL, south REAL, east REAL, north REAL, "start" INTEGER, "end" INTEGER, created INTEGER NOT NULL, updated INTEGER NOT NULL,
          id TEXT NOT NULL, bottom REAL, top REAL, properties BLOB, wkb BLOB, body BLOB);
        CREATE UNIQUE INDEX item_id ON item (id, collection);
        CREATE INDEX item_time ON item (collection, "start" DESC, id, "end");
        CREATE INDEX item_unlocated ON item (collection) WHERE west IS NULL;
        CREATE VIRTUAL TABLE item_box USING rtree (id, west, east, south, north, slot_low, slot_high);

        CREATE TABLE upload (
          id TEXT PRIMARY KEY, collection TEXT NOT NULL, fingerprint TEXT NOT NULL, options TEXT NOT NULL, state TEXT NOT NULL,
          error TEXT, owner TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL);
        CREATE INDEX upload_content ON upload (collection, fingerprint, owner) WHERE state = 'open';
        CREATE TABLE upload_object (
          upload TEXT NOT NULL REFERENCES upload (id) ON DELETE CASCADE, key TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL,
          PRIMARY KEY (upload, key)) WITHOUT ROWID;
        """
}
