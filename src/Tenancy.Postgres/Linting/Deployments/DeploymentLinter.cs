using Microsoft.Extensions.Options;

namespace Tenancy;

internal sealed class DeploymentLinter(IOptions<PostgresOptions> options, IsolationStrategies strategies, PostgresTenantCatalog catalog)
    : ITenancyLinter
{
    public async Task<LintReport> LintAsync(CancellationToken cancellationToken = default)
    {
        var snapshot = await catalog.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var own = snapshot.Tenants
            .Where(static tenant => tenant.Placement.Isolation == TenantIsolation.Database
                && tenant.Status is TenantStatus.Active or TenantStatus.Suspended)
            .Select(tenant => (strategies.Servers.Get(tenant.Placement.Server), tenant.Placement.Database, TenantNames.For(tenant.Id)));
        return await LintAsync([.. Shared, .. own], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lints the databases that tenants share.</summary>
    public Task<LintReport> LintSharedAsync(CancellationToken cancellationToken) => LintAsync([.. Shared], cancellationToken);

    IEnumerable<(TenantServer Server, string Database, string Role)> Shared =>
        strategies.Servers.Names.Select(strategies.Servers.Get).Select(static server => (server, server.SharedDatabase, server.AppLogin));

    async Task<LintReport> LintAsync(
        IReadOnlyList<(TenantServer Server, string Database, string Role)> targets, CancellationToken cancellationToken)
    {
        var findings = new List<LintFinding>();
        foreach (var (server, database, role) in targets)
        {
            var connection = await server.OpenMigratorAsync(database, cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
                findings.AddRange(await DatabaseLint.RunAsync(connection, role, cancellationToken).ConfigureAwait(false));
        }

        return LintReport.Of([.. targets.Select(static target => target.Database)], findings, [.. options.Value.Lint.Allow]);
    }
}
