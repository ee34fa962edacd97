using System.Collections;
using System.Globalization;

namespace Tenancy.Differential;

/// <summary>What a case saw, in a form in which equal means equal: values with their types, shapes, counts, errors.</summary>
public sealed class Transcript
{
    readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    public void Add(string label, object? value) => _lines.Add($"{label}: {Text(value)}");

    /// <summary>Names that differ by design: where the data is placed.</summary>
    public Transcript Placed(string database, string schema)
    {
        for (var i = 0; i < _lines.Count; i++)
            _lines[i] = _lines[i].Replace(database, "{database}", StringComparison.Ordinal).Replace($"String '{schema}'", "String '{schema}'", StringComparison.Ordinal);
        return this;
    }

    public static string Text(object? value) => value switch
    {
        null => "null",
        DBNull => "DBNull",
        Type type => type.FullName!,
        string text => $"String '{text}'",
        byte[] bytes => $"Byte[] {Convert.ToHexString(bytes)}",
        DateTime time => $"DateTime {time:o} {time.Kind}",
        DateTimeOffset time => $"DateTimeOffset {time:o}",
        BitArray bits => $"BitArray {string.Concat(bits.Cast<bool>().Select(bit => bit ? '1' : '0'))}",
        IDictionary map => $"{map.GetType().Name} {{{string.Join(", ", map.Keys.Cast<object>().Select(key => $"{Text(key)} = {Text(map[key])}"))}}}",
        Array list => $"{list.GetType().Name}[{string.Join(",", Enumerable.Range(0, list.Rank).Select(list.GetLength))}] ({string.Join(", ", list.Cast<object?>().Select(Text))})",
        Exception error => Text(error),
        IFormattable formattable => $"{value.GetType().Name} {formattable.ToString(null, CultureInfo.InvariantCulture)}",
        _ => $"{value.GetType().Name} {value}",
    };

    static string Text(Exception error) => error switch
    {
        Npgsql.PostgresException server => $"PostgresException {server.SqlState} {server.MessageText} {server.ConstraintName} {server.ColumnName} transient={server.IsTransient}",
        _ when error.InnerException is { } inner and not AggregateException => $"{error.GetType().Name} <- {Text(inner)}",
        _ => error.GetType().Name,
    };
}
