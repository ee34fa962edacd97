using Npgsql;

namespace Tenancy;

/// <summary>Changes the driver's data source before it is built.</summary>
internal delegate void DataSourceHook(NpgsqlDataSourceBuilder builder, PostgresPool pool);
