using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy;

/// <summary>
/// Tenants with sentinel rows in every isolated table of the host's migrations, and the checks on them. Disposing it
/// deletes the tenants.
/// </summary>
public sealed partial class IsolationSuite : IAsyncDisposable
{
    readonly List<TestTenant> _tenants = [];
    readonly IServiceProvider _services;
    readonly IsolationSuiteOptions _options;

    IsolationSuite(IServiceProvider services, IsolationSuiteOptions options)
    {
        _services = services;
        _options = options;
        Data = services.GetRequiredService<TenantDataSource>();
        Context = services.GetRequiredService<ITenantContext>();
    }

    /// <summary>The tenants: two of each isolation, with the same ids in the same tables.</summary>
    public IReadOnlyList<TestTenant> Tenants => _tenants;

    internal TenantDataSource Data { get; }

    internal ITenantContext Context { get; }

    /// <summary>Creates the tenants and fills their tables.</summary>
    /// <param name="services">The services of a started host, with <c>AddTenancy().UsePostgres()</c> among them.</param>
    /// <param name="options">What the tenants are like. Default: every isolation, the first tier of the catalog, 3 rows to a table.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SentinelException">A table could not be filled; the message says what to give.</exception>
    public static async Task<IsolationSuite> StartAsync(
        IServiceProvider services, IsolationSuiteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(services);
        var suite = new IsolationSuite(services, options ?? new IsolationSuiteOptions());
        try
        {
            foreach (var isolation in suite._options.Isolations.Distinct())
            {
                for (var i = 0; i < 2; i++)
                    await suite.AddAsync(isolation, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            await suite.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return suite;
    }

    /// <summary>The id of a sentinel row whose key is a UUID, the same for every tenant and table.</summary>
    /// <param name="row">The row's number, from 1 to <see cref="IsolationSuiteOptions.Rows"/>.</param>
    public static Guid RowId(int row) => new(0, 0, 0x4000, 0x80, 0, 0, 0, (byte)(row >> 24), (byte)(row >> 16), (byte)(row >> 8), (byte)row);

    /// <summary>Deletes the tenants with all their data.</summary>
    public async ValueTask DisposeAsync()
    {
        var lifecycle = _services.GetRequiredService<ITenantLifecycle>();
        foreach (var tenant in _tenants)
            await lifecycle.DeleteAsync(tenant.Tenant.Id).ConfigureAwait(false);
        _tenants.Clear();
    }

    /// <summary>The other tenant of the same isolation.</summary>
    internal TestTenant NeighbourOf(TestTenant tenant) => _tenants.Single(other => other.Isolation == tenant.Isolation && other != tenant);

    async Task AddAsync(TenantIsolation isolation, CancellationToken cancellationToken)
    {
        var tier = _options.Tier ?? _services.GetRequiredService<ITenantCatalog>().Current.Tiers.Keys.Order(StringComparer.Ordinal).FirstOrDefault()
            ?? throw new InvalidOperationException("The catalog has no tier. Start the host before the suite, or configure Tenancy:Tiers.");
        var name = $"isolation-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        var tenant = new TestTenant(
            await _services.GetRequiredService<ITenantLifecycle>().CreateAsync(
                new TenantSpecification(TenantSlug.Parse(name), "Isolation suite", tier) { Isolation = isolation }, cancellationToken).ConfigureAwait(false),
            $"sentinel{RandomNumberGenerator.GetHexString(24, lowercase: true)}");
        _tenants.Add(tenant);
        using var scope = Context.Enter(tenant.Tenant);
        var connection = await Data.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            tenant.Tables = await IsolatedTables.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
            await SentinelRows.InsertAsync(connection, tenant, _options, cancellationToken).ConfigureAwait(false);
        }
    }
}
