using System.Data;
using Npgsql;

namespace Tenancy;

/// <summary>The driver's command behind one of ours: holds the parameters, and is executed once at most.</summary>
internal sealed class ScopedStatement
{
    readonly NpgsqlBatchCommand _first = new();
    NpgsqlBatchCommand? _last;

    /// <summary>What the text is: a statement, the name of a procedure, or that of a table.</summary>
    public CommandType Type { get; set; } = CommandType.Text;

    public NpgsqlParameterCollection Parameters => _first.Parameters;

    /// <summary>Rows changed by the last execution.</summary>
    public int RecordsAffected => _last?.RecordsAffected ?? -1;

    /// <summary>Refuses a text that its type does not allow, and says what it does.</summary>
    /// <exception cref="StatementRefusedException">The message says why and what to do instead.</exception>
    public StatementKind Check(string text)
    {
        if (Type == CommandType.Text)
            return StatementGuard.Check(text);
        StatementGuard.CheckName(text, Type);
        return Type == CommandType.StoredProcedure ? StatementKind.Call : StatementKind.Query;
    }

    /// <summary>Adds the statement for one execution.</summary>
    public void AddTo(ScopedBatch scope, TenantRoute route, string text, StatementKind kind)
    {
        // A procedure that commits ends the scope, and may then enter another tenant. In a transaction block it cannot
        // commit, and a savepoint is refused by the server wherever there is no such block: so it proves that there is one.
        if (kind == StatementKind.Call)
            scope.Add(new NpgsqlBatchCommand("savepoint tenancy_call"));
        var namesTenant = Type == CommandType.Text && TenantParameter.IsWanted(text, Parameters);
        if (namesTenant)
            scope.PlanForValues();
        scope.Add(For(route, text, namesTenant));
        if (kind == StatementKind.Call)
            scope.Add(new NpgsqlBatchCommand("release savepoint tenancy_call"));
    }

    /// <summary>Copies what came back for output parameters, where the driver filled in copies of the caller's.</summary>
    public void TakeOutputs()
    {
        if (_last is null || ReferenceEquals(_last, _first))
            return;
        for (var i = 0; i < Parameters.Count; i++)
        {
            if (Parameters[i].Direction is ParameterDirection.Output or ParameterDirection.InputOutput)
                Parameters[i].Value = _last.Parameters[i].Value;
        }
    }

    /// <summary>The command for one execution. The first takes the parameters as they are; one after it, copies.</summary>
    NpgsqlBatchCommand For(TenantRoute route, string text, bool namesTenant)
    {
        var command = _last is null && !namesTenant ? _first : Copy();
        if (namesTenant)
            command.Parameters.Add(TenantParameter.Create(route.Tenant.Id));
        // The driver composes CALL from the name of a procedure and its parameters.
        command.CommandType = Type == CommandType.StoredProcedure ? Type : CommandType.Text;
        command.CommandText = Type switch
        {
            CommandType.StoredProcedure => text,
            CommandType.TableDirect => route.Isolation.Decorate("select * from " + text, route.Tenant),
            _ => route.Isolation.Decorate(text, route.Tenant),
        };
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
