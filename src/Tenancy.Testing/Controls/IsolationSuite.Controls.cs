using Npgsql;

namespace Tenancy;

/// <content>Checks of the suite itself.</content>
public sealed partial class IsolationSuite
{
    /// <summary>
    /// Takes the guards of one table away, one after another, and sees that <see cref="CheckTablesAsync"/> notices each: row
    /// security and its force, the policy, the revocation of <c>set_config</c>, the login's binding to row security, the scope.
    /// Each is put back.
    /// </summary>
    /// <remarks>On a cluster of the tests' own: a login's attributes are the cluster's, and others would meet them.</remarks>
    /// <param name="administrator">A superuser's connection string; the database in it is not used.</param>
    /// <param name="cancellationToken">Ends it; what was taken away is put back all the same.</param>
    /// <returns>The guards that were taken away, one for each isolation.</returns>
    /// <exception cref="IsolationViolationException">Something was not noticed: then a clean check proves nothing.</exception>
    public async Task<IReadOnlyList<string>> CheckControlsAsync(string administrator, CancellationToken cancellationToken = default)
    {
        await CheckTablesAsync(cancellationToken).ConfigureAwait(false);
        var (tried, unnoticed) = (new List<string>(), new List<string>());
        foreach (var fault in ControlFault.All)
        {
            foreach (var isolation in fault.Isolations.Intersect(_options.Isolations))
            {
                tried.Add($"{fault.Name} ({isolation})");
                if (!await IsNoticedAsync(fault, isolation, administrator, cancellationToken).ConfigureAwait(false))
                    unnoticed.Add($"The suite did not notice: {fault.Name}, under the isolation {isolation}.");
            }
        }

        IsolationViolationException.ThrowIfAny(unnoticed);
        await CheckTablesAsync(cancellationToken).ConfigureAwait(false);
        return tried;
    }

    async Task<bool> IsNoticedAsync(ControlFault fault, TenantIsolation isolation, string administrator, CancellationToken cancellationToken)
    {
        TestTenant[] both = [.. _tenants.Where(tenant => tenant.Isolation == isolation)];
        var database = both[0].Tenant.Placement.Database;
        var login = SqlIdentifier.Quote(await LoginAsync(both[0], cancellationToken).ConfigureAwait(false));
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(administrator) { Database = database, Pooling = false }.ConnectionString);
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            var before = await FunctionsAsync(connection, cancellationToken).ConfigureAwait(false);
            // One table of all tenants, or one of each: and the other tenant's database is another one.
            ControlPlace[] places = [.. both.Where(tenant => tenant.Tenant.Placement.Database == database)
                .Select(tenant => new ControlPlace(login, tenant.Tables[0].Qualified, tenant.Tenant.Id)).DistinctBy(place => place.Table)];
            try
            {
                foreach (var place in places)
                    await ExecuteAsync(connection, fault.Plant(place), cancellationToken).ConfigureAwait(false);
                return (await FindAsync(both, cancellationToken).ConfigureAwait(false)).Count > 0;
            }
            finally
            {
                foreach (var place in places)
                    await ExecuteAsync(connection, $"{fault.Undo(place)};{before}", CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    async Task<string> LoginAsync(TestTenant tenant, CancellationToken cancellationToken)
    {
        var (rows, error) = await Probe.ReadAsync(this, tenant, "select session_user::text", cancellationToken).ConfigureAwait(false);
        return rows is [[var login]] ? login : throw new InvalidOperationException($"The {tenant} cannot ask for its login.", error);
    }

    /// <summary>The text of the functions that enter a tenant, as the server would create them.</summary>
    static async Task<string> FunctionsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(
            "select string_agg(pg_get_functiondef(oid), ';') from pg_proc where pronamespace = 'tenancy'::regnamespace and proname = any ($1)", connection)
        {
            Parameters = { new() { Value = ControlFault.Functions } },
        };
        return (string)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
