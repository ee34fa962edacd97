using System.Data.Common;
using Npgsql.Schema;

namespace Tenancy;

/// <summary>A column with its origin. What the driver says beyond it, such as the type's OID, is asked for by name.</summary>
internal sealed class TenantColumn : DbColumn
{
    readonly NpgsqlDbColumn _driver;
    readonly ColumnOrigin? _origin;

    public TenantColumn(NpgsqlDbColumn driver, ColumnOrigin? origin)
    {
        _driver = driver;
        _origin = origin;
        ColumnName = driver.ColumnName;
        ColumnOrdinal = driver.ColumnOrdinal;
        ColumnSize = driver.ColumnSize;
        NumericPrecision = driver.NumericPrecision;
        NumericScale = driver.NumericScale;
        DataType = driver.DataType;
        DataTypeName = driver.DataTypeName;
        UdtAssemblyQualifiedName = driver.UdtAssemblyQualifiedName;
        BaseServerName = driver.BaseServerName;
        BaseCatalogName = driver.BaseCatalogName;
        IsLong = driver.IsLong;
        IsHidden = driver.IsHidden;
        IsExpression = driver.IsExpression;
        IsIdentity = origin?.IsIdentity ?? driver.IsIdentity;
        IsReadOnly = origin is null ? driver.IsReadOnly : !origin.IsUpdatable;
        if (origin is null)
            return;
        BaseSchemaName = origin.Schema;
        BaseTableName = origin.Table;
        BaseColumnName = origin.Column;
        AllowDBNull = origin.AllowNull;
        IsAliased = origin.Column != driver.ColumnName;
        IsAutoIncrement = origin.IsNumbered;
        IsKey = origin.IsKey;
        IsUnique = origin.IsUnique;
    }

    /// <inheritdoc/>
    public override object? this[string property] => property switch
    {
        nameof(NpgsqlDbColumn.DefaultValue) => _origin?.Default,
        nameof(NpgsqlDbColumn.PostgresType) or nameof(NpgsqlDbColumn.TypeOID) or nameof(NpgsqlDbColumn.TableOID)
            or nameof(NpgsqlDbColumn.ColumnAttributeNumber) or nameof(NpgsqlDbColumn.NpgsqlDbType) => _driver[property],
        _ => base[property],
    };
}
