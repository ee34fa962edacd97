using Npgsql;

namespace Tenancy;

/// <summary>
/// What differs between the isolations: where a tenant is placed, which pool reaches it, and what its scope sends. How a
/// table is guarded is decided beside it, in the SQL of <c>tenancy.guard_table</c>. The router knows none of it.
/// </summary>
internal abstract class IsolationStrategy
{
    public abstract TenantIsolation Isolation { get; }

    /// <summary>The function whose call goes ahead of every command; its one parameter is the tenant's id.</summary>
    protected virtual string EnterFunction => "tenancy.enter";

    /// <summary>The statement that goes ahead of every command, with what a tier limits, if anything.</summary>
    public string EnterStatement(StatementLimits? limits) => string.Intern($"select {EnterFunction}($1{limits?.ToArguments()})");

    /// <summary>Whether each tenant has tables of its own in a database of many, all of which a session would remember.</summary>
    public virtual bool HasOwnRelations => false;

    /// <summary>Where a new tenant goes on a server.</summary>
    public abstract TenantPlacement Place(TenantId id, string server);

    /// <summary>The login, database and size of the pool that reaches a placement.</summary>
    public abstract PoolSettings PoolFor(TenantId id, TenantPlacement placement);

    /// <summary>The text that is sent for a statement of the application's.</summary>
    public virtual string Decorate(string statement, Tenant tenant) => statement;

    /// <summary>Makes the place, up to but without the application's tables. Made again, it finishes the job.</summary>
    public abstract Task CreatePlaceAsync(Tenant tenant, CancellationToken cancellationToken);

    /// <summary>Removes the place with all that is in it. Made again, it finishes the job.</summary>
    public abstract Task DropPlaceAsync(Tenant tenant, CancellationToken cancellationToken);

    /// <summary>Runs statements one after another, outside a transaction.</summary>
    protected static async Task ExecuteAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken, params string[] statements)
    {
        foreach (var statement in statements)
        {
            using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
