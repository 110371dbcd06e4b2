/// The texts of the queries of items. Their plans are asserted in the tests: what is written here is how an index is used.
enum ItemSQL {
    // MARK: - Walks, in order

    /// Rows in natural order. ?1…?2: a range of rows.
    static let walkRows = "SELECT \(ItemRow.columns) FROM item WHERE row BETWEEN ?1 AND ?2 ORDER BY row"

    /// Rows with time, latest first. ?1 collection, ?2 and ?3 the latest and earliest start, ?4 the earliest end.
    static let walkTime = """
        SELECT \(ItemRow.columns) FROM item WHERE collection = ?1 AND "start" <= ?2 AND "start" >= ?3 AND "end" >= ?4 \
        ORDER BY "start" DESC, id
        """

    /// Rows that start at one time, behind an id. ?1 collection, ?2 start, ?3 id, ?4 the earliest end.
    static let walkTies = """
        SELECT \(ItemRow.columns) FROM item WHERE collection = ?1 AND "start" = ?2 AND id > ?3 AND "end" >= ?4 ORDER BY id
        """

    /// Rows without time, behind an id. ?1 collection, ?2 id.
    static let walkUntimed = "SELECT \(ItemRow.columns) FROM item WHERE collection = ?1 AND \"start\" IS NULL AND id > ?2 ORDER BY id"

    // MARK: - Candidates out of an index, in no order

    /// ?1 … ?4: west, south, east, north of a part of the box; ?5, ?6: slots; ?7: at most so many.
    static let boxCandidates = """
        SELECT id, west, south, east, north FROM item_box \
        WHERE west <= ?3 AND east >= ?1 AND south <= ?4 AND north >= ?2 AND slot_low <= ?6 AND slot_high >= ?5 LIMIT ?7
        """

    /// ?1 collection, ?2 at most so many.
    static let unlocatedCandidates = "SELECT row FROM item WHERE collection = ?1 AND west IS NULL LIMIT ?2"

    /// ?1 collection, ?2 and ?3 the latest and earliest start, ?4 the earliest end, ?5 at most so many.
    static let timeCandidates = """
        SELECT row FROM item WHERE collection = ?1 AND "start" <= ?2 AND "start" >= ?3 AND "end" >= ?4 LIMIT ?5
        """

    /// ?1 collection, ?2 at most so many.
    static let untimedCandidates = "SELECT row FROM item WHERE collection = ?1 AND \"start\" IS NULL LIMIT ?2"

    /// How many rows intersect an interval, up to a limit. Parameters as in `timeCandidates`.
    static let timeCount = "SELECT count(*) FROM (\(timeCandidates))"

    // MARK: - Candidates sorted by the database, a bounded number behind a position. Both parts of a wrapped box may give the same row.

    /// Out of the R-tree, by row. ?1 … ?6 as in `boxCandidates`; ?7: behind this row; ?8: at most so many.
    static let boxByRow = """
        SELECT id >> 1 FROM item_box \
        WHERE west <= ?3 AND east >= ?1 AND south <= ?4 AND north >= ?2 AND slot_low <= ?6 AND slot_high >= ?5 AND id >> 1 > ?7 \
        ORDER BY id LIMIT ?8
        """

    /// Out of the index over time, by row. ?1 … ?4 as in `timeCandidates`; ?5: behind this row; ?6: at most so many.
    static let timeByRow = """
        SELECT row FROM item INDEXED BY item_time WHERE collection = ?1 AND "start" <= ?2 AND "start" >= ?3 AND "end" >= ?4 AND row > ?5 \
        ORDER BY row LIMIT ?6
        """

    /// Out of the R-tree, latest start first. ?1 … ?6 as in `boxCandidates`; ?7, ?8: behind this start and id; ?9 the earliest start,
    /// ?10 the earliest end, ?11: at most so many.
    static let boxByTime = """
        SELECT item.row, item."start", item.id FROM item_box AS box CROSS JOIN item ON item.row = box.id >> 1 \
        WHERE box.west <= ?3 AND box.east >= ?1 AND box.south <= ?4 AND box.north >= ?2 AND slot_low <= ?6 AND slot_high >= ?5 \
        AND "start" <= ?7 AND ("start" < ?7 OR item.id > ?8) AND "start" >= ?9 AND "end" >= ?10 ORDER BY "start" DESC, item.id LIMIT ?11
        """

    /// Out of the R-tree, rows without time. ?1 … ?6 as in `boxCandidates`; ?7: behind this id; ?8: at most so many.
    static let boxUntimed = """
        SELECT item.row, item."start", item.id FROM item_box AS box CROSS JOIN item ON item.row = box.id >> 1 \
        WHERE box.west <= ?3 AND box.east >= ?1 AND box.south <= ?4 AND box.north >= ?2 AND slot_low <= ?6 AND slot_high >= ?5 \
        AND "start" IS NULL AND item.id > ?7 ORDER BY item.id LIMIT ?8
        """

    /// Features for a tile, in the order in which the R-tree finds them. ?1 … ?6 as in `boxCandidates`.
    static let boxFeatures = """
        SELECT \(ItemRow.columns.split(separator: ",").map { "item." + $0.drop { $0 == " " } }.joined(separator: ", ")), box.id & 1 \
        FROM item_box AS box CROSS JOIN item ON item.row = box.id >> 1 \
        WHERE box.west <= ?3 AND box.east >= ?1 AND box.south <= ?4 AND box.north >= ?2 AND slot_low <= ?6 AND slot_high >= ?5
        """
}
