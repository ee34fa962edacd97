namespace Tenancy;

/// <summary>Sessions of one kind under a server's budget, which alone changes how many there are.</summary>
internal class SessionPool(ServerBudget budget, string database, int capacity, bool isShared, bool keepsIdle = true)
{
    bool _closed;

    /// <summary>Sessions open, or about to be. Guarded by the budget's lock.</summary>
    public int Open { get; set; }

    /// <summary>Since when there has been none. Guarded by the budget's lock.</summary>
    public long EmptySince { get; set; } = budget.Time.GetTimestamp();

    /// <summary>Whether it takes no more requests. Set once, under the budget's lock.</summary>
    public bool IsClosed
    {
        get => Volatile.Read(ref _closed);
        set => Volatile.Write(ref _closed, value);
    }

    /// <summary>The most there may be.</summary>
    public int Capacity { get; } = capacity;

    /// <summary>Whether tenants share it, which says which setting bounds it.</summary>
    public bool IsShared { get; } = isShared;

    /// <summary>Whether sessions stay open when nobody uses them, so that it is worth waiting for one.</summary>
    public bool KeepsIdle { get; } = keepsIdle;

    /// <summary>Whether a lease is noted as one that may have written, so that standbys catch up with it first.</summary>
    public bool NotesWrites { get; init; }

    public string Database { get; } = database;

    public ServerBudget Budget { get; } = budget;

    public SessionStack Idle { get; } = new(keepsIdle ? capacity : 0);
}
