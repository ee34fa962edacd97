using System.Globalization;

namespace Tenancy.Attacks;

/// <summary>One text on its way to the server as tenant A, and all that came back, up to an error as well.</summary>
public sealed class Sending(Arena arena, string sql)
{
    public Arena Arena { get; } = arena;

    public string Sql { get; } = sql;

    /// <summary>Every cell that was read.</summary>
    public List<string> Seen { get; } = [];

    public void See(object? value) => Seen.Add(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");

    public async Task SeeAllAsync(DbDataReader reader)
    {
        do
        {
            while (await reader.ReadAsync())
                SeeRow(reader);
        }
        while (await reader.NextResultAsync());
    }

    public void SeeAll(DbDataReader reader)
    {
        do
        {
            while (reader.Read())
                SeeRow(reader);
        }
        while (reader.NextResult());
    }

    public void SeeAll(DataTable table)
    {
        foreach (DataRow row in table.Rows)
            foreach (var value in row.ItemArray)
                See(value);
    }

    void SeeRow(DbDataReader reader)
    {
        for (var i = 0; i < reader.FieldCount; i++)
            See(reader.GetValue(i));
    }
}
