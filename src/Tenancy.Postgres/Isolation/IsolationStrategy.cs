using Npgsql;

namespace Tenancy;

/// <summary>
/// What differs between the isolations: where a tenant is placed, which pool reaches it, and what its scope sends. How a
/// table is guarded is decided beside it, in the SQL of <c>tenancy.guard_table</c>. The router knows none of it.
/// </summary>
internal abstract class IsolationStrategy
{
    public abstract TenantIsolation Isolation { get; }

    /// <summary>The statement that goes ahead of every command, with what a tier limits, if anything.</summary>
    /// <param name="signer">Who signs the scope; none where it is not signed.</param>
    /// <param name="limits">What the tier limits; none where it limits nothing.</param>
    public string EnterStatement(ScopeSigner? signer, StatementLimits? limits) => string.Intern(signer is null
        ? $"select tenancy.{(HasOwnRelations ? "enter_schema" : "enter")}($1{limits?.ToArguments()})"
        : $"select tenancy.{signer.EnterFunction}($1, {(HasOwnRelations ? "true" : "false")}{limits?.ToArguments()})");

    /// <summary>
    /// Whether each tenant has tables of its own in a database of many, which the scope has to find, and all of which a
    /// session would remember.
    /// </summary>
    public virtual bool HasOwnRelations => false;

    /// <summary>Where a new tenant goes on a server.</summary>
    /// <param name="id">The tenant.</param>
    /// <param name="server">The server's configured name.</param>
    /// <param name="guard">What guards a schema of its own; none for what the server's configuration says.</param>
    public abstract TenantPlacement Place(TenantId id, string server, SchemaGuard? guard);

    /// <summary>The login, database and size of the pool that reaches a placement.</summary>
    public abstract PoolSettings PoolFor(TenantId id, TenantPlacement placement);

    /// <summary>The text that is sent for a statement of the application's.</summary>
    public virtual string Decorate(string statement, Tenant tenant) => statement;

    /// <summary>Makes the place, up to but without the application's tables. Made again, it finishes the job.</summary>
    public abstract Task CreatePlaceAsync(Tenant tenant, CancellationToken cancellationToken);

    /// <summary>Brings what we install in a place of the tenant's own up to date. Shared places are the installer's.</summary>
    public virtual Task RenewPlaceAsync(Tenant tenant, CancellationToken cancellationToken) => Task.CompletedTask;

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
