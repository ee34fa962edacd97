using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tenancy.Ocr.Tests.Support;

/// <summary>The client as a host registers it.</summary>
internal sealed class OcrHost : IAsyncDisposable
{
    readonly ServiceProvider _services;

    public OcrHost(Action<OcrOptions> configure, TimeProvider? time = null, bool tenancy = false, IPdfSplitter? splitter = null,
        ITenantCatalog? catalog = null, ITenantMeter? meter = null)
    {
        var services = new ServiceCollection().AddLogging();
        if (time is not null)
            services.AddSingleton(time);
        if (splitter is not null)
            services.AddSingleton(splitter);
        if (catalog is not null)
            services.AddSingleton(catalog);
        if (meter is not null)
            services.AddSingleton(meter);
        if (tenancy)
            services.AddTenancy().UsePaddleOcr(configure);
        else
            services.AddPaddleOcr(configure);
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        Client = _services.GetRequiredService<IOcrClient>();
    }

    public IOcrClient Client { get; }

    public OcrDiagnostics Diagnostics => _services.GetRequiredService<OcrDiagnostics>();

    public OcrPools Pools => _services.GetRequiredService<OcrPools>();

    public ITenantLimits Limits => _services.GetRequiredService<ITenantLimits>();

    public ITenantContext Tenants => _services.GetRequiredService<ITenantContext>();

    public EndpointPool Pool(string name = OcrOptions.DefaultPool) =>
        _services.GetRequiredService<OcrPools>().All.Single(pool => pool.Name == name).Servers;

    /// <summary>A client of these servers.</summary>
    public static OcrHost Of(params OcrServer[] servers) => new(options => Add(options, servers));

    public static void Add(OcrOptions options, params OcrServer[] servers)
    {
        foreach (var server in servers)
            options.Servers.Add(server.Address.ToString());
    }

    public static Tenant Tenant(string slug, string tier = "starter") => new()
    {
        Id = TenantId.Create(TimeProvider.System),
        Slug = TenantSlug.Parse(slug),
        Name = slug,
        Tier = tier,
        Status = TenantStatus.Active,
        Placement = new TenantPlacement(TenantIsolation.Row, "s", "d", "app"),
    };

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
