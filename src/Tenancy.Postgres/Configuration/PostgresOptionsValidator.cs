using System.Text.RegularExpressions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>Checks <see cref="PostgresOptions"/>; names every mistake with its key, and never shows a secret.</summary>
internal sealed partial class PostgresOptionsValidator(IOptions<TenancyOptions> tenancy, IHostEnvironment environment)
    : IValidateOptions<PostgresOptions>
{
    public ValidateOptionsResult Validate(string? name, PostgresOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        foreach (var mistake in options.Mistakes)
            result.AddError(mistake);

        ConnectionStringRules.Check($"{options.Path}:Catalog", options.Catalog, result);
        if (options.Servers.Count == 0)
            result.AddError($"{options.Path}:Servers is empty. Name at least one server with ConnectionString and Migrator.");
        foreach (var (server, part) in options.Servers)
            CheckServer($"{options.Path}:Servers:{server}", server, part, options, result);

        if (!PlainName().IsMatch(options.ApplicationSchema) || options.ApplicationSchema is "public" or "tenancy" or "extensions"
            || options.ApplicationSchema.StartsWith("pg_", StringComparison.Ordinal)
            || options.ApplicationSchema.StartsWith("t_", StringComparison.Ordinal))
        {
            result.AddError(Mistake.At($"{options.Path}:ApplicationSchema", options.ApplicationSchema,
                "Give a name of a-z, 0-9 and '_' other than public, tenancy, extensions, pg_… and t_…."));
        }

        if (options.CatalogPollInterval < TimeSpan.FromMilliseconds(100) || options.CatalogPollInterval > TimeSpan.FromHours(1))
            result.AddError(Mistake.At($"{options.Path}:CatalogPollInterval", options.CatalogPollInterval, "Give 00:00:00.1 to 01:00:00."));
        if (options.Storage.Interval < TimeSpan.FromSeconds(1) || options.Storage.Interval > TimeSpan.FromHours(1))
            result.AddError(Mistake.At($"{options.Path}:Storage:Interval", options.Storage.Interval, "Give 00:00:01 to 01:00:00."));
        if (options.Cleanup.Every < TimeSpan.FromHours(1) || options.Cleanup.Every > TimeSpan.FromDays(35))
            result.AddError(Mistake.At($"{options.Path}:Cleanup:Every", options.Cleanup.Every, "Give 01:00:00 to 35.00:00:00."));
        CheckRange($"{options.Path}:MaxAutoPrepare", options.MaxAutoPrepare, 0, 10_000, "statements", result);
        CheckRange($"{options.Path}:EmptyPoolLimit", options.EmptyPoolLimit, 16, 100_000, "pools", result);
        CheckRange($"{options.Path}:SigningKeyId", options.SigningKeyId, 1, 999_999_999, "as the id of a key", result);
        CheckKeys(options, result);
        CheckMigrations(options, result);
        return result.Build();
    }

    static void CheckServer(string path, string name, PostgresServerOptions server, PostgresOptions options, ValidateOptionsResultBuilder result)
    {
        if (!ServerName().IsMatch(name))
            result.AddError($"{path} is not a server name. Give 1 to 40 characters of a-z, 0-9 and '-'.");
        var app = ConnectionStringRules.Check($"{path}:ConnectionString", server.ConnectionString, result);
        var migrator = ConnectionStringRules.Check($"{path}:Migrator", server.Migrator, result);
        if (app is not null && migrator is not null)
        {
            if (app.Username == migrator.Username)
                result.AddError($"{path}:Migrator has the login of ConnectionString. Give the migrator a login of its own: it bypasses row security.");
            if (app.Database != migrator.Database)
                result.AddError($"{path}:Migrator names the database '{migrator.Database}'. Name the one of ConnectionString, '{app.Database}'.");
        }

        if (app is not null && migrator is not null && options.DataSourceHooks.Count > 0)
        {
            using var metrics = new RouterMetrics();
            using var tried = new TenantServer(name, server, options, TimeProvider.System, metrics);
            foreach (var mistake in InnerDataSource.Try(tried.SharedPool))
                result.AddError(mistake);
        }

        CheckBudget(path, server, app is null ? null : options.Catalog, result);
        if (server.ReplicaConnectionBudget is { } replica)
        {
            CheckRange($"{path}:ReplicaConnectionBudget", replica, PostgresServerOptions.LeastForTenants,
                PostgresServerOptions.MaxConnectionBudget, "connections to each standby", result);
        }

        if (app is not null && migrator is not null)
            PoolerRules.Check(path, server, options.Catalog, result);
        if (server.AttestationInterval < TimeSpan.Zero || server.AttestationInterval > TimeSpan.FromHours(1))
            result.AddError(Mistake.At($"{path}:AttestationInterval", server.AttestationInterval, "Give 00:00:00 to 01:00:00."));
        if (server.SharedPoolSize is { } shared)
            CheckRange($"{path}:SharedPoolSize", shared, 1, 10_000, "connections", result);
        CheckRange($"{path}:SchemasPerConnection", server.SchemasPerConnection, 1, 100_000, "schemas", result);
        CheckRange($"{path}:DatabasePoolSize", server.DatabasePoolSize, 1, 1_000, "connections", result);
    }

    static void CheckBudget(string path, PostgresServerOptions server, string? catalog, ValidateOptionsResultBuilder result)
    {
        var same = catalog is not null && ConnectionStringRules.IsSameServer(server.Itself, catalog);
        var least = PostgresServerOptions.LeastForTenants + (same ? PostgresTenantCatalog.Connections : 0);
        CheckRange($"{path}:ConnectionBudget", server.ConnectionBudget, least, PostgresServerOptions.MaxConnectionBudget,
            same ? "connections; four of them are the catalog's" : "connections", result);
    }

    void CheckKeys(PostgresOptions options, ValidateOptionsResultBuilder result)
    {
        const string Remedy = "Give at least 32 random bytes in Base64, such as 'openssl rand -base64 32' prints.";
        if (options.DeploymentKey is { } key)
        {
            if (!IsKey(key))
                result.AddError($"{options.Path}:DeploymentKey is not a key. {Remedy}");
        }
        else if (tenancy.Value.Tiers.Values.FirstOrDefault(tier => tier.Isolation == TenantIsolation.Database) is { } tier)
        {
            result.AddError($"{options.Path}:DeploymentKey is missing, and the tier '{tier.Name}' gives each tenant a login of its own. {Remedy}");
        }
        else if (!options.SigningKeys.ContainsKey(options.SigningKeyId)
            && options.Servers.FirstOrDefault(static server => server.Value.Level == ProtectionLevel.Signed).Key is { } signed)
        {
            result.AddError($"{options.Path}:DeploymentKey is missing, and so is SigningKeys:{options.SigningKeyId}: the server '{signed}' has level Signed. {Remedy}");
        }

        foreach (var (id, secret) in options.SigningKeys)
        {
            if (id < 1 || !IsKey(secret))
                result.AddError($"{options.Path}:SigningKeys:{id} is not a key. {Remedy}");
        }
    }

    static bool IsKey(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var written) && written >= TenantLogin.MinKeyBytes;
    }

    void CheckMigrations(PostgresOptions options, ValidateOptionsResultBuilder result)
    {
        if (options.MigrationsDirectory is not { } directory)
            return;
        try
        {
            MigrationFolder.Read(environment.ContentRootPath, directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            result.AddError(Mistake.At($"{options.Path}:Migrations:Directory", directory, e.Message));
        }
    }

    static void CheckRange(string path, int value, int min, int max, string unit, ValidateOptionsResultBuilder result)
    {
        if (value < min || value > max)
            result.AddError(Mistake.At(path, value, $"Give {min} to {max} {unit}."));
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,39}\z")]
    private static partial Regex ServerName();

    [GeneratedRegex(@"\A[a-z_][a-z0-9_]{0,62}\z")]
    private static partial Regex PlainName();
}
