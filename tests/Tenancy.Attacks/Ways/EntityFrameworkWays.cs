using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.Attacks;

static class EntityFrameworkWays
{
    public static readonly Way[] All =
    [
        new("EF Core's FromSqlRaw", sending => WithAsync(sending, async context => See(sending, await context.Marks.FromSqlRaw(sending.Sql).ToListAsync()))),
        new("EF Core's FromSqlRaw, composed", sending => WithAsync(sending, async context =>
            See(sending, await context.Marks.FromSqlRaw(OnLinesOfItsOwn(sending.Sql)).OrderBy(mark => mark.Value).Take(1000).ToListAsync()))),
        new("EF Core's FromSqlRaw, synchronous", sending => WithAsync(sending, context =>
        {
            See(sending, context.Marks.FromSqlRaw(sending.Sql).ToList());
            return Task.CompletedTask;
        })),
        new("EF Core's FromSqlRaw with a value", "{0}", sending => WithAsync(sending, async context =>
            See(sending, await context.Marks.FromSqlRaw(Escape(sending.Sql), 0L).ToListAsync()))),
        new("EF Core's SqlQueryRaw", sending => WithAsync(sending, async context =>
        {
            foreach (var value in await context.Database.SqlQueryRaw<string>(sending.Sql).ToListAsync())
                sending.See(value);
        })),
        new("EF Core's ExecuteSqlRaw", sending => WithAsync(sending, async context => sending.See(await context.Database.ExecuteSqlRawAsync(sending.Sql)))),
        new("EF Core's ExecuteSqlRaw, synchronous", sending => WithAsync(sending, context =>
        {
            sending.See(context.Database.ExecuteSqlRaw(sending.Sql));
            return Task.CompletedTask;
        })),
        new("EF Core in a transaction", sending => WithAsync(sending, async context =>
        {
            await using var transaction = await context.Database.BeginTransactionAsync();
            See(sending, await context.Marks.FromSqlRaw(sending.Sql).ToListAsync());
        })),
        new("EF Core's connection", sending => WithAsync(sending, async context =>
        {
            await context.Database.OpenConnectionAsync();
            await using var command = context.Database.GetDbConnection().CreateCommand();
            command.CommandText = sending.Sql;
            await using var reader = await command.ExecuteReaderAsync();
            await sending.SeeAllAsync(reader);
        })),
    ];

    /// <summary>What EF Core puts behind it must not become part of a comment at its end.</summary>
    static string OnLinesOfItsOwn(string sql) => sql + "\n";

    /// <summary>Braces are EF Core's own where it fills in values.</summary>
    static string Escape(string sql) =>
        sql.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal).Replace("{{0}}", "{0}", StringComparison.Ordinal);

    static void See(Sending sending, IEnumerable<Mark> marks)
    {
        foreach (var mark in marks)
            sending.See(mark.Value);
    }

    static async Task WithAsync(Sending sending, Func<MarkContext, Task> work)
    {
        await using var scope = sending.Arena.Deployment.Services.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<MarkContext>());
    }
}
