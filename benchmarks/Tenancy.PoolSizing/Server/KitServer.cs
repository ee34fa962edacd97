using Npgsql;

namespace Tenancy.PoolSizing;

/// <summary>Leads the test kit to the server under test, through the delaying proxy where there is a delay.</summary>
internal sealed class KitServer : IAsyncDisposable
{
    /// <summary>Where the test kit looks.</summary>
    const string Variable = "TENANCY_TEST_POSTGRES";

    readonly string? _before = Environment.GetEnvironmentVariable(Variable);
    readonly DelayProxy? _proxy;
    readonly TimeSpan _delay;

    public KitServer(IServerUnderTest server, TimeSpan delay)
    {
        _delay = delay;
        var administrator = new NpgsqlConnectionStringBuilder(server.Administrator);
        if (delay > TimeSpan.Zero)
        {
            _proxy = new DelayProxy(administrator.Host!, administrator.Port);
            (administrator.Host, administrator.Port) = ("127.0.0.1", _proxy.Port);
        }

        Environment.SetEnvironmentVariable(Variable, administrator.ConnectionString);
    }

    /// <summary>Lets the delay begin: preparations have none.</summary>
    public void BeginDelay()
    {
        if (_proxy is not null)
            _proxy.Delay = _delay;
    }

    /// <summary>Lets what comes now be without it.</summary>
    public void EndDelay()
    {
        if (_proxy is not null)
            _proxy.Delay = TimeSpan.Zero;
    }

    public async ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable(Variable, _before);
        if (_proxy is not null)
            await _proxy.DisposeAsync();
    }
}
