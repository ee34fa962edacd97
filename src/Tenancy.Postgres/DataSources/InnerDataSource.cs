using Microsoft.Extensions.Logging;
using Npgsql;

namespace Tenancy;

/// <summary>Builds the driver's data source of a pool.</summary>
internal static class InnerDataSource
{
    /// <summary>Builds one as the host configured it; what the library decides comes last.</summary>
    /// <exception cref="InvalidOperationException">A hook changed what it must not; the message lists everything.</exception>
    public static NpgsqlDataSource Build(PoolSettings settings, ILoggerFactory? loggers, Action<NpgsqlConnectionStringBuilder> decide)
    {
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        if (loggers is not null)
            builder.UseLoggerFactory(new ValuelessLoggers(loggers));
        if (DataSourceRules.Apply(builder, settings) is { Count: > 0 } mistakes)
            throw new InvalidOperationException(string.Join(' ', mistakes));
        builder.Name = settings.Name;
        decide(builder.ConnectionStringBuilder);
        return builder.Build();
    }

    /// <summary>Says what is wrong with the hooks, without connecting.</summary>
    public static IReadOnlyList<string> Try(PoolSettings settings)
    {
        var mistakes = DataSourceRules.Apply(new NpgsqlDataSourceBuilder(settings.ConnectionString), settings);
        if (mistakes.Count > 0)
            return mistakes;
        try
        {
            Build(settings, null, static _ => { }).Dispose();
            return [];
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or NotSupportedException)
        {
            // The driver's own rules, such as a password beside a password provider; its message shows no value.
            return [$"A hook of ConfigureDataSource makes no data source for '{settings.Key.Server}': {e.Message}"];
        }
    }
}
