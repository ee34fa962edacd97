using System.Security.Cryptography;

namespace Tenancy.Attacks;

/// <summary>How people keep tenants apart without any of this, on plain Npgsql. Its purpose here is to leak.</summary>
/// <param name="Name">A short name.</param>
/// <param name="Enter">Sets the tenant, given its id.</param>
/// <param name="Policy">What a row is compared with.</param>
/// <param name="Splits">Whether one command carries several statements, as NpgsqlCommand does without positional parameters.</param>
public sealed record Control(string Name, Func<string, string> Enter, string Policy, bool Splits)
{
    const string BySetting = "tenant_id = nullif(current_setting('app.tenant', true), '')::uuid";
    const string ByRole = "current_user = 'control_' || replace(tenant_id::text, '-', '')";

    public static readonly IReadOnlyList<Control> All =
    [
        new("set_config, one statement to a message", id => $"select set_config('app.tenant', '{id}', true)", BySetting, Splits: false),
        new("set_config, a command that splits", id => $"select set_config('app.tenant', '{id}', true)", BySetting, Splits: true),
        new("SET LOCAL ROLE, one statement to a message", id => $"set local role {RoleOf(id)}", ByRole, Splits: false),
        new("SET LOCAL ROLE, a command that splits", id => $"set local role {RoleOf(id)}", ByRole, Splits: true),
    ];

    public static string RoleOf(string id) => "control_" + id.Replace("-", "", StringComparison.Ordinal);

    public override string ToString() => Name;
}

/// <summary>A database with two tenants, kept apart as a <see cref="Control"/> says.</summary>
public sealed class ControlArena : IAsyncDisposable
{
    readonly Control _control;
    readonly string _database = "control_" + RandomNumberGenerator.GetHexString(10, lowercase: true);
    readonly string _login = "control_login_" + RandomNumberGenerator.GetHexString(10, lowercase: true);
    readonly string _a = Guid.NewGuid().ToString();
    readonly string _b = Guid.NewGuid().ToString();
    readonly string _sentinel = "sentinel-" + RandomNumberGenerator.GetHexString(24, lowercase: true);

    ControlArena(Control control) => _control = control;

    Prey Prey => new(_b, "app.notes", "app", "app.tenant", Control.RoleOf(_b));

    public static async Task<ControlArena> StartAsync(Control control)
    {
        var arena = new ControlArena(control);
        await PrivateCluster.ExecuteAsync("postgres", $"create database {arena._database}");
        var password = RandomNumberGenerator.GetHexString(24);
        await PrivateCluster.ExecuteAsync(arena._database,
            $"""
            create role {arena._login} login password '{password}' noinherit;
            create role {Control.RoleOf(arena._a)}; create role {Control.RoleOf(arena._b)};
            grant {Control.RoleOf(arena._a)}, {Control.RoleOf(arena._b)} to {arena._login};
            create schema app;
            create table app.notes (tenant_id uuid not null, id bigint, mark text not null, primary key (tenant_id, id));
            insert into app.notes select t.id, n, t.mark from (values ('{arena._a}'::uuid, 'own'), ('{arena._b}', '{arena._sentinel}')) as t (id, mark), generate_series(1, 4) as n;
            alter table app.notes enable row level security;
            alter table app.notes force row level security;
            create policy tenant on app.notes using ({control.Policy});
            grant usage on schema app to public;
            grant select, update on app.notes to public;
            """);
        arena._connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(PrivateCluster.Administrator)
        {
            Database = arena._database, Username = arena._login, Password = password, SearchPath = "app", Pooling = false,
        }.ConnectionString);
        await arena._connection.OpenAsync();
        return arena;
    }

    NpgsqlConnection _connection = null!;

    /// <summary>Sends an attack as tenant A; whether a row of B's came back.</summary>
    public async Task<bool> LeaksAsync(Func<Prey, string> sql)
    {
        var seen = new List<string>();
        try
        {
            await using var transaction = await _connection.BeginTransactionAsync();
            await using var reader = await ReadAsync(sql(Prey).Replace(Context.Parameter, "0", StringComparison.Ordinal));
            do
            {
                while (await reader.ReadAsync())
                    seen.Add($"{reader.GetValue(0)}");
            }
            while (await reader.NextResultAsync());
        }
        catch (PostgresException e)
        {
            seen.AddRange(Verdict.Says(e));
        }

        return Matrix.Leak(seen, _sentinel, seen, _b) is not null;
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await PrivateCluster.ExecuteAsync("postgres", $"drop database {_database} with (force)");
        foreach (var role in new[] { _login, Control.RoleOf(_a), Control.RoleOf(_b) })
            await PrivateCluster.ExecuteAsync("postgres", $"drop role {role}");
    }

    async Task<NpgsqlDataReader> ReadAsync(string sql)
    {
        if (_control.Splits)
        {
            await using (var enter = new NpgsqlCommand(_control.Enter(_a), _connection))
                await enter.ExecuteNonQueryAsync();
            return await new NpgsqlCommand(sql, _connection).ExecuteReaderAsync();
        }

        await using var batch = new NpgsqlBatch(_connection) { BatchCommands = { new(_control.Enter(_a)), new(sql) } };
        return await batch.ExecuteReaderAsync();
    }
}
