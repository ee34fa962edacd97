using Npgsql;

namespace Tenancy;

/// <summary>Somebody's being at work on a session, which ends once, by leaving or disposing.</summary>
internal readonly struct Presence(Session session, long tenure) : IDisposable, IAsyncDisposable
{
    public Session Session => session;

    /// <summary>In which tenure; see <see cref="Occupancy"/>.</summary>
    public long Tenure => tenure;

    /// <summary>Begins to work, if the tenure is not over.</summary>
    public static Presence? Of(Session session, long tenure) =>
        session.Occupancy.TryEnter(tenure) ? new Presence(session, tenure) : null;

    /// <summary>Begins to work, if the tenure is not over and nobody else is at work.</summary>
    public static Presence? Alone(Session session, long tenure) =>
        session.Occupancy.TryEnterAlone(tenure) ? new Presence(session, tenure) : null;

    /// <summary>Another one, for what is begun at work and may outlast it.</summary>
    public Presence Another()
    {
        session.Occupancy.Join();
        return this;
    }

    /// <summary>Leaves. Where the connection was closed meanwhile, the session is destroyed, in whatever state it is.</summary>
    public ValueTask LeaveAsync(bool async) =>
        session.Occupancy.Leave() ? new ValueTask(DestroyAsync(session, async)) : default;

    public void Dispose()
    {
        if (session.Occupancy.Leave())
            DestroyAsync(session, async: false).GetAwaiter().GetResult();
    }

    public ValueTask DisposeAsync() => LeaveAsync(async: true);

    static async Task DestroyAsync(Session session, bool async)
    {
        try
        {
            await ((TenantPool)session.Pool).DestroyAsync(session, "closed while at work", async).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException)
        {
            // What became of the work is on its way to whoever waits for it.
        }
    }
}
