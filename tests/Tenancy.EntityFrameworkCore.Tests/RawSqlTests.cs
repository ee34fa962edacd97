using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Tenancy.EntityFrameworkCore.Tests.Shop;

namespace Tenancy.EntityFrameworkCore.Tests;

/// <summary>SQL that the application writes keeps to one statement to a command, also beside what EF Core generates.</summary>
public sealed class RawSqlTests(ShopFixture shops) : IClassFixture<ShopFixture>
{
    const string Injected = "'x'; delete from \"Tags\"; --";

    [Theory, MemberData(nameof(ShopFixture.Isolations), MemberType = typeof(ShopFixture))]
    public async Task Injected_statements_are_refused(TenantIsolation isolation)
    {
        using var tenant = shops.Deployment.Tenants.Enter(shops[isolation, 0]);
        await using var context = shops.Context();
        Func<Task>[] attempts =
        [
            () => context.Tags.FromSqlRaw($"select * from \"Tags\" where \"Label\" = {Injected}").ToListAsync(),
            () => context.Tags.FromSqlRaw($"select * from \"Tags\" where \"Label\" = {Injected}\n").OrderBy(tag => tag.Id).ToListAsync(),
            () => context.Database.ExecuteSqlRawAsync($"update \"Tags\" set \"Label\" = 'y' where \"Label\" = {Injected}"),
            () => context.Database.SqlQueryRaw<string>($"select \"Label\" from \"Tags\" where \"Label\" = {Injected}").ToListAsync(),
            () => context.Database.ExecuteSqlRawAsync("set tenancy.tenant = ''"),
            () => context.Database.ExecuteSqlRawAsync("savepoint s"),
            () => context.Database.ExecuteSqlRawAsync("call nothing()"),
            () => Task.Run(() => context.Database.ExecuteSqlRaw("select 1; select 2")),
        ];
        foreach (var attempt in attempts)
        {
            Assert.IsAssignableFrom<DbException>(await Record.ExceptionAsync(attempt));
            Assert.Equal(4, await context.Tags.CountAsync());
        }
    }

    [Fact]
    public async Task Another_tenant_cannot_be_entered_by_text()
    {
        using var tenant = shops.Deployment.Tenants.Enter(shops[TenantIsolation.Row, 0]);
        await using var context = shops.Context();
        var other = shops[TenantIsolation.Row, 1].Id;
        foreach (var text in new[] { $"select tenancy.enter('{other}')", "select tenancy.enter(null)", $"select set_config('tenancy.tenant', '{other}', true)" })
            Assert.Equal("42501", (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => context.Database.ExecuteSqlRawAsync(text))).SqlState);
    }

    [Fact]
    public async Task The_mark_of_generated_text_counts_once_and_for_that_text_only()
    {
        using var tenant = shops.Deployment.Tenants.Enter(shops[TenantIsolation.Row, 0]);
        await using var connection = await shops.Deployment.Data.OpenConnectionAsync();
        const string Two = "select 1;select 2;";
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = Two;
        var mark = new GeneratedStatements(Two, 0, [new("select 1;", 0, 0), new("select 2;", 0, 0)]);

        ((TenantCommand)command).MarkGenerated(mark);
        await using (var reader = await command.ExecuteReaderAsync())
            Assert.True(await reader.ReadAsync() && await reader.NextResultAsync() && await reader.ReadAsync());
        await Assert.ThrowsAsync<StatementRefusedException>(() => command.ExecuteReaderAsync());

        ((TenantCommand)command).MarkGenerated(mark);
        await Assert.ThrowsAsync<StatementRefusedException>(() => command.ExecuteNonQueryAsync());
        await Assert.ThrowsAsync<StatementRefusedException>(() => command.ExecuteScalarAsync());
        command.CommandText = Two + "select 3";
        await Assert.ThrowsAsync<StatementRefusedException>(() => command.ExecuteReaderAsync());
        await Assert.ThrowsAsync<StatementRefusedException>(() => command.ExecuteNonQueryAsync());

        // What a mark takes for one statement is looked at all the same.
        command.CommandText = Two;
        foreach (var part in new[] { Two, "select 1; reset all", "reset all", "call nothing()" })
        {
            ((TenantCommand)command).MarkGenerated(mark with { Parts = [new(part, 0, 0)] });
            await Assert.ThrowsAsync<StatementRefusedException>(() => command.ExecuteReaderAsync());
        }
    }

    [Fact]
    public async Task Text_that_an_interceptor_changed_is_not_generated_any_more()
    {
        using var tenant = shops.Deployment.Tenants.Enter(shops[TenantIsolation.Row, 0]);
        await using var context = shops.Context(options => options.AddInterceptors(new Appending("; delete from \"Reviews\"")));
        context.AddRange(new Tag { Id = 801, Label = "one" }, new Tag { Id = 802, Label = "two" });
        var error = await Assert.ThrowsAsync<DbUpdateException>(() => context.SaveChangesAsync());
        Assert.IsType<StatementRefusedException>(error.InnerException);
        Assert.Equal(12, await shops.Context().Reviews.CountAsync());
        Assert.Equal(4, await shops.Context().Tags.CountAsync());
    }

    [Fact]
    public async Task Sequences_are_no_tenants_and_are_refused_by_the_server()
    {
        using var tenant = shops.Deployment.Tenants.Enter(shops[TenantIsolation.Row, 0]);
        await using var context = shops.Context();
        var error = await Assert.ThrowsAsync<Npgsql.PostgresException>(
            () => context.Database.SqlQueryRaw<long>("""select nextval('app."Tags_Id_seq"') as "Value" """).ToListAsync());
        Assert.Equal("42501", error.SqlState);
    }

    sealed class Appending(string text) : DbCommandInterceptor
    {
        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            if (eventData.CommandSource == CommandSource.SaveChanges)
                command.CommandText += text;
            return base.ReaderExecutingAsync(command, eventData, result, cancellationToken);
        }
    }
}
