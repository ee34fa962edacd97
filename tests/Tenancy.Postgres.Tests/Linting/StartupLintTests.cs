namespace Tenancy.Postgres.Tests;

/// <summary>What a host does at start with what the linter finds and the proof lets pass.</summary>
public sealed class StartupLintTests
{
    /// <summary>An oracle: whoever inserts a mark learns whether another tenant has it.</summary>
    const string Fault = "create unique index notes_mark on notes (mark);";

    static DeploymentOptions Options(string? atStart, params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string?> { ["Tenancy:Postgres:Lint:AtStart"] = atStart };
        foreach (var (key, value) in more)
            settings["Tenancy:Postgres:Lint:" + key] = value;
        return new DeploymentOptions
        {
            Migrations = new() { ["0001_tables.sql"] = DeploymentOptions.Tables + Fault },
            Settings = settings,
        };
    }

    static bool Logged(DeploymentOptions options, string text) =>
        options.Logs.Messages.Any(message => message.StartsWith("Warning ", StringComparison.Ordinal) && message.Contains(text, StringComparison.Ordinal));

    [Fact]
    public async Task An_error_is_logged_by_default_and_the_host_serves()
    {
        var options = Options(null);
        // Null as the test kit's own setting would be.
        options.Settings["Tenancy:Postgres:Lint:AtStart"] = null;
        await using var deployment = await Deployment.StartAsync(options);
        Assert.True(Logged(options, "TEN301 (Error)"));
        Assert.True(Logged(options, "Mend: drop index app.notes_mark; CREATE UNIQUE INDEX notes_mark ON app.notes USING btree (tenant_id, mark);"));
        Assert.False(Logged(options, "TEN508"));
        var tenant = await deployment.CreateAsync(TenantIsolation.Row);
        Assert.Equal(TenantStatus.Active, tenant.Status);
    }

    [Fact]
    public async Task An_error_stops_the_host_where_errors_are_refused()
    {
        var options = Options("refuse");
        var refusal = await Assert.ThrowsAsync<LintException>(() => Deployment.StartAsync(options));
        Assert.Contains("TEN301", refusal.Message, StringComparison.Ordinal);
        // A warning does not: the list is of errors only.
        Assert.DoesNotContain("warning", refusal.Message, StringComparison.Ordinal);

        // The same, allowed with a reason.
        await using var again = await Deployment.StartAsync(new DeploymentOptions
        {
            Suffix = options.Suffix,
            Migrations = options.Migrations,
            Settings = new(options.Settings)
            {
                ["Tenancy:Postgres:Lint:Allow:0:Rule"] = "TEN301",
                ["Tenancy:Postgres:Lint:Allow:0:Target"] = "app.notes.notes_mark",
                ["Tenancy:Postgres:Lint:Allow:0:Reason"] = "Marks are public.",
            },
        });
        Assert.False(Logged(again.Options, "TEN301"));
    }

    [Fact]
    public async Task It_can_be_turned_off()
    {
        var options = Options("off");
        await using var deployment = await Deployment.StartAsync(options);
        Assert.False(Logged(options, "TEN"));
    }
}
