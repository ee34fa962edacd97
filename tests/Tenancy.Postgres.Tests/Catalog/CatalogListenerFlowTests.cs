using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Tenancy.Postgres.Tests;

/// <summary>The library's own loop, started by someone who is in a tenant's scope.</summary>
public sealed class CatalogListenerFlowTests
{
    [Fact]
    public async Task The_loop_does_not_inherit_the_scope_it_was_started_in()
    {
        await using var services = new ServiceCollection().AddTenancy().Services.BuildServiceProvider();
        var tenants = services.GetRequiredService<ITenantContext>();
        var seen = new TaskCompletionSource<Tenant?>(TaskCreationOptions.RunContinuationsAsynchronously);
        // Nobody listens there: the loop says so in its log, and with it whose work it believes to do.
        var options = Options.Create(new PostgresOptions { Catalog = "Host=127.0.0.1;Port=1;Database=x;Username=x;Password=x" });
        await using var catalog = new PostgresTenantCatalog(options, TimeProvider.System, NullLoggerFactory.Instance);
        using var listener = new CatalogListener(catalog, options, TimeProvider.System, new Witness(() => seen.TrySetResult(tenants.Current)));
        using var control = new Control(tenants);
        using (tenants.Enter(Sample))
        {
            await listener.StartAsync(CancellationToken.None);
            Assert.Null(await seen.Task.WaitAsync(TimeSpan.FromSeconds(30)));
            // The control: a service that does nothing about it inherits the scope.
            await control.StartAsync(CancellationToken.None);
            Assert.Same(Sample, await control.Seen.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        }

        await listener.StopAsync(CancellationToken.None);
    }

    static readonly Tenant Sample = new()
    {
        Id = TenantId.Create(TimeProvider.System),
        Slug = TenantSlug.Parse("sample"),
        Name = "Sample",
        Tier = "any",
        Status = TenantStatus.Active,
        Placement = new TenantPlacement(TenantIsolation.Row, "server", "database", "schema"),
    };

    sealed class Witness(Action logged) : ILogger<CatalogListener>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => logged();
    }

    sealed class Control(ITenantContext tenants) : BackgroundService
    {
        public TaskCompletionSource<Tenant?> Seen { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            Seen.SetResult(tenants.Current);
            return Task.CompletedTask;
        }
    }
}
