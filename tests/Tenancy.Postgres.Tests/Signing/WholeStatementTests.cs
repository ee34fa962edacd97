using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>Whole statements of an attacker's, below what the client lets through, on a session that has entered a tenant.</summary>
public sealed class WholeStatementTests
{
    public static TheoryData<ProtectionLevel, TenantIsolation> Cases => new MatrixTheoryData<ProtectionLevel, TenantIsolation>(
        [ProtectionLevel.Latched, ProtectionLevel.Signed], [TenantIsolation.Row, TenantIsolation.Schema]);

    [Theory, MemberData(nameof(Cases))]
    public async Task They_reach_another_tenant_at_Latched_and_not_at_Signed(ProtectionLevel level, TenantIsolation isolation)
    {
        // At Signed with all that a server could leave executable.
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Level = level, AfterInstall = level == ProtectionLevel.Signed ? DeploymentOptions.GrantSetConfigAsync : null });
        var (own, victim) = (await deployment.CreateAsync(isolation), await deployment.CreateAsync(isolation));
        await using (var filling = await LimitedTenants.OpenAsync(deployment, victim))
            await filling.Command("insert into notes (id, mark) values (1, 'theirs')").ExecuteNonQueryAsync();

        var leaked = new List<string>();
        foreach (var forgery in new[]
                 {
                     $"set local tenancy.tenant = '{victim.Id}'", $"set local tenancy.token = '{victim.Id}'", $"set local tenancy.token = '{new string('0', 64)}.{victim.Id}.9999999999'",
                     "reset tenancy.token", "reset tenancy.tenant", "set local row_security = off", $"set local search_path = \"{victim.Placement.Schema}\"",
                     $"do $$ begin execute format('set local tenancy.token = %L', overlay(concat(current_setting('tenancy.token', true)) placing '{victim.Id}' from 66)); end $$",
                     $"prepare p as select tenancy.enter('{victim.Id}')",
                     $"set local tenancy.token = '{new string('é', 64)}.{victim.Id}.9999999999'",
                     // The tenant between the parts of a token that is good, ahead of it, and behind it.
                     $"select set_config('tenancy.token', replace(current_setting('tenancy.token'), '.{own.Id}', '.{victim.Id}.{own.Id}'), true)",
                     $"select set_config('tenancy.token', '.{victim.Id}.9999999999.' || current_setting('tenancy.token'), true)",
                     $"select set_config('tenancy.token', current_setting('tenancy.token') || '.{victim.Id}.9999999999', true)",
                     $"with emptied as materialized (select set_config('tenancy.token', '', true)) select tenancy.enter_signed(concat(set_config, '{new string('0', 64)}.{victim.Id}.1000000000'), false) from emptied",
                     $"select set_config('tenancy.token', overlay(concat(current_setting('tenancy.token', true)) placing '{victim.Id}' from 66), true), tenancy.current_tenant()",
                 })
        {
            if (await LeaksAsync(deployment, own, victim, forgery))
                leaked.Add(forgery);
        }

        Assert.Equal(level == ProtectionLevel.Signed ? [] : [$"set local tenancy.tenant = '{victim.Id}'"], leaked);
    }

    static async Task<bool> LeaksAsync(Deployment deployment, Tenant own, Tenant victim, string forgery)
    {
        await using var session = new NpgsqlConnection(Deployment.ConnectionString(deployment.SharedDatabase, deployment.Options.AppLogin) + ";Pooling=false");
        await session.OpenAsync();
        await using var transaction = await session.BeginTransactionAsync();
        var signer = deployment.Services.GetRequiredService<IsolationStrategies>()[own.Placement.Isolation].PoolFor(own.Id, own.Placement).Signer;
        await using (var enter = new NpgsqlCommand(signer is null ? "select tenancy.enter($1)" : "select tenancy.enter_signed($1, false)", session))
        {
            enter.Parameters.Add(new() { Value = signer?.Sign(own.Id, signer.Now, session.ProcessID).Text ?? (object)own.Id.Value });
            await enter.ExecuteNonQueryAsync();
        }

        try
        {
            await using var whole = new NpgsqlCommand(forgery, session);
            await whole.ExecuteNonQueryAsync();
            await using var read = new NpgsqlCommand($"select count(*) from \"{victim.Placement.Schema}\".notes where tenant_id = $1", session);
            read.Parameters.Add(new() { Value = victim.Id.Value });
            return (long)(await read.ExecuteScalarAsync())! > 0;
        }
        catch (PostgresException refusal)
        {
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
            return false;
        }
    }
}
