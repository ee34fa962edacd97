using System.Data;
using Npgsql;

namespace Tenancy;

/// <summary>One connection to the server, and what a pool knows of it. Whoever leases it has it alone.</summary>
internal sealed class Session(SessionPool pool, NpgsqlConnection connection)
{
    /// <summary>More texts that failed are not remembered, however long the lease: the session is replaced after it.</summary>
    const int MostSuspects = 50;

    HashSet<TenantShare>? _visited;
    HashSet<string>? _suspects;
    readonly long _opened = pool.Budget.Time.GetTimestamp();
    long? _attested;
    bool _asked;
    int _leases;
    bool _spoilt;

    public SessionPool Pool { get; } = pool;

    public NpgsqlConnection Connection { get; } = connection;

    /// <summary>Who of the tenant's is at work on it.</summary>
    public Occupancy Occupancy { get; } = new();

    /// <summary>What tenants that were here entered with; none where tokens are not asked for.</summary>
    public ScopeTokens? Tokens { get; set; }

    /// <summary>How many tenants' own tables it may remember: a backend keeps about 8 KB for each table it has touched.</summary>
    public int Visited => _visited?.Count ?? 0;

    /// <summary>The last tenant with tables of its own, for which its statements are planned.</summary>
    public TenantShare? Visitor { get; private set; }

    /// <summary>Whose lease it is; none while idle.</summary>
    public TenantShare? Share { get; private set; }

    /// <summary>How often it was leased.</summary>
    public int Leases => _leases;

    /// <summary>When the lease began, or else when the last one ended.</summary>
    public long Since { get; private set; } = pool.Budget.Time.GetTimestamp();

    /// <summary>What the tenant was charged when it was granted, to be set right at the end; 0 where nobody waited.</summary>
    public long Charge { get; private set; }

    /// <summary>Nothing runs on it, as far as the driver knows, and nothing is known to be left in it.</summary>
    public bool IsReady => Connection.FullState == ConnectionState.Open && !_spoilt;

    /// <summary>The driver has given it up: there is nobody at the other end, or nobody who answers.</summary>
    public bool IsBroken => (Connection.FullState & ConnectionState.Open) == 0;

    public TimeSpan Age => Pool.Budget.Time.GetElapsedTime(_opened);

    /// <summary>Whether so many statements failed on it that another should take its place.</summary>
    public bool IsWorn => _suspects?.Count >= MostSuspects;

    /// <summary>What somebody had left in it, where the server said so and ended it.</summary>
    public string? Left { get; set; }

    /// <summary>
    /// How it is to be attested with the statement that goes out now, the first of a lease: as a whole, if the last time is
    /// longer ago than this. Never later in a lease, when a transaction's own scope and locks would look like another's.
    /// </summary>
    public AttestationDue TakeAttestation(TimeSpan age)
    {
        if (_asked)
            return AttestationDue.None;
        _asked = true;
        if (_attested is { } at && Pool.Budget.Time.GetElapsedTime(at) < age)
            return AttestationDue.OfLease;
        var isNew = _leases == 1 && _attested is null;
        _attested = Pool.Budget.Time.GetTimestamp();
        return isNew ? AttestationDue.OfNew : AttestationDue.Whole;
    }

    /// <summary>Notes that a statement failed, and perhaps before it was attested; which a transaction cannot be once more.</summary>
    public void Unattested(bool inTransaction)
    {
        _attested = null;
        _asked = inTransaction;
    }

    /// <summary>
    /// Notes a text that failed. Npgsql 10.0.0 forgets a statement that fails in the very execution in which it is prepared;
    /// the server does not, and the answer to the same text is misread the next time, whoever's that is.
    /// </summary>
    public void Suspect(string text)
    {
        if (!IsWorn)
            (_suspects ??= []).Add(text);
    }

    /// <summary>A text that means the same, and is none of those that failed here.</summary>
    public string TextFor(string text)
    {
        while (_suspects?.Contains(text) == true)
            text += " ";
        return text;
    }

    /// <summary>Notes that a transaction may not have ended on it: it serves nobody else.</summary>
    public void Spoil() => _spoilt = true;

    public void Visit(TenantShare tenant)
    {
        Visitor = tenant;
        (_visited ??= []).Add(tenant);
    }

    public void Begin(TenantShare share, long charge)
    {
        _asked = false;
        _leases++;
        Left = null;
        Share = share;
        Charge = charge;
        Since = Pool.Budget.Time.GetTimestamp();
    }

    /// <summary>Notes that what was sent so far may have been committed, before its caller hears of it.</summary>
    public void Acknowledge()
    {
        if (Pool.NotesWrites)
            Acknowledge(Pool.Budget.Time.GetTimestamp());
    }

    /// <summary>Ends the lease and returns how long it lasted, in ticks of the stopwatch.</summary>
    public long End()
    {
        var now = Pool.Budget.Time.GetTimestamp();
        var held = now - Since;
        Acknowledge(now);
        Share = null;
        Since = now;
        return held;
    }

    void Acknowledge(long now)
    {
        if (Pool.NotesWrites)
            Share?.Wrote(now);
    }
}
