using Npgsql;

namespace Tenancy.Conformance;

/// <summary>A connection of the router's on which no tenant was entered.</summary>
internal sealed class UnenteredLease(TenantPool pool, Session session) : IAsyncDisposable
{
    public NpgsqlConnection Connection => session.Connection;

    public async ValueTask DisposeAsync() => await pool.ReturnAsync(session, async: true);
}
