using System.Globalization;
using Npgsql;

namespace Tenancy.PoolSizing;

/// <summary>One kind of request. Each checks that what it read is the tenant's own, row by row.</summary>
internal abstract class Work
{
    /// <summary>How it is written in options.</summary>
    public abstract string Name { get; }

    /// <summary>Runs it, and returns whether every row was the tenant's.</summary>
    public abstract Task<bool> RunAsync(TenantConnection connection, string owner, Random random, CancellationToken stop);

    public override string ToString() => Name;

    /// <summary>What <see cref="Fleet"/> wrote into a row.</summary>
    protected static bool IsRight(string? title, string owner, long id) => title == string.Create(CultureInfo.InvariantCulture, $"{owner} {id}");
}

/// <summary>A row by its primary key.</summary>
internal sealed class PointRead : Work
{
    public override string Name => "point";

    public override async Task<bool> RunAsync(TenantConnection connection, string owner, Random random, CancellationToken stop)
    {
        var id = random.Next(Fleet.RowsPerTenant);
        await using var command = connection.CreateCommand();
        command.CommandText = "select title from items where id = $1";
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        return IsRight((string?)await command.ExecuteScalarAsync(stop), owner, id);
    }
}

/// <summary>Twenty rows in the order of their keys.</summary>
internal sealed class PageRead : Work
{
    const int Rows = 20;

    public override string Name => "page";

    public override async Task<bool> RunAsync(TenantConnection connection, string owner, Random random, CancellationToken stop)
    {
        var id = random.Next(Fleet.RowsPerTenant - Rows);
        await using var command = connection.CreateCommand();
        command.CommandText = "select id, title from items where id >= $1 order by id limit 20";
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync(stop);
        var count = 0;
        var right = true;
        for (; await reader.ReadAsync(stop); count++)
            right &= reader.GetInt64(0) == id + count && IsRight(reader.GetString(1), owner, id + count);
        return right && count == Rows;
    }
}

/// <summary>A statement that holds its connection for a time, and does not use the server's processor.</summary>
internal sealed class Sleep(TimeSpan time) : Work
{
    public override string Name => "sleep:" + Values.Show(time);

    public override async Task<bool> RunAsync(TenantConnection connection, string owner, Random random, CancellationToken stop)
    {
        var id = random.Next(Fleet.RowsPerTenant);
        await using var command = connection.CreateCommand();
        command.CommandText = "select title from items cross join lateral pg_sleep($2) where id = $1";
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<double> { TypedValue = time.TotalSeconds });
        return IsRight((string?)await command.ExecuteScalarAsync(stop), owner, id);
    }
}
