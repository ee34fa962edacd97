using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tenancy.Core.Tests;

/// <summary>Tenancy as a host has it, over a catalog in memory that a test changes.</summary>
sealed class WorkFixture : ITenantCatalog, ILoggerProvider, ISupportExternalScope, IAsyncDisposable
{
    readonly ServiceProvider _services;
    IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public WorkFixture(params Tenant[] tenants)
    {
        Current = TenantCatalogSnapshot.Empty.With(tenants, [], [], 1, DateTimeOffset.UnixEpoch);
        var services = new ServiceCollection().AddSingleton<ITenantCatalog>(this).AddTenancy().Services;
        services.AddLogging(logging => logging.AddProvider(this));
        services.AddScoped<Scoped>();
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        Tenants = _services.GetRequiredService<ITenantContext>();
    }

    public ITenantContext Tenants { get; }

    public TenantCatalogSnapshot Current { get; set; }

    /// <summary>What a refresh finds that the snapshot does not have yet.</summary>
    public List<Tenant> News { get; } = [];

    public int Refreshed { get; private set; }

    public ConcurrentQueue<string> Logged { get; } = [];

    public Task<TenantCatalogSnapshot> RefreshAsync(CancellationToken cancellationToken = default)
    {
        Refreshed++;
        foreach (var tenant in News)
            Put(tenant);
        return Task.FromResult(Current);
    }

    public void Put(Tenant tenant) => Current = Current.With([tenant], [], null, Current.Revision + 1, DateTimeOffset.UnixEpoch);

    public void Remove(Tenant tenant) => Current = Current.With([], [tenant.Id], null, Current.Revision + 1, DateTimeOffset.UnixEpoch);

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    internal sealed class Scoped;

    sealed class Logger(WorkFixture fixture) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => fixture._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var scopes = new List<string>();
            fixture._scopes.ForEachScope(static (scope, list) => list.Add(scope?.ToString() ?? ""), scopes);
            fixture.Logged.Enqueue($"{eventId.Id} {formatter(state, exception)} {exception?.Message} [{string.Join(',', scopes)}]");
        }
    }
}
