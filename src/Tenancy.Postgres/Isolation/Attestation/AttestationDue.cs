namespace Tenancy;

/// <summary>How much of an attestation a statement is to bring along.</summary>
internal enum AttestationDue
{
    /// <summary>None: not the first statement of its lease.</summary>
    None,

    /// <summary>What the first lease of a session begins with: nobody has had it, and only its login can have changed.</summary>
    OfNew,

    /// <summary>What each lease may begin with.</summary>
    OfLease,

    /// <summary>All of it: the last time is longer ago than it may be.</summary>
    Whole,
}
