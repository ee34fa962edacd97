using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;
using Npgsql.EntityFrameworkCore.PostgreSQL.Update.Internal;

namespace Tenancy.EntityFrameworkCore.Tests;

/// <summary>A negative control: sends as ours does, and looks at no result.</summary>
public sealed class CarelessBatchFactory(
    ModificationCommandBatchFactoryDependencies dependencies, RelationalCommandBuilderDependencies builders) : IModificationCommandBatchFactory
{
    public ModificationCommandBatch Create()
    {
        var builder = new GeneratedCommandBuilder(builders);
        return new Batch(dependencies with { CommandBuilderFactory = new Single(builder) }, builder);
    }

    sealed class Single(IRelationalCommandBuilder builder) : IRelationalCommandBuilderFactory
    {
        public IRelationalCommandBuilder Create() => builder;
    }

    sealed class Batch(ModificationCommandBatchFactoryDependencies dependencies, GeneratedCommandBuilder builder)
        : NpgsqlModificationCommandBatch(dependencies, 1000)
    {
        protected override void AddCommand(IReadOnlyModificationCommand modificationCommand)
        {
            base.AddCommand(modificationCommand);
            builder.EndStatement(SqlBuilder.Length);
        }

        protected override Task ConsumeAsync(RelationalDataReader reader, CancellationToken cancellationToken = default) => Task.CompletedTask;
    }
}
