using System.Globalization;
using System.Text;

namespace Tenancy;

/// <summary>Makes a value up by a column's type, as text that PostgreSQL reads. Keys are the same for every tenant.</summary>
internal static class SentinelValues
{
    /// <summary>Beyond what a counter reaches in tests, and within an integer.</summary>
    const int BeyondCounters = 2_000_000_000;

    const int BeyondSmallCounters = 32_000;

    /// <summary>A value; null where the column is to be left out.</summary>
    public static string? Make(IsolatedColumn column, int row, string sentinel)
    {
        // What a check allows cannot be read from it: the application's own default or nothing is the better guess.
        if (column.IsChecked && (column.HasDefault || !column.IsRequired))
            return null;
        var number = row.ToString(CultureInfo.InvariantCulture);
        var text = column.IsKey ? $"id-{number}" : $"{sentinel}-{number}";
        return column.Category switch
        {
            'S' => text[..Math.Min(text.Length, column.Length ?? text.Length)],
            'A' when column.Base is "text" or "varchar" or "bpchar" => $"{{{text}}}",
            'N' when column.IsNumbered => (row + (column.Base == "int2" ? BeyondSmallCounters : BeyondCounters)).ToString(CultureInfo.InvariantCulture),
            'N' when column.IsKey || column.IsRequired && !column.HasDefault => number,
            'E' => column.Label,
            _ when column.Base == "uuid" && (column.IsKey || !column.HasDefault) => IsolationSuite.RowId(row).ToString(),
            _ => ByType(column, text, number),
        };
    }

    static string? ByType(IsolatedColumn column, string text, string number) => column.Base switch
    {
        "json" or "jsonb" when column.Category != 'A' => $$"""{"sentinel": "{{text}}"}""",
        "bytea" => "\\x" + Convert.ToHexString(Encoding.UTF8.GetBytes(text)),
        "xml" => $"<a>{text}</a>",
        "citext" => text,
        _ when column.HasDefault || !column.IsRequired => null,
        "bool" => "true",
        "date" or "timestamp" or "timestamptz" => $"2026-01-01 00:00:{int.Parse(number, CultureInfo.InvariantCulture) % 60:00}",
        "time" or "timetz" => "12:00",
        "interval" => "1 day",
        "inet" or "cidr" => "127.0.0.1",
        "macaddr" => "00:00:00:00:00:01",
        "tsvector" or "tsquery" => $"'{text}'",
        "int4range" or "int8range" or "numrange" or "daterange" or "tsrange" or "tstzrange" => "empty",
        _ when column.Category == 'A' => "{}",
        _ => null,
    };
}
