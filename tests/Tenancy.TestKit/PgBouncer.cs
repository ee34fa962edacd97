using System.Diagnostics;
using Npgsql;

namespace Tenancy.TestKit;

/// <summary>A PgBouncer in front of the cluster, as the documentation sets one up, on a port of its own.</summary>
public sealed class PgBouncer : IAsyncDisposable
{
    static readonly Dictionary<string, string> Defaults = new()
    {
        ["pool_mode"] = "transaction",
        ["auth_type"] = "scram-sha-256",
        ["default_pool_size"] = "8",
        ["max_client_conn"] = "200",
        // What is asked of a session that was killed a moment ago should not take as long as people would wait.
        ["server_login_retry"] = "1",
        ["query_wait_timeout"] = "20",
        ["ignore_startup_parameters"] = "",
    };

    readonly string _directory = Directory.CreateTempSubdirectory("tenancy-pgbouncer.").FullName;
    readonly Dictionary<string, string> _settings;
    readonly string _databaseSettings;
    Process? _process;

    PgBouncer(IReadOnlyDictionary<string, string>? settings, string databaseSettings)
    {
        _settings = new Dictionary<string, string>(Defaults);
        foreach (var (key, value) in settings ?? new Dictionary<string, string>())
            _settings[key] = value;
        _databaseSettings = databaseSettings;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End();
    }

    public int Port { get; private set; }

    /// <summary>Starts one.</summary>
    /// <param name="settings">Lines of [pgbouncer] that differ from the fixture's.</param>
    /// <param name="databaseSettings">Added to the line of [databases].</param>
    /// <param name="known">Logins whose passwords it is given, so that it need not ask in each database.</param>
    public static async Task<PgBouncer> StartAsync(
        IReadOnlyDictionary<string, string>? settings = null, string databaseSettings = "", params string[] known)
    {
        var pooler = new PgBouncer(settings, databaseSettings);
        var login = new NpgsqlConnectionStringBuilder(Deployment.ConnectionString("postgres", PostgresRoles.Pooler));
        // Several tests may make the role at once, and the installer leaves one that exists alone.
        await PrivateCluster.ExecuteAsync("postgres",
            $"""
            do $$ begin
                perform pg_advisory_xact_lock(7305812);
                if not exists (select from pg_roles where rolname = '{PostgresRoles.Pooler}') then create role {PostgresRoles.Pooler}; end if;
                alter role {PostgresRoles.Pooler} login password '{login.Password}';
            end $$
            """);
        await File.WriteAllLinesAsync(Path.Combine(pooler._directory, "userlist.txt"), known.Prepend(PostgresRoles.Pooler)
            .Select(name => $"\"{name}\" \"{new NpgsqlConnectionStringBuilder(Deployment.ConnectionString("postgres", name)).Password}\""));
        await pooler.LaunchAsync();
        return pooler;
    }

    /// <summary>Changes a line of [pgbouncer] and has it read them all.</summary>
    public async Task ReloadAsync(string key, string value)
    {
        _settings[key] = value;
        await WriteAsync();
        using var signal = Process.Start("kill", ["-HUP", _process!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await signal.WaitForExitAsync();
    }

    /// <summary>Ends it as a crash would, and starts it again on its port.</summary>
    public async Task RestartAsync()
    {
        Kill();
        await LaunchAsync(Port);
    }

    /// <summary>A plain connection through it, as another program's with the same login.</summary>
    public async Task<NpgsqlConnection> OpenAsync(string database, string login, string? password = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(Deployment.ConnectionString(database, login, Port)) { Pooling = false };
        if (password is not null)
            settings.Password = password;
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public ValueTask DisposeAsync()
    {
        End();
        return default;
    }

    async Task LaunchAsync(int? port = null)
    {
        for (var attempt = 0; attempt < 20; attempt++)
        {
            // Below the range from which the kernel takes ports for outgoing connections.
            Port = port ?? Random.Shared.Next(15_000, 32_000);
            await WriteAsync();
            File.Delete(Log);
            var info = new ProcessStartInfo(PrivateCluster.Script("pgbouncer.sh")) { ArgumentList = { _directory }, RedirectStandardError = true, RedirectStandardOutput = true };
            _process = Process.Start(info)!;
            _process.BeginErrorReadLine();
            _process.BeginOutputReadLine();
            if (await IsUpAsync(_process))
                return;
        }

        throw new InvalidOperationException("PgBouncer did not start: " + await ReadLogAsync());
    }

    async Task<bool> IsUpAsync(Process process)
    {
        // Long, since it may be installed first.
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromMinutes(3) && !process.HasExited;)
        {
            await Task.Delay(20);
            // Its own log tells, since somebody else may be listening on the port.
            if (File.Exists(Log) && (await ReadLogAsync()).Contains("LOG process up", StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    async Task WriteAsync()
    {
        var server = new NpgsqlConnectionStringBuilder(PrivateCluster.Administrator);
        var lines = _settings.Where(setting => setting.Value.Length > 0).Select(setting => $"{setting.Key} = {setting.Value}");
        await File.WriteAllTextAsync(Path.Combine(_directory, "pgbouncer.ini"),
            $"""
            [databases]
            * = host={server.Host} port={server.Port} auth_user={PostgresRoles.Pooler} {_databaseSettings}

            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {Port}
            unix_socket_dir =
            auth_file = {_directory}/userlist.txt
            auth_query = select usename, passwd from tenancy_pooler.secret_of($1)
            logfile = {Log}
            {string.Join('\n', lines)}

            """);
    }

    string Log => Path.Combine(_directory, "log");

    async Task<string> ReadLogAsync() => File.Exists(Log) ? await File.ReadAllTextAsync(Log) : "";

    void End()
    {
        Kill();
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    void Kill()
    {
        if (_process is { HasExited: false } running)
        {
            running.Kill();
            running.WaitForExit();
        }
    }
}
