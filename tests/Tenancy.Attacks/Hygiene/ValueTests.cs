using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tenancy.Attacks;

/// <summary>Values that are bound to statements appear in no log and no span, whatever happens to the statement.</summary>
public sealed class ValueTests
{
    static readonly string Value = "value-" + Guid.NewGuid().ToString("n");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Logs_and_spans_carry_no_bind_values(bool parameterLogging)
    {
        using var logs = new RecordingLogs { Lowest = LogLevel.Trace };
        var spans = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("Npgsql", StringComparison.Ordinal) || source.Name.StartsWith("Tenancy", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => spans.Enqueue(Describe(span)),
        };
        ActivitySource.AddActivityListener(listener);
        await using (var deployment = await Deployment.StartAsync(new DeploymentOptions { Configure = Configure }))
        {
            foreach (var isolation in Enum.GetValues<TenantIsolation>())
            {
                using var scope = deployment.Tenants.Enter(await deployment.CreateAsync(isolation));
                await UseAsync(deployment.Data);
            }
        }

        // That the driver's own words reach these logs and spans is what makes their silence count.
        Assert.Contains(logs.Messages, message => message.Contains(parameterLogging ? " 2007 " : "insert into notes", StringComparison.Ordinal));
        Assert.Contains(spans, span => span.Contains("insert into notes", StringComparison.Ordinal));
        Assert.DoesNotContain(logs.Messages, message => message.Contains(Value, StringComparison.Ordinal));
        Assert.DoesNotContain(spans, span => span.Contains(Value, StringComparison.Ordinal));

        void Configure(IServiceCollection services)
        {
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));
            if (parameterLogging)
                services.AddTenancy().ConfigureDataSource(driver => driver.EnableParameterLogging());
        }
    }

    /// <summary>The control: the driver's own connection with parameter logging on shows the value, so that its absence above can be seen.</summary>
    [Fact]
    public async Task The_driver_alone_would_show_them()
    {
        using var logs = new RecordingLogs { Lowest = LogLevel.Trace };
        using var factory = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));
        var builder = new NpgsqlDataSourceBuilder(PrivateCluster.Administrator);
        await using var source = builder.UseLoggerFactory(factory).EnableParameterLogging().Build();
        await using var connection = await source.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new("select $1") { Parameters = { new() { Value = Value } } }, new("select 1") } };
        await batch.ExecuteNonQueryAsync();
        Assert.Contains(logs.Messages, message => message.Contains(Value, StringComparison.Ordinal));
    }

    static async Task UseAsync(TenantDataSource data)
    {
        await using var connection = await data.OpenConnectionAsync();
        foreach (var sql in new[] { "insert into notes (id, mark) values (1, $1)", "select mark from notes where mark = $1", "select $1::integer", "insert into notes (id, mark) select id, $1 from notes", "select nothing where $1 = ''" })
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.Parameters.Add(new NpgsqlParameter { Value = Value });
            try
            {
                await command.ExecuteNonQueryAsync();
            }
            catch (PostgresException)
            {
                // Half of them are mistakes, so that errors are logged and traced as well.
            }
        }

        await connection.BulkInsertAsync("notes", new[] { 2L, 3L }, columns => columns.Add("id", id => id).Add("mark", _ => Value));
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add("select $1");
        batch.BatchCommands[0].Parameters.Add(new NpgsqlParameter { Value = Value });
        batch.BatchCommands.Add("select 1 / 0");
        await Assert.ThrowsAsync<PostgresException>(() => batch.ExecuteNonQueryAsync());
    }

    /// <summary>All that an exporter would send of a span, but what an error of the server's says of itself.</summary>
    static string Describe(Activity span) => string.Join(' ',
        span.DisplayName, span.StatusDescription, string.Join(' ', span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}")), string.Join(' ', span.Baggage));
}
