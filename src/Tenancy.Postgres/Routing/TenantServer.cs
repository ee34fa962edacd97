using Npgsql;

namespace Tenancy;

/// <summary>One configured server: its names and how to connect to it.</summary>
internal sealed class TenantServer
{
    readonly NpgsqlConnectionStringBuilder _app;
    readonly NpgsqlConnectionStringBuilder _migrator;
    readonly PostgresOptions _all;

    public TenantServer(string name, PostgresServerOptions options, PostgresOptions all)
    {
        Name = name;
        Options = options;
        _all = all;
        _app = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        _migrator = new NpgsqlConnectionStringBuilder(options.Migrator) { Pooling = false, Enlist = false };
        SharedPool = PoolSettings(SharedDatabase, AppLogin, _app.Password, options.ConnectionBudget, identity: null);
    }

    public string Name { get; }

    public PostgresServerOptions Options { get; }

    /// <summary>The pool of all tenants that share a database.</summary>
    public PoolSettings SharedPool { get; }

    public string SharedDatabase => _app.Database!;

    public string TemplateDatabase => SharedDatabase + "_template";

    public string AppLogin => _app.Username!;

    public string? AppPassword => _app.Password;

    public string MigratorLogin => _migrator.Username!;

    public string? MigratorPassword => _migrator.Password;

    public PoolSettings PoolSettings(string database, string login, string? password, int size, TenantId? identity)
    {
        var settings = new NpgsqlConnectionStringBuilder(_app.ConnectionString)
        {
            Database = database,
            Username = login,
            Password = password,
            MaxPoolSize = size,
            MinPoolSize = Math.Min(_app.MinPoolSize, size),
            MaxAutoPrepare = _all.MaxAutoPrepare,
            // The scope of row and database isolation needs no search_path of its own; a schema's scope replaces this one.
            SearchPath = $"{_all.ApplicationSchema}, extensions, pg_temp",
            // Tells an error of the scope from one of the statement.
            IncludeFailedBatchedCommand = true,
            ApplicationName = _app.ApplicationName ?? "tenancy",
        };
        return new PoolSettings(new PoolKey(Name, database, login), settings.ConnectionString, identity) { Hooks = _all.DataSourceHooks };
    }

    /// <summary>Opens a connection that is not pooled, for creating places and migrating.</summary>
    public async Task<NpgsqlConnection> OpenMigratorAsync(string database, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(_migrator.ConnectionString) { Database = database };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
