using Dapper;
using Npgsql;
using Tenancy;

namespace Inbox.Scans.Queue;

/// <summary>The queue as a table in the catalog's database: <c>for update skip locked</c>, and a lease that ends by itself.</summary>
/// <remarks>
/// It is asked at an interval, and at once after a scan of this process: a listener would be one more connection, to save
/// others half a second. The database's clock is the only one that counts.
/// </remarks>
sealed class PostgresScanQueue : IScanQueue, IAsyncDisposable
{
    /// <summary>What a process holds in the catalog's database for it, beside what the library holds there.</summary>
    public const int Connections = 2;

    /// <summary>The columns of <c>queue.sql</c> say what they mean. Of sixteen candidates, since others take some meanwhile.</summary>
    const string Take =
        """
        with busy as (
            select tenant, count(*) as running from inbox_queue.scans where lease is not null and available > now() group by tenant),
        candidates as (
            select q.tenant, q.scan, coalesce(b.running, 0) as running from inbox_queue.scans q left join busy b using (tenant)
            where q.available <= now() order by running, q.available, q.scan limit 16),
        mine as (
            select q.tenant, q.scan from inbox_queue.scans q join candidates c using (tenant, scan)
            where q.available <= now() order by c.running, q.available, q.scan limit 1 for update of q skip locked)
        update inbox_queue.scans q set lease = gen_random_uuid(), available = now() + @time, attempts = attempts + 1
        from mine m where q.tenant = m.tenant and q.scan = m.scan
        returning q.tenant, q.scan, q.lease, q.attempts, now() - q.announced as age
        """;

    const string Renew =
        """
        update inbox_queue.scans set available = now() + @time, attempts = case when @progressed then 0 else attempts end
        where tenant = @tenant and scan = @scan and lease = @token
        """;

    const string Release =
        """
        update inbox_queue.scans set available = now() + @after, lease = null, attempts = greatest(attempts - @back, 0)
        where tenant = @tenant and scan = @scan and lease = @token
        """;

    readonly Lazy<NpgsqlDataSource> _source;

    public PostgresScanQueue(IConfiguration configuration, ILoggerFactory loggers) => _source = new(() =>
    {
        var settings = new NpgsqlConnectionStringBuilder(configuration["Tenancy:Postgres:Catalog"]) { MaxPoolSize = Connections, MinPoolSize = 0, Enlist = false };
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "scans" }.UseLoggerFactory(loggers);
        // Of several hosts, the one that is written to.
        return settings.Host!.Contains(',', StringComparison.Ordinal)
            ? builder.BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary)
            : builder.Build();
    });

    public Task AnnounceAsync(TenantId tenant, Guid scan, TimeSpan sleep, CancellationToken stop) => ExecuteAsync(
        "insert into inbox_queue.scans (tenant, scan, available) values (@tenant, @scan, now() + @sleep)",
        new { tenant = tenant.Value, scan, sleep }, stop);

    public Task WakeAsync(TenantId tenant, Guid scan, CancellationToken stop) => ExecuteAsync(
        """
        insert into inbox_queue.scans (tenant, scan, available) values (@tenant, @scan, now())
        on conflict (tenant, scan) do update set available = now() where scans.lease is null
        """,
        new { tenant = tenant.Value, scan }, stop);

    public Task WithdrawAsync(TenantId tenant, Guid scan, CancellationToken stop) => ExecuteAsync(
        "delete from inbox_queue.scans where tenant = @tenant and scan = @scan and lease is null", new { tenant = tenant.Value, scan }, stop);

    public async Task<ScanLease?> TakeAsync(TimeSpan time, CancellationToken stop)
    {
        await using var connection = await _source.Value.OpenConnectionAsync(stop);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(Take, new { time }, cancellationToken: stop));
        return row is null ? null : new ScanLease(new TenantId(row.Tenant), row.Scan, row.Lease, row.Attempts, row.Age);
    }

    public async Task<bool> RenewAsync(ScanLease lease, TimeSpan time, bool progressed, CancellationToken stop) =>
        await ExecuteAsync(Renew, new { tenant = lease.Tenant.Value, scan = lease.Scan, token = lease.Token, time, progressed }, stop) > 0;

    public Task ReleaseAsync(ScanLease lease, TimeSpan after, bool counts, CancellationToken stop) => ExecuteAsync(
        Release, new { tenant = lease.Tenant.Value, scan = lease.Scan, token = lease.Token, after, back = counts ? 0 : 1 }, stop);

    public Task RemoveAsync(ScanLease lease, CancellationToken stop) => ExecuteAsync(
        "delete from inbox_queue.scans where tenant = @tenant and scan = @scan and lease = @token",
        new { tenant = lease.Tenant.Value, scan = lease.Scan, token = lease.Token }, stop);

    public async ValueTask DisposeAsync()
    {
        if (_source.IsValueCreated)
            await _source.Value.DisposeAsync();
    }

    async Task<int> ExecuteAsync(string sql, object values, CancellationToken stop)
    {
        await using var connection = await _source.Value.OpenConnectionAsync(stop);
        return await connection.ExecuteAsync(new CommandDefinition(sql, values, cancellationToken: stop));
    }

    sealed record Row(Guid Tenant, Guid Scan, Guid Lease, int Attempts, TimeSpan Age);
}
