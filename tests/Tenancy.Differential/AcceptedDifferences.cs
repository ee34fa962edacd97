namespace Tenancy.Differential;

/// <summary>Where a tenant's connection answers otherwise than the driver's, and why it must or may.</summary>
public static class AcceptedDifferences
{
    static readonly TenantIsolation[] Everywhere = Enum.GetValues<TenantIsolation>();

    /// <summary>The cases by name, the isolations in which they differ, and the reason.</summary>
    public static readonly IReadOnlyDictionary<string, (TenantIsolation[] In, string Reason)> All =
        new Dictionary<string, (TenantIsolation[], string)>
        {
            ["several statements in one command"] = (Everywhere, "A command carries one statement, so that text injected into it adds no other. DbBatch takes several."),
            ["batch of several statements in one, read"] = (Everywhere, "As for a command; Npgsql leaves it to the server."),
            ["batch of several statements in one, executed"] = (Everywhere, "As for a command; Npgsql leaves it to the server."),
            ["Dapper several result sets in one text"] = (Everywhere, "As for a command. QueryMultiple has no batch; read the results of a DbBatch."),
            ["a session setting"] = (Everywhere, "SET would stay for the next tenant on the session."),
            ["a command as text that begins a transaction"] = (Everywhere, "Transactions go through BeginTransaction, so that the connection knows of them."),
            ["explain"] = (Everywhere, "Its estimates come from the rows of all tenants."),
            ["procedure that commits"] = (Everywhere, "A commit would end the scope, and the procedure could then enter another tenant. Called in a transaction it cannot."),
            ["every column of a table"] = (Everywhere, "Every isolated table has the column tenant_id, and * shows it."),
            ["reader on table"] = (Everywhere, "As for *: tenant_id."),
            ["table by its name"] = (Everywhere, "As for *: tenant_id."),
            ["another database"] = (Everywhere, "A tenant has one database."),
            ["another connection string"] = (Everywhere, "A tenant's placement decides where a connection leads."),
            ["the factory's connection"] = (Everywhere, "A connection made by the factory would have no tenant."),
            ["schema collection Databases"] = (Everywhere, "The names are those of all tenants."),
            ["schema collection Users"] = (Everywhere, "The names are those of all tenants."),
            ["transaction scope, two connections at once"] = (Everywhere, "The second would make it a prepared transaction, which outlives whoever prepared it. Npgsql says so at commit only."),
            ["preparing a mistake"] = (Everywhere, "Prepare is a hint: a description is not executed, and neither would be its scope. The error comes with the execution."),
            ["command without a text"] = (Everywhere, "Refused by the guard as everything that is no statement: StatementRefusedException, a DbException."),
            ["batch of an empty text, read"] = (Everywhere, "As for a command."),
            ["batch of an empty text, executed"] = (Everywhere, "As for a command."),
            ["command of another type"] = (Everywhere, "Refused when it is set rather than when it is executed."),
            ["a disposed command"] = (Everywhere, "Npgsql empties a command to use it again; a tenant's command is never used again, and keeps its text."),
            ["batch with parameters"] = (Everywhere, "Npgsql cannot execute a batch with named parameters twice; a tenant's batch can."),
            ["batch of a table's name and a procedure"] = (Everywhere, "Npgsql does not know CommandType.TableDirect in a batch; a tenant's batch does."),
            ["Dapper expands a list"] = (Everywhere, "Dapper knows Npgsql's connection by the name of its type, and hands lists over as arrays to it alone. To a tenant's it writes `in (…)` out."),
            ["Dapper any with an array"] = (Everywhere, "The other side of it: an array goes over whole as a custom query parameter, see docs/ado-net.md."),
            ["parameter of object"] = (Everywhere, "Synchronous only: the driver writes a batch on another thread, where a value that cannot be written breaks the connection before the error is seen."),
            ["parameter of DateTimeOffset elsewhere"] = (Everywhere, "As for objects."),
        };
}
