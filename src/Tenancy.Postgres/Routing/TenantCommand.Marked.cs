using Npgsql;

namespace Tenancy;

public sealed partial class TenantCommand
{
    GeneratedStatements? _mark;
    GeneratedStatements? _generated;

    /// <summary>Says, for one execution that reads, that the text was generated, and which statements it consists of.</summary>
    internal void MarkGenerated(GeneratedStatements statements) => _mark = statements;

    /// <summary>The mark, if the command is still what was generated.</summary>
    GeneratedStatements? Generated =>
        _generated is { } generated && generated.ParameterCount == Parameters.Count && generated.Text == _text ? generated : null;

    /// <summary>Uses the mark up, for the execution that now begins.</summary>
    void TakeMark()
    {
        (_generated, _mark) = (_mark, null);
        RefuseSaveChangesWithoutTenancy();
    }

    bool CheckGenerated()
    {
        if (Generated is not { } generated)
            return false;
        foreach (var part in generated.Parts)
        {
            if (StatementGuard.Check(part.Text) == StatementKind.Call)
            {
                throw new StatementRefusedException(
                    "An entity that is saved by a stored procedure is refused on a tenant's connection: the procedure could commit amid the others. " +
                    "Map it to its table, or call the procedure by a command of its own.");
            }
        }

        return true;
    }

    bool AddGeneratedTo(ScopedBatch scope, TenantRoute route)
    {
        if (Generated is not { } generated)
            return false;
        foreach (var part in generated.Parts)
        {
            var command = new NpgsqlBatchCommand(route.Isolation.Decorate(part.Text, route.Tenant));
            // Copies: whoever made the command still logs its parameters.
            for (var i = 0; i < part.ParameterCount; i++)
                command.Parameters.Add(Parameters[part.FirstParameter + i].Clone());
            scope.Add(command);
        }

        return true;
    }

    /// <summary>
    /// EF Core's own reading of SaveChanges would fail only after the statement took effect, so that its text is known by
    /// its form: nobody else reads the result of a change that ends with a semicolon and a line break, by parameters p0 to pn.
    /// </summary>
    void RefuseSaveChangesWithoutTenancy()
    {
        if (_generated is null && _text.EndsWith(";" + Environment.NewLine, StringComparison.Ordinal)
            && (_text.StartsWith("INSERT INTO ", StringComparison.Ordinal) || _text.StartsWith("UPDATE ", StringComparison.Ordinal)
                || _text.StartsWith("DELETE FROM ", StringComparison.Ordinal))
            && HasParametersOfSaveChanges())
        {
            throw new StatementRefusedException(
                "SaveChanges of EF Core is refused on a tenant's connection without UseTenancy(), since stale updates would go " +
                "unnoticed. Call UseTenancy() on the options of the context, from the package Tenancy.EntityFrameworkCore, " +
                "instead of UseNpgsql().");
        }
    }

    bool HasParametersOfSaveChanges()
    {
        foreach (NpgsqlParameter parameter in Parameters)
        {
            if (parameter.ParameterName.AsSpan().TrimStart('@') is not ['p', >= '0' and <= '9', ..])
                return false;
        }

        return Parameters.Count > 0 || _text.Contains("DEFAULT VALUES", StringComparison.Ordinal);
    }
}
