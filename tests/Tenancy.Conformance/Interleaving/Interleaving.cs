using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace Tenancy.Conformance;

/// <summary>
/// Workers that each own a tenant and know which rows it must have, working at random over a pool of two connections.
/// </summary>
static class Interleaving
{
    const int Workers = 6;

    static readonly (Operation Operation, int Weight)[] Weights =
    [
        (Operation.Read, 300), (Operation.ReadPart, 60), (Operation.Insert, 120), (Operation.Update, 120), (Operation.Delete, 90),
        (Operation.Commit, 60), (Operation.RollBack, 50), (Operation.Savepoint, 50), (Operation.Abandon, 30), (Operation.Fail, 30),
        (Operation.Cancel, 10), (Operation.TimeOut, 1), (Operation.Kill, 4), (Operation.Inject, 40), (Operation.Poison, 5), (Operation.Batch, 30),
    ];

    public static async Task<IReadOnlyDictionary<Operation, int>> RunAsync(Deployment deployment, TenantIsolation isolation, int operations, int seed)
    {
        var workers = new List<Worker>();
        for (var i = 0; i < Workers; i++)
            workers.Add(new Worker(deployment, await deployment.CreateAsync(isolation), new Random(seed + i)));
        var counts = new ConcurrentDictionary<Operation, int>();
        var left = operations;
        await Task.WhenAll(workers.Select(worker => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var operation = Pick(worker.Random);
                try
                {
                    await worker.DoAsync(operation, workers[worker.Random.Next(Workers)].Tenant);
                }
                catch (Exception e) when (e is not Violation)
                {
                    throw new Violation($"{operation} failed unexpectedly (seed {seed}): {e}");
                }

                counts.AddOrUpdate(operation, 1, static (_, count) => count + 1);
            }
        })));
        foreach (var worker in workers)
            await worker.CheckAsync();
        return counts;
    }

    static Operation Pick(Random random)
    {
        var at = random.Next(Weights.Sum(weight => weight.Weight));
        foreach (var (operation, weight) in Weights)
        {
            if ((at -= weight) < 0)
                return operation;
        }

        throw new InvalidOperationException("The weights do not add up.");
    }

    sealed class Worker(Deployment deployment, Tenant tenant, Random random)
    {
        const int Keys = 12;

        /// <summary>Id and size of every row the tenant must have.</summary>
        readonly Dictionary<long, int> _model = [];

        public Tenant Tenant { get; } = tenant;

        public Random Random { get; } = random;

        string Mark => Subject.MarkOf(Tenant);

        public Task CheckAsync() => OnAsync(connection => CheckAsync(connection, null, _model));

        public Task DoAsync(Operation operation, Tenant other) => operation switch
        {
            Operation.Read => CheckAsync(),
            Operation.ReadPart => OnAsync(ReadPartAsync),
            Operation.Insert or Operation.Update or Operation.Delete => OnAsync(connection => ChangeAsync(connection, null, _model, operation)),
            Operation.Commit or Operation.RollBack or Operation.Abandon or Operation.Savepoint => TransactUnlessPoisonedAsync(operation),
            Operation.Fail => OnAsync(FailAsync),
            Operation.Cancel => OnAsync(CancelAsync),
            Operation.TimeOut => OnAsync(TimeOutAsync),
            Operation.Kill => OnAsync(KillAsync),
            Operation.Inject => OnAsync(connection => InjectAsync(connection, other)),
            Operation.Poison => OnAsync(connection => PoisonAsync(connection, other)),
            Operation.Batch => OnAsync(BatchAsync),
            _ => throw new InvalidOperationException($"{operation} is not known."),
        };

        async Task OnAsync(Func<TenantConnection, Task> work)
        {
            using var scope = deployment.Tenants.Enter(Tenant);
            await using var connection = await deployment.Data.OpenConnectionAsync();
            await work(connection);
        }

        async Task CheckAsync(TenantConnection connection, DbTransaction? transaction, Dictionary<long, int> model)
        {
            var seen = new Dictionary<long, int>();
            await using var command = Command(connection, transaction, "select id, mark, size from notes order by id");
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                Violation.If(reader.GetString(1) != Mark, $"A foreign row: {reader.GetString(1)} seen by {Mark}.");
                seen.Add(reader.GetInt64(0), reader.GetInt32(2));
            }

            Violation.If(!seen.OrderBy(row => row.Key).SequenceEqual(model.OrderBy(row => row.Key)),
                $"{Mark} sees {Show(seen)} where {Show(model)} must be.");
        }

        async Task ReadPartAsync(TenantConnection connection)
        {
            await using var command = Command(connection, null, "select mark from notes, generate_series(1, 50)");
            await using var reader = await command.ExecuteReaderAsync();
            for (var i = 0; i < 5 && await reader.ReadAsync(); i++)
                Violation.If(reader.GetString(0) != Mark, "A foreign row in a reading that stops half-way.");
        }

        async Task ChangeAsync(TenantConnection connection, DbTransaction? transaction, Dictionary<long, int> model, Operation operation)
        {
            var id = Random.Next(Keys);
            var size = Random.Next(1000);
            await using var command = Command(connection, transaction, operation switch
            {
                Operation.Insert => "insert into notes (id, mark, size) values ($1, $3, $2) on conflict do nothing",
                Operation.Update => "update notes set size = $2 where id = $1 and mark = $3",
                _ => "delete from notes where id = $1 and $2 >= 0 and mark = $3",
            });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = size });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Mark });
            var changed = await command.ExecuteNonQueryAsync();
            var expected = model.ContainsKey(id) != (operation == Operation.Insert) ? 1 : 0;
            Violation.If(changed != expected, $"{operation} of {Mark} changed {changed} rows instead of {expected}.");
            if (operation == Operation.Delete)
                model.Remove(id);
            else if (operation == Operation.Update ? model.ContainsKey(id) : !model.ContainsKey(id))
                model[id] = size;
        }

        /// <summary>A transaction on a poisoned session is refused at its first statement; it is the caller's to repeat.</summary>
        async Task TransactUnlessPoisonedAsync(Operation operation)
        {
            try
            {
                await OnAsync(connection => TransactAsync(connection, operation));
            }
            catch (PostgresException e) when (
                e is { SqlState: "42501", MessageText: "tenancy: another tenant is already in scope" } or { SqlState: "TN001" }
                // Behind a pooler the session ends itself.
                or { SqlState: "57P01", Where: not null })
            {
                // Nothing ran, and the model stays as it was; the next operation checks that.
            }
        }

        async Task TransactAsync(TenantConnection connection, Operation operation)
        {
            var inside = new Dictionary<long, int>(_model);
            var transaction = await connection.BeginTransactionAsync();
            await ChangeAsync(connection, transaction, inside, Operation.Insert);
            if (operation == Operation.Savepoint)
            {
                var before = new Dictionary<long, int>(inside);
                await transaction.SaveAsync("here");
                await ChangeAsync(connection, transaction, inside, Operation.Delete);
                await transaction.RollbackAsync("here");
                inside = before;
            }

            await ChangeAsync(connection, transaction, inside, Operation.Update);
            await CheckAsync(connection, transaction, inside);
            if (operation == Operation.Abandon)
                return;
            if (operation == Operation.RollBack)
            {
                await transaction.RollbackAsync();
                return;
            }

            await transaction.CommitAsync();
            _model.Clear();
            foreach (var (id, size) in inside)
                _model.Add(id, size);
        }

        async Task FailAsync(TenantConnection connection)
        {
            await using var command = Command(connection, null, "insert into notes (id, mark, size) select -1, $1, 1 / (size - size) from generate_series(1, 1) size");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Mark });
            await Violation.Unless<PostgresException>(() => command.ExecuteNonQueryAsync(), "A division by zero went through.");
            await CheckAsync(connection, null, _model);
        }

        async Task CancelAsync(TenantConnection connection)
        {
            await using var command = Command(connection, null, "select mark, pg_sleep(0.002) from notes, generate_series(1, 10)");
            using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(Random.Next(8)));
            try
            {
                await using var reader = await command.ExecuteReaderAsync(soon.Token);
                while (await reader.ReadAsync(soon.Token))
                    Violation.If(reader.GetString(0) != Mark, "A foreign row in a reading that is cancelled.");
            }
            catch (OperationCanceledException)
            {
                // As asked for.
            }

            if (connection.State == System.Data.ConnectionState.Open)
                await CheckAsync(connection, null, _model);
        }

        async Task TimeOutAsync(TenantConnection connection)
        {
            await using var command = Command(connection, null, "select pg_sleep(5)");
            command.CommandTimeout = 1;
            await Violation.Unless<NpgsqlException>(() => command.ExecuteNonQueryAsync(), "A timeout did not end the statement.");
        }

        async Task KillAsync(TenantConnection connection)
        {
            if (deployment.Options.Pooler is not null)
            {
                await KillInTransactionAsync(connection);
                return;
            }

            var pid = (await Subject.ReadAsync(connection, "select pg_backend_pid()")).Single();
            await PrivateCluster.ExecuteAsync("postgres", $"select pg_terminate_backend({pid}, 5000)");
            // Nothing ran, so that it is sent again, on another backend.
            await CheckAsync(connection, null, _model);
            Violation.If((await Subject.ReadAsync(connection, "select pg_backend_pid()")).Single() == pid, "A killed backend answered.");
        }

        /// <summary>A pooler's session is one's own in a transaction only; outside of it, another worker's would be killed.</summary>
        async Task KillInTransactionAsync(TenantConnection connection)
        {
            await using (var transaction = await connection.BeginTransactionAsync())
            {
                string pid;
                try
                {
                    pid = (await Subject.ReadAsync(connection, "select pg_backend_pid()", transaction)).Single();
                }
                catch (PostgresException e) when (e is { SqlState: "57P01", Where: not null })
                {
                    // Poisoned by another.
                    return;
                }

                await PrivateCluster.ExecuteAsync("postgres", $"select pg_terminate_backend({pid}, 5000)");
                await Violation.Unless<NpgsqlException>(() => CheckAsync(connection, transaction, _model), "A killed backend answered.");
            }

            await connection.CloseAsync();
            await CheckAsync();
        }

        async Task InjectAsync(TenantConnection connection, Tenant other)
        {
            var attacks = new[]
            {
                $"select mark from notes where mark = '' union all select mark from {Subject.Table(other)}",
                $"select tenancy.enter('{other.Id}')::text union all select mark from {Subject.Table(other)}",
                $"select tenancy.enter(null)::text union all select tenancy.enter('{other.Id}')::text union all select mark from {Subject.Table(other)}",
                $"select set_config('tenancy.tenant', '{other.Id}', false) union all select mark from {Subject.Table(other)}",
                $"select set_config('tenancy.token', overlay(current_setting('tenancy.token') placing '{other.Id}' from 66), true) union all select mark from {Subject.Table(other)}",
                $"select mark from notes; set tenancy.tenant = '{other.Id}'",
            };
            try
            {
                foreach (var cell in await Subject.ReadAsync(connection, attacks[Random.Next(attacks.Length)]))
                    Violation.If(cell != Mark && cell.Length > 0, $"An injection read {cell}.");
            }
            catch (Exception e) when (e is PostgresException or StatementRefusedException)
            {
                // Refused, as it must be where it names another tenant.
            }
        }

        /// <summary>Leaves a session-wide SET behind, as no statement of a tenant's can: the next lease must notice.</summary>
        async Task PoisonAsync(TenantConnection connection, Tenant other)
        {
            var setting = deployment.Options.Level == ProtectionLevel.Signed ? "tenancy.token" : "tenancy.tenant";
            await using var poison = new NpgsqlCommand($"set {setting} = '{other.Id}'", connection.Inner);
            await poison.ExecuteNonQueryAsync();
        }

        async Task BatchAsync(TenantConnection connection)
        {
            await using var batch = connection.CreateBatch();
            batch.BatchCommands.Add("select mark from notes");
            batch.BatchCommands.Add("update notes set mark = mark where id < 3");
            batch.BatchCommands.Add("select mark from notes order by id desc");
            await using var reader = await ((DbBatch)batch).ExecuteReaderAsync();
            foreach (var cell in await Subject.CellsAsync(reader))
                Violation.If(cell != Mark, "A foreign row in a batch.");
        }

        static TenantCommand Command(TenantConnection connection, DbTransaction? transaction, string sql)
        {
            var command = connection.CreateCommand();
            command.CommandText = sql;
            ((DbCommand)command).Transaction = transaction;
            return command;
        }

        static string Show(Dictionary<long, int> rows) =>
            "[" + string.Join(", ", rows.OrderBy(row => row.Key).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Key}:{row.Value}"))) + "]";
    }
}
