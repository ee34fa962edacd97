using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Tenancy;

/// <summary>One statement of a <see cref="TenantBatch"/>.</summary>
public sealed class TenantBatchCommand : DbBatchCommand
{
    readonly ScopedStatement _statement = new();
    string _text = "";

    /// <summary>Makes an empty command.</summary>
    public TenantBatchCommand() { }

    /// <summary>Makes a command of one statement.</summary>
    public TenantBatchCommand(string commandText) => CommandText = commandText;

    /// <summary>The statement; exactly one.</summary>
    [AllowNull]
    public override string CommandText
    {
        get => _text;
        set => _text = value ?? "";
    }

    /// <inheritdoc cref="TenantCommand.CommandType"/>
    public override CommandType CommandType
    {
        get => _statement.Type;
        set => _statement.Type = TenantObjects.Known(value);
    }

    /// <summary>How many rows this statement changed; -1 where it could not.</summary>
    public override int RecordsAffected => _statement.RecordsAffected;

    /// <inheritdoc/>
    public override bool CanCreateParameter => true;

    /// <summary>The parameters, named or positional, as Npgsql takes them.</summary>
    public new NpgsqlParameterCollection Parameters => _statement.Parameters;

    /// <inheritdoc/>
    protected override DbParameterCollection DbParameterCollection => Parameters;

    /// <inheritdoc/>
    public override DbParameter CreateParameter() => new NpgsqlParameter();

    /// <summary>What the statement does, as the last check found.</summary>
    internal StatementKind Kind { get; private set; }

    internal void Check() => Kind = _statement.Check(_text);

    internal void AddTo(ScopedBatch scope, TenantRoute route) => _statement.AddTo(scope, route, _text, Kind);

    internal void TakeOutputs() => _statement.TakeOutputs();
}
