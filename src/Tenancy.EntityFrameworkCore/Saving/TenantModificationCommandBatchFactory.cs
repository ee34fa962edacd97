using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure.Internal;

namespace Tenancy;

/// <summary>Makes the batches of SaveChanges that read a tenant's reader; the provider's own can only read the driver's.</summary>
internal sealed class TenantModificationCommandBatchFactory(
    ModificationCommandBatchFactoryDependencies dependencies, RelationalCommandBuilderDependencies builders, IDbContextOptions options)
    : IModificationCommandBatchFactory
{
    /// <summary>As the provider has it.</summary>
    const int DefaultMaxBatchSize = 1000;

    readonly int _maxBatchSize = options.FindExtension<NpgsqlOptionsExtension>()?.MaxBatchSize ?? DefaultMaxBatchSize;

    public ModificationCommandBatch Create()
    {
        var generated = new GeneratedCommandBuilder(builders);
        return new TenantModificationCommandBatch(
            dependencies with { CommandBuilderFactory = new SingleCommandBuilderFactory(generated) }, generated, _maxBatchSize);
    }

    sealed class SingleCommandBuilderFactory(GeneratedCommandBuilder builder) : IRelationalCommandBuilderFactory
    {
        public IRelationalCommandBuilder Create() => builder;
    }
}
