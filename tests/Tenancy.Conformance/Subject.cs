using System.Data;
using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Tenancy.Conformance;

/// <summary>Two tenants of one isolation with the same ids in the same tables, told apart by the mark in every row.</summary>
public sealed class Subject : IAsyncDisposable
{
    public const int Rows = 5;

    Subject(Deployment deployment, Tenant a, Tenant b)
    {
        Deployment = deployment;
        A = a;
        B = b;
    }

    public Deployment Deployment { get; }

    public Tenant A { get; }

    public Tenant B { get; }

    public TenantIsolation Isolation => A.Placement.Isolation;

    public SchemaGuard Guard => A.Placement.Guard;

    /// <summary>Whether each tenant logs in as itself, and nothing but that login guards its rows.</summary>
    public bool HasOwnLogins => Isolation == TenantIsolation.Database || Guard == SchemaGuard.Role;

    /// <summary>Whether row security guards the rows.</summary>
    public bool IsRowSecured => Isolation != TenantIsolation.Database && Guard == SchemaGuard.RowSecurity;

    public ProtectionLevel Level => Deployment.Options.Level;

    /// <summary>The setting that holds who is in scope.</summary>
    public string ScopeSetting => Level == ProtectionLevel.Signed ? "tenancy.token" : "tenancy.tenant";

    /// <summary>What the pool of a tenant was made by.</summary>
    internal PoolSettings SettingsOf(Tenant tenant) =>
        Deployment.Services.GetRequiredService<IsolationStrategies>()[tenant.Placement.Isolation].PoolFor(tenant.Id, tenant.Placement);

    /// <summary>A call that enters by a token, as text: for whoever could write it into a statement.</summary>
    /// <param name="token">The token, or what is passed for one.</param>
    /// <param name="bound">Whether it was made for the backend it is sent to.</param>
    internal static string EnterBy(string token, bool bound = false) => $"tenancy.{(bound ? "enter_signed" : "enter_pooled")}('{token}', false)";

    public static async Task<Subject> StartAsync(TenantIsolation isolation, DeploymentOptions? options = null)
    {
        var deployment = await Deployment.StartAsync(options ?? new DeploymentOptions { Budget = 4 });
        var subject = new Subject(deployment, await deployment.CreateAsync(isolation), await deployment.CreateAsync(isolation));
        await subject.FillAsync(subject.A);
        await subject.FillAsync(subject.B);
        return subject;
    }

    /// <summary>What every row of a tenant carries, and no row of another's.</summary>
    public static string MarkOf(Tenant tenant) => "mark-of-" + tenant.Slug;

    public Tenant Other(Tenant tenant) => tenant.Id == A.Id ? B : A;

    /// <summary>The qualified name of a tenant's table.</summary>
    public static string Table(Tenant tenant, string table = "notes") => $"\"{tenant.Placement.Schema}\".{table}";

    /// <summary>Opens a connection as a tenant and works with it.</summary>
    public async Task<T> AsAsync<T>(Tenant tenant, Func<TenantConnection, Task<T>> work)
    {
        using var scope = Deployment.Tenants.Enter(tenant);
        await using var connection = await Deployment.Data.OpenConnectionAsync();
        return await work(connection);
    }

    public Task AsAsync(Tenant tenant, Func<TenantConnection, Task> work) => AsAsync(tenant, async connection =>
    {
        await work(connection);
        return true;
    });

    /// <summary>Everything a statement returns to a tenant, as text.</summary>
    public Task<List<string>> ReadAsync(Tenant tenant, string sql) => AsAsync(tenant, connection => ReadAsync(connection, sql));

    public static async Task<List<string>> ReadAsync(DbConnection connection, string sql, DbTransaction? transaction = null)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        await using var reader = await command.ExecuteReaderAsync();
        return await CellsAsync(reader);
    }

    public static async Task<List<string>> CellsAsync(DbDataReader reader)
    {
        var cells = new List<string>();
        do
        {
            while (await reader.ReadAsync())
                for (var i = 0; i < reader.FieldCount; i++)
                    cells.Add(Convert.ToString(reader.GetValue(i), System.Globalization.CultureInfo.InvariantCulture) ?? "");
        }
        while (await reader.NextResultAsync());
        return cells;
    }

    /// <summary>Fails unless each tenant sees exactly its own rows, row by row.</summary>
    public async Task CheckRowsAsync(string after)
    {
        foreach (var tenant in new[] { A, B, A })
        {
            var seen = await ReadAsync(tenant, "select id || ':' || mark from notes order by id");
            var expected = Enumerable.Range(1, Rows).Select(id => $"{id}:{MarkOf(tenant)}");
            Violation.If(!seen.SequenceEqual(expected), $"After {after} a tenant sees [{string.Join(", ", seen)}] instead of its own {Rows} rows.");
        }
    }

    /// <summary>Leases a connection as the router would, but enters nobody.</summary>
    internal async Task<UnenteredLease> LeaseUnenteredAsync(Tenant tenant) =>
        await AsAsync(tenant, static async connection => new UnenteredLease(
            connection.Route.Pool, await connection.Route.Pool.LeaseAsync(connection.Route.Share, CancellationToken.None)));

    public ValueTask DisposeAsync() => Deployment.DisposeAsync();

    async Task FillAsync(Tenant tenant) => await AsAsync(tenant, async connection =>
    {
        foreach (var table in new[] { "insert into notes (id, mark) select n, $1 from generate_series(1, $2) as n",
                     "insert into documents (id, title) select lpad(n::text, 32, '0')::uuid, $1 from generate_series(1, $2) as n" })
        {
            await using var command = connection.CreateCommand();
            command.CommandText = table;
            command.Parameters.Add(new NpgsqlParameter { Value = MarkOf(tenant) });
            command.Parameters.Add(new NpgsqlParameter { Value = Rows });
            await command.ExecuteNonQueryAsync();
        }
    });
}
