using System.Data.Common;
using Npgsql;

namespace Tenancy;

/// <summary>
/// Makes the objects of a tenant's connection for code that knows only ADO.NET. It makes no connection: those come from
/// <see cref="TenantDataSource"/>, inside a tenant's scope.
/// </summary>
public sealed class TenantProviderFactory : DbProviderFactory
{
    /// <summary>The only one.</summary>
    public static readonly TenantProviderFactory Instance = new();

    TenantProviderFactory() { }

    /// <inheritdoc/>
    public override bool CanCreateBatch => true;

    /// <inheritdoc/>
    public override bool CanCreateDataAdapter => true;

    /// <inheritdoc/>
    public override bool CanCreateCommandBuilder => false;

    /// <inheritdoc/>
    public override DbCommand CreateCommand() => new TenantCommand();

    /// <inheritdoc/>
    public override DbBatch CreateBatch() => new TenantBatch();

    /// <inheritdoc/>
    public override DbBatchCommand CreateBatchCommand() => new TenantBatchCommand();

    /// <inheritdoc/>
    public override DbParameter CreateParameter() => new NpgsqlParameter();

    /// <summary>Makes an adapter that takes commands of any provider, and so a tenant's.</summary>
    public override DbDataAdapter CreateDataAdapter() => new TenantDataAdapter();

    /// <summary>Not supported: a connection made here would have no tenant.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override DbConnection CreateConnection() => throw NoTenant();

    /// <inheritdoc cref="CreateConnection"/>
    public override DbDataSource CreateDataSource(string connectionString) => throw NoTenant();

    /// <inheritdoc cref="CreateConnection"/>
    public override DbConnectionStringBuilder CreateConnectionStringBuilder() => throw NoTenant();

    static NotSupportedException NoTenant() =>
        new("A tenant's placement decides where a connection leads. Take it from TenantDataSource, inside the tenant's scope.");

    sealed class TenantDataAdapter : DbDataAdapter;
}
