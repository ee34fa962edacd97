using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Tenancy.Postgres.Tests;

public sealed class PostgresOptionsTests
{
    const string Secret = "hunter2-secret";

    static async Task<IReadOnlyList<string>> MistakesAsync(Dictionary<string, string?> changes)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Tenancy:Postgres:Catalog"] = $"Host=h;Database=c;Username=u;Password={Secret}",
            ["Tenancy:Postgres:Servers:one:ConnectionString"] = $"Host=h;Database=d;Username=app;Password={Secret}",
            ["Tenancy:Postgres:Servers:one:Migrator"] = $"Host=h;Database=d;Username=migrator;Password={Secret}",
        };
        foreach (var (key, value) in changes)
            settings["Tenancy:" + key] = value;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = Path.GetTempPath() });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddTenancy(builder.Configuration.GetSection("Tenancy")).UsePostgres();
        using var host = builder.Build();
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
        return [.. error.Failures];
    }

    [Theory]
    [InlineData("Catalog", "", "Catalog is missing", "Host")]
    [InlineData("Catalog", "Host=h;Nonsense=" + Secret, "Catalog is not a connection string", "Give Host")]
    [InlineData("Catalog", "Host=h;Port=" + Secret, "Catalog is not a connection string", "Give Host")]
    [InlineData("Catalog", "Database=c;Username=u;Password=" + Secret, "has no Host", "Add Host")]
    [InlineData("Catalog", "Host=h;Username=u;Password=" + Secret, "has no Database", "Add Database")]
    [InlineData("Servers:one:ConnectionString", "Host=h;Database=d;Username=migrator;Password=" + Secret, "Migrator has the login", "of its own")]
    [InlineData("Servers:one:Migrator", "Host=h;Database=other;Username=m;Password=" + Secret, "names the database 'other'", "'d'")]
    [InlineData("Servers:one:ConnectionString", "Host=h;Database=d;Username=a;Multiplexing=true", "Multiplexing", "Remove it")]
    [InlineData("Servers:one:ConnectionString", "Host=h;Database=d;Username=a;No Reset On Close=true", "No Reset On Close", "Remove it")]
    [InlineData("Servers:one:ConnectionString", "Host=h;Database=d;Username=a;Pooling=false", "Pooling=false", "Remove it")]
    [InlineData("Servers:one:ConnectionString", "Host=h;Database=d;Username=a;Persist Security Info=true", "Persist Security Info", "Remove it")]
    [InlineData("Servers:one:ConnectionString", "Host=h;Database=d;Username=a;Include Error Detail=true", "Include Error Detail", "Remove it")]
    [InlineData("Servers:one:ConnectionString", "Host=h;Database=d;Username=a;Log Parameters=true", "Log Parameters", "Remove it")]
    [InlineData("Servers:one:ConnectionString", "Host=h;Database=d;Username=a;Search Path=x", "Search Path", "Remove it")]
    [InlineData("Servers:one:ConnectionString", "Host=h;Database=d;Username=a;Options=-c role=x", "Options", "Remove it")]
    [InlineData("Servers:one:ConnectionString", "Host=h,i;Database=d;Username=a;Target Session Attributes=any", "Target Session Attributes", "Remove it")]
    [InlineData("Servers:one:ConnectionString", "Host=h,i;Database=d;Username=a;Load Balance Hosts=true", "Load Balance Hosts", "Remove it")]
    [InlineData("Servers:one:ReplicaConnectionBudget", "1", "'1'", "2 to 10000")]
    [InlineData("EmptyPoolLimit", "15", "'15'", "16 to 100000")]
    [InlineData("Servers:One_Two:Migrator", "Host=h;Database=d;Username=m", "not a server name", "a-z")]
    [InlineData("Servers:one:ConnectionBudget", "0", "'0'", "6 to 10000")]
    [InlineData("Servers:one:DatabasePoolSize", "-1", "'-1'", "1 to 1000")]
    [InlineData("Servers:one:Pooler", "pgcat", "'pgcat'", "none, pgbouncer")]
    [InlineData("Servers:one:Pooler", "pgbouncer", "Direct is missing", "Host=…;Port=…")]
    [InlineData("Servers:one:Direct", "Host=other", "Direct is only for", "Remove it")]
    [InlineData("Servers:one:PoolerMaxAutoPrepare", "10", "PoolerMaxAutoPrepare is only for", "MaxAutoPrepare")]
    [InlineData("Servers:one:AttestationInterval", "01:00:01", "'01:00:01'", "01:00:00")]
    [InlineData("Servers:one:Budget", "5", "not a known key", "ConnectionBudget")]
    [InlineData("DeploymentKey", Secret, "DeploymentKey is not a key", "openssl")]
    [InlineData("DeploymentKey", "c2hvcnQ=", "DeploymentKey is not a key", "openssl")]
    [InlineData("ApplicationSchema", "public", "'public'", "other than public")]
    [InlineData("ApplicationSchema", "t_x", "'t_x'", "t_")]
    [InlineData("ApplicationSchema", "pg_app", "'pg_app'", "pg_")]
    [InlineData("ApplicationSchema", "a\"; drop", "ApplicationSchema", "a-z")]
    [InlineData("CatalogPollInterval", "00:00:00", "'00:00:00'", "01:00:00")]
    [InlineData("CatalogPollInterval", "5", "'5.00:00:00'", "01:00:00")]
    [InlineData("MaxAutoPrepare", "-1", "'-1'", "statements")]
    [InlineData("Migrations:Directory", "no-such-folder", "'no-such-folder'", "Create it")]
    [InlineData("Lint:AtStart", "sometimes", "'sometimes'", "off, warn, refuse")]
    [InlineData("Lint:Mode", "off", "not a known key", "AtStart")]
    [InlineData("Lint:Allow:0:Rule", "TEN999", "'TEN999'", "docs/lint.md")]
    [InlineData("Lint:Allow:0:Rule", "TEN205", "names no target", "stands for any text")]
    [InlineData("Lint", "off", "'off'", "object")]
    [InlineData("Migrations", "folder", "'folder'", "object")]
    public async Task A_mistake_is_named_with_its_remedy(string key, string value, string shown, string remedy)
    {
        var mistakes = await MistakesAsync(new() { ["Postgres:" + key] = value });
        Assert.Contains(mistakes, mistake => mistake.StartsWith("Tenancy:Postgres:", StringComparison.Ordinal)
            && mistake.Contains(shown, StringComparison.Ordinal) && mistake.Contains(remedy, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ConnectionString", "Host=h,i;Database=tenants;Username=app;Password=" + Secret, "names several hosts", "Name one")]
    [InlineData("Direct", "Host=h", "Direct leads where ConnectionString leads", "pooler's host and port")]
    [InlineData("Direct", "Host=other;Password=" + Secret, "Direct is missing, or is not a host", "nothing else")]
    [InlineData("Direct", "nonsense", "Direct is missing, or is not a host", "nothing else")]
    [InlineData("Direct", "Host=other", "Migrator does not lead where Direct leads", "same host and port")]
    [InlineData("ConnectionString", "Host=h;Database=d;Username=app", "and the catalog there as well", "it listens")]
    [InlineData("PoolerMaxAutoPrepare", "-1", "'-1'", "0 to 10000")]
    public async Task Behind_a_pooler_a_mistake_is_named_with_its_remedy(string key, string value, string shown, string remedy)
    {
        var changes = new Dictionary<string, string?>
        {
            ["Postgres:Servers:one:Pooler"] = "pgbouncer",
            ["Postgres:Servers:one:Direct"] = "Host=db",
            [$"Postgres:Servers:one:{key}"] = value,
        };
        Assert.Contains(await MistakesAsync(changes), mistake => mistake.Contains(shown, StringComparison.Ordinal) && mistake.Contains(remedy, StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_mistakes_are_listed_at_once()
    {
        var mistakes = await MistakesAsync(new()
        {
            ["Postgres:Catalog"] = null,
            ["Postgres:Servers:one:ConnectionString"] = $"Host=h;Database=d;Username=migrator;Multiplexing=true;Options=x;Password={Secret}",
            ["Postgres:DeploymentKey"] = Secret,
            ["Postgres:MaxAutoPrepare"] = "-5",
            ["Postgres:Unknown"] = "x",
        });
        Assert.Equal(7, mistakes.Count);
    }

    [Fact]
    public async Task A_tier_with_databases_of_their_own_needs_a_key() =>
        Assert.Contains(await MistakesAsync(new() { ["Tiers:gold:Isolation"] = "database" }),
            mistake => mistake.Contains("DeploymentKey is missing", StringComparison.Ordinal) && mistake.Contains("'gold'", StringComparison.Ordinal));

    [Fact]
    public async Task What_is_allowed_has_a_reason() =>
        Assert.Contains(await MistakesAsync(new() { ["Postgres:Lint:Allow:0:Rule"] = "TEN205", ["Postgres:Lint:Allow:0:Target"] = "app.legacy" }),
            mistake => mistake.Contains("Lint:Allow:0", StringComparison.Ordinal) && mistake.Contains("no reason", StringComparison.Ordinal));

    [Theory]
    [InlineData("1_x.sql")]
    [InlineData("0001-x.sql")]
    [InlineData("0001_X.sql")]
    [InlineData("0000_x.sql")]
    [InlineData("readme.sql")]
    public async Task A_misnamed_migration_is_a_mistake(string file)
    {
        var folder = Directory.CreateTempSubdirectory("tenancy-misnamed.");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, file), "select 1");
        var mistakes = await MistakesAsync(new() { ["Postgres:Migrations:Directory"] = folder.FullName });
        folder.Delete(recursive: true);
        Assert.Contains(mistakes, mistake => mistake.Contains(file, StringComparison.Ordinal));
    }
}
