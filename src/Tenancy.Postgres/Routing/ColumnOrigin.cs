using System.Data;

namespace Tenancy;

/// <summary>What the catalog says of one column.</summary>
internal sealed record ColumnOrigin(
    string Schema, string Table, string Column, bool AllowNull, bool IsIdentity, string? Default, bool IsUpdatable, bool IsKey, bool IsUnique)
{
    /// <summary>Whether the database numbers it: an identity, or a default of a sequence.</summary>
    public bool IsNumbered => IsIdentity || Default is not null && Default.StartsWith("nextval(", StringComparison.Ordinal);

    public static ColumnOrigin Read(TenantDataReader reader) => new(
        reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetBoolean(5), reader.GetBoolean(6),
        reader.IsDBNull(7) ? null : reader.GetString(7), reader.GetBoolean(8), reader.GetBoolean(9), reader.GetBoolean(10));

    public void WriteTo(DataRow row, string name)
    {
        row["BaseSchemaName"] = Schema;
        row["BaseTableName"] = Table;
        row["BaseColumnName"] = Column;
        row["AllowDBNull"] = AllowNull;
        row["IsAliased"] = Column != name;
        row["IsIdentity"] = IsIdentity;
        row["IsAutoIncrement"] = IsNumbered;
        row["IsReadOnly"] = !IsUpdatable;
        row["IsKey"] = IsKey;
        row["IsUnique"] = IsUnique;
    }
}
