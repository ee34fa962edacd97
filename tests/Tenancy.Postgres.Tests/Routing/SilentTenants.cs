namespace Tenancy.Postgres.Tests;

/// <summary>Tenants that are reached through a proxy, with two connections to a pool.</summary>
public class SilentTenants : TenantOfEach
{
    public RecordingProxy Proxy { get; } = new();

    protected virtual string More => "";

    protected override DeploymentOptions Options => new()
    {
        Budget = 2,
        Port = Proxy.Port,
        // What has to fail has a shorter time. The driver asks the server to cancel over a connection of its own, and waits so
        // long for what comes of it.
        ConnectionSettings = $"Command Timeout=10;Cancellation Timeout=500;{More}",
    };

    /// <summary>The connections of a tenant's pool go silent, and no others.</summary>
    public int Silence(TenantIsolation isolation) =>
        Proxy.Silence(isolation == TenantIsolation.Database ? TenantNames.For(this[isolation].Id) : Deployment.Options.AppLogin);

    public override async Task DisposeAsync()
    {
        // What is silent still would be waited for.
        Proxy.Cut();
        await base.DisposeAsync();
        await Proxy.DisposeAsync();
    }
}
