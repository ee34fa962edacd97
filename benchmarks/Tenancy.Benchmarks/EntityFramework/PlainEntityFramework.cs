using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>EF Core on plain Npgsql with its default settings, in a database that is not hardened.</summary>
internal sealed class PlainEntityFramework : IAsyncDisposable
{
    readonly IReadOnlyList<Tenant> _tenants;
    readonly string _database;
    readonly NpgsqlDataSource _data;
    readonly PooledDbContextFactory<PlainItems> _contexts;

    PlainEntityFramework(IReadOnlyList<Tenant> tenants, string database)
    {
        _tenants = tenants;
        _database = database;
        _data = NpgsqlDataSource.Create(Deployment.ConnectionString(database, "tenancy_app"));
        _contexts = new PooledDbContextFactory<PlainItems>(new DbContextOptionsBuilder<PlainItems>().UseNpgsql(_data).Options);
    }

    public static async Task<PlainEntityFramework> CreateAsync(IReadOnlyList<Tenant> tenants)
    {
        var database = $"plain_ef_{RandomNumberGenerator.GetHexString(10, lowercase: true)}";
        await PrivateCluster.ExecuteAsync("postgres", $"create database {database}");
        var ids = string.Join(", ", tenants.Select(tenant => $"('{tenant.Id}'::uuid)"));
        await PrivateCluster.ExecuteAsync(database,
            $"""
            create table items (tenant_id uuid not null, "Id" bigint not null, "Title" text not null, "Quantity" integer not null, primary key (tenant_id, "Id"));
            insert into items select t.id, n, 'Item ' || n, n from (values {ids}) as t (id) cross join generate_series(0, {PointReadData.RowsPerTenant - 1}) as n;
            create table postings (tenant_id uuid not null, "Id" uuid not null, "Title" text not null, "Quantity" integer not null, primary key (tenant_id, "Id"));
            grant select, insert, update, delete on items, postings to tenancy_app;
            analyze items;
            """);
        return new PlainEntityFramework(tenants, database);
    }

    public async Task QueryAsync(Random random)
    {
        var (tenant, id) = (Pick(random), random.NextInt64(PointReadData.RowsPerTenant));
        await using var context = await _contexts.CreateDbContextAsync();
        EntityFramework.Check(await context.Set<Item>().AsNoTracking()
            .FirstOrDefaultAsync(item => EF.Property<Guid>(item, PlainItems.Tenant) == tenant && item.Id == id), id);
    }

    public async Task SaveAsync(Random random)
    {
        var tenant = Pick(random);
        await using var context = await _contexts.CreateDbContextAsync();
        foreach (var posting in EntityFramework.Postings())
        {
            context.Add(posting);
            context.Entry(posting).Property(PlainItems.Tenant).CurrentValue = tenant;
        }

        await context.SaveChangesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _data.DisposeAsync();
        await PrivateCluster.ExecuteAsync("postgres", $"drop database {_database} with (force)");
    }

    Guid Pick(Random random) => _tenants[random.Next(_tenants.Count)].Id.Value;
}
