using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace Tenancy;

/// <summary>The command of a SaveChanges. Only what it makes itself is marked, so that no other text may hold several statements.</summary>
internal sealed class GeneratedCommand(
    RelationalCommandBuilderDependencies dependencies, GeneratedStatements statements, IReadOnlyList<IRelationalParameter> parameters)
    : RelationalCommand(dependencies, statements.Text, statements.Text, parameters)
{
    public override DbCommand CreateDbCommand(
        RelationalCommandParameterObject parameterObject, Guid commandId, DbCommandMethod commandMethod)
    {
        var command = base.CreateDbCommand(parameterObject, commandId, commandMethod);
        (command as TenantCommand)?.MarkGenerated(statements);
        return command;
    }
}
