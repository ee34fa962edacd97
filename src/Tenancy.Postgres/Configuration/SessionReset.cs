namespace Tenancy;

/// <summary>What becomes of a session between one tenant's lease and the next one's. docs/connections.md says what could be left in it.</summary>
public enum SessionReset
{
    /// <summary>
    /// The default. Nothing, where the proof finds that the login can leave nothing behind; else as <see cref="Attest"/>. What
    /// a hook of <c>ConfigureDataSource</c> sets is answered with <see cref="Discard"/>.
    /// </summary>
    WhereNeeded,

    /// <summary>
    /// Each lease begins with a look at what the last one could have left, in the statement that enters: some 40 µs, no
    /// round trip. A session in which something is found is destroyed.
    /// </summary>
    Attest,

    /// <summary>
    /// <c>DISCARD ALL</c> after each lease: a round trip, and no prepared statements. Not to be had behind a pooler, which
    /// hands out sessions by transaction.
    /// </summary>
    Discard,
}
