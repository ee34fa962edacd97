using Microsoft.Extensions.Options;
using Npgsql;

namespace Tenancy;

/// <summary>What a server behind a pooler must say beside its connection string.</summary>
internal static class PoolerRules
{
    /// <summary>Checks one server; what leads to it was checked before, one by one.</summary>
    public static void Check(string path, PostgresServerOptions server, string catalog, ValidateOptionsResultBuilder result)
    {
        if (!Enum.IsDefined(server.Pooler))
            result.AddError(Mistake.At($"{path}:Pooler", server.Pooler, "Give none or pgbouncer."));
        if (server.PoolerMaxAutoPrepare is < 0 or > 10_000)
            result.AddError(Mistake.At($"{path}:PoolerMaxAutoPrepare", server.PoolerMaxAutoPrepare, "Give 0 to 10000 statements."));
        if (server.Pooler == PostgresPooler.None)
        {
            if (server.Direct is not null)
                result.AddError($"{path}:Direct is only for a server behind a pooler. Remove it, or set {path}:Pooler.");
            if (server.PoolerMaxAutoPrepare != 0)
                result.AddError($"{path}:PoolerMaxAutoPrepare is only for a server behind a pooler. Remove it; MaxAutoPrepare is for the others.");
            return;
        }

        if (server.Direct is not { } direct || !IsHostAndPort(direct))
        {
            result.AddError($"{path}:Direct is missing, or is not a host. Behind a pooler, give Host=…;Port=… of PostgreSQL itself, and nothing else.");
            return;
        }

        if (server.SessionReset == SessionReset.Discard)
            result.AddError(Mistake.At($"{path}:SessionReset", server.SessionReset, "Behind a pooler no reset reaches the session that the next tenant gets, and every scope attests. Remove it, or give attest."));
        if (new NpgsqlConnectionStringBuilder(server.ConnectionString).Host?.Contains(',', StringComparison.Ordinal) == true)
            result.AddError($"{path}:ConnectionString names several hosts, and a pooler is in between. Name one, and let the pooler follow a fail-over.");
        if (ConnectionStringRules.IsSameServer(server.ConnectionString, direct))
            result.AddError($"{path}:Direct leads where ConnectionString leads. Give the pooler's host and port in ConnectionString, PostgreSQL's in Direct.");
        if (!ConnectionStringRules.IsSameServer(server.Migrator, direct))
            result.AddError($"{path}:Migrator does not lead where Direct leads. Give it the same host and port: migrations need sessions of their own.");
        if (ConnectionStringRules.IsSameServer(catalog, server.ConnectionString))
            result.AddError($"{path}:ConnectionString leads to a pooler, and the catalog there as well. Give the catalog PostgreSQL's own host and port: it listens.");
    }

    static bool IsHostAndPort(string text)
    {
        try
        {
            var parsed = new NpgsqlConnectionStringBuilder(text);
            return !string.IsNullOrEmpty(parsed.Host) && parsed.Keys.All(static key => key is "Host" or "Port");
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            return false;
        }
    }
}
