using Npgsql;

namespace Tenancy;

/// <summary>The driver's command behind one of ours: holds the parameters, and is executed once at most.</summary>
internal sealed class ScopedStatement
{
    readonly NpgsqlBatchCommand _first = new();
    NpgsqlBatchCommand? _last;

    public NpgsqlParameterCollection Parameters => _first.Parameters;

    /// <summary>Rows changed by the last execution.</summary>
    public int RecordsAffected => _last?.RecordsAffected ?? -1;

    /// <summary>The command for one execution. The first takes the parameters as they are; one after it, copies.</summary>
    public NpgsqlBatchCommand For(TenantRoute route, string text)
    {
        var command = _last is null ? _first : Copy();
        command.CommandText = route.Isolation.Decorate(text, route.Tenant);
        return _last = command;
    }

    NpgsqlBatchCommand Copy()
    {
        var copy = new NpgsqlBatchCommand();
        foreach (NpgsqlParameter parameter in _first.Parameters)
            copy.Parameters.Add(parameter.Clone());
        return copy;
    }
}
