namespace Tenancy.Postgres.Tests;

/// <summary>Tenants whose deployment reaches PostgreSQL through a recording proxy.</summary>
public sealed class ProxiedTenants : TenantOfEach
{
    public RecordingProxy Proxy { get; } = new();

    // One connection to a pool, so that every use is on a session that is already there.
    protected override DeploymentOptions Options => new() { Budget = 1, Port = Proxy.Port };

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Proxy.DisposeAsync();
    }

    /// <summary>What the login of a tenant says while something is done.</summary>
    public async Task<IReadOnlyList<FrontendMessage>> SaidAsync(TenantIsolation isolation, Func<Task> work)
    {
        var login = isolation == TenantIsolation.Database ? TenantNames.For(this[isolation].Id) : Deployment.Options.AppLogin;
        return [.. (await Proxy.DuringAsync(work)).Where(message => message.User == login)];
    }
}
