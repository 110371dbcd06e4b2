import Synchronization

/// Gathers the tallies of all pieces of a variable.
final class TallyBoard: Sendable {
    private let tallies = Mutex<[(band: Int, ordinal: Int, tally: BandTally)]>([])

    func add(_ tally: BandTally, band: Int, ordinal: Int) { tallies.withLock { $0.append((band, ordinal, tally)) } }

    /// All pieces of a band, joined in the order of the pieces: the same sum however many threads there were.
    func sum(band: Int) -> BandTally {
        let parts = tallies.withLock { $0.filter { $0.band == band } }.sorted { $0.ordinal < $1.ordinal }
        var sum = BandTally()
        for part in parts { sum.merge(part.tally) }
        return sum
    }
}
