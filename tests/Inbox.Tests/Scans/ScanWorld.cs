using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Inbox.Authentication;
using Inbox.Tests.Hosting;
using Tenancy.Ocr.Tests.Support;
using Tenancy.TestKit;
using Deployment = Inbox.Tests.Hosting.Deployment;

namespace Inbox.Tests.Scans;

/// <summary>A deployment whose API and OCR server may be killed, with a tenant of each isolation.</summary>
[SuppressMessage("Design", "CA1001", Justification = "xunit calls DisposeAsync.")]
public sealed class ScanWorld : IAsyncLifetime
{
    const string AdministratorVariable = "INBOX_TESTS_ADMINISTRATOR";

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static readonly KeyValuePair<string, string>[] Settings =
    [
        new("Tenancy__Tiers__trial__Isolation", "row"),
        new("Tenancy__Tiers__trial__Quotas__pages__PerDay", "5"),
        new("Scans__Tiers__trial__MaxBytes", "4096"),
        new("Scans__Tiers__trial__MaxPages", "8"),
        new("Tenancy__Tiers__small__Isolation", "row"),
        new("Tenancy__Tiers__small__Storage__MaxRows", "4"),
        new("Tenancy__Tiers__small__Storage__GracePercent", "0"),
        new("Tenancy__Postgres__Storage__Interval", "00:00:01"),
        new("Scans__MaxAttempts", "3"),
        // Says when a request is over, which nobody else could tell of one whose caller is gone.
        new("Logging__LogLevel__Microsoft.AspNetCore.Hosting.Diagnostics", "Information"),
    ];

    Deployment _deployment = null!;
    ApiProcess? _api;
    HttpClient? _client;

    internal OcrServer Ocr { get; private set; } = null!;

    /// <summary>A tenant of each isolation, by the isolation's name.</summary>
    public Dictionary<string, string> Tenants { get; } = [];

    /// <summary>A tenant that may scan five pages a day, of files of 4 KiB and 8 pages. Nothing of it is ever taken in.</summary>
    public string Trial { get; private set; } = null!;

    public string SharedDatabase => _deployment.SharedDatabase;

    public string CatalogDatabase => _deployment.CatalogDatabase;

    public string Log => _api?.Log ?? "";

    public HttpClient Client => _client!;

    public async Task InitializeAsync()
    {
        Ocr = await OcrServer.StartAsync();
        _deployment = new Deployment(ocr: Ocr.Address);
        var (exitCode, log) = await ApiProcess.RunAsync(
            [.. _deployment.Variables, .. Settings, new(AdministratorVariable, PrivateCluster.Administrator)], "install", "--admin-env", AdministratorVariable);
        Assert.True(exitCode == 0, log);
        await StartApiAsync();
        foreach (var (name, tier, isolation) in ((string, string, string)[])
                 [("row", "starter", "row"), ("row-2", "starter", "row"), ("schema", "professional", "schema"), ("database", "enterprise", "database")])
            Tenants[name] = await CreateTenantAsync(tier, isolation);
        Trial = await CreateTenantAsync("trial", "row");
    }

    public async Task StartApiAsync(params KeyValuePair<string, string>[] more)
    {
        (_api, var address) = await ApiProcess.ServeAsync([.. _deployment.Variables, .. Settings, .. more]);
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address };
    }

    /// <summary>As the kernel would: no goodbye to anybody.</summary>
    public async Task KillApiAsync()
    {
        _client?.Dispose();
        if (_api is not null)
            await _api.DisposeAsync();
        (_api, _client) = (null, null);
    }

    /// <summary>The OCR server is gone with all that it was reading, and its port answers nobody.</summary>
    public ValueTask KillOcrAsync() => Ocr.DisposeAsync();

    internal async Task StartOcrAsync(Action<OcrServer>? configure = null) => Ocr = await OcrServer.StartAsync(configure, Ocr.Address.Port);

    public async Task<string> CreateTenantAsync(string tier, string isolation)
    {
        var slug = $"t-{Guid.NewGuid().ToString("N")[..12]}";
        var json = new JsonObject { ["slug"] = slug, ["name"] = slug, ["tier"] = tier, ["isolation"] = isolation }.ToJsonString();
        var created = await SendAsync(HttpMethod.Post, "/admin/tenants", null, new StringContent(json, Encoding.UTF8, "application/json"));
        Assert.True(created.Status == 201, $"{created}\n{Log}");
        return slug;
    }

    public async Task<Guid> IdOfAsync(string slug) => (Guid)(await SendAsync(HttpMethod.Get, $"/admin/tenants/{slug}", null)).Json["id"]!;

    /// <summary>Where a tenant's tables are: the database, and their schema.</summary>
    public async Task<(string Database, string Schema)> PlaceOfAsync(string name)
    {
        var id = await IdOfAsync(Tenants[name]);
        return name switch
        {
            "schema" => (SharedDatabase, $"t_{id:N}"),
            "database" => (Assert.Single(await TenantPlaces.ReadAsync("postgres", $"select datname from pg_database where datname like '%{id:N}%'")), "app"),
            _ => (SharedDatabase, "app"),
        };
    }

    /// <summary>A token of a tenant's user, or of an administrator.</summary>
    public string Token(string? slug)
    {
        var claims = DevelopmentTokens.Claims("https://issuer.example", "inbox", "alice", DateTimeOffset.UtcNow, TimeSpan.FromMinutes(30));
        if (slug is null)
            claims["roles"] = new JsonArray("platform-admin");
        else
            claims["org"] = slug;
        return DevelopmentTokens.Sign(_deployment.Key, claims);
    }

    public async Task<Reply> SendAsync(HttpMethod method, string path, string? slug, HttpContent? content = null)
    {
        using var request = Request(method, path, slug);
        request.Content = content;
        using var response = await Client.SendAsync(request);
        return await Reply.ReadAsync(response);
    }

    public HttpRequestMessage Request(HttpMethod method, string path, string? slug) =>
        new(method, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Token(slug)) } };

    public Task<Reply> GetAsync(string slug, string path) => SendAsync(HttpMethod.Get, $"/v1/organizations/{slug}/documents{path}", slug);

    public static ByteArrayContent File(byte[] file, string? mediaType)
    {
        var content = new ByteArrayContent(file);
        if (mediaType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        return content;
    }

    public Task<Reply> UploadAsync(string slug, byte[] file, string? mediaType, string query = "") =>
        SendAsync(HttpMethod.Post, $"/v1/organizations/{slug}/documents/scans{query}", slug, File(file, mediaType));

    /// <summary>Takes a file in, and returns its id.</summary>
    public async Task<string> AcceptAsync(string slug, byte[] file, string mediaType, string query = "")
    {
        var reply = await UploadAsync(slug, file, mediaType, query);
        Assert.True(reply.Status == 202, $"{reply}\n{Log}");
        return (string)reply.Json["id"]!;
    }

    /// <summary>Waits until a scan is as far as that.</summary>
    public async Task<Reply> WaitAsync(string slug, string id, Func<JsonNode, bool> until)
    {
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            var reply = await GetAsync(slug, $"/{id}/scan");
            if (reply.Status == 200 && until(reply.Json))
                return reply;
            Assert.True(since.Elapsed < Patience, $"{reply}\n{Log}");
        }
    }

    public Task<Reply> WaitForAsync(string slug, string id, string status) => WaitAsync(slug, id, scan =>
    {
        var now = (string)scan["status"]!;
        Assert.True(now == status || now is not ("done" or "failed"), $"{scan}\n{Log}");
        return now == status;
    });

    /// <summary>Waits until the administrator reads that.</summary>
    public static async Task<IReadOnlyList<string>> WaitForRowsAsync(string database, string sql, Func<IReadOnlyList<string>, bool> until)
    {
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            var rows = await TenantPlaces.ReadAsync(database, sql);
            if (until(rows))
                return rows;
            Assert.True(since.Elapsed < Patience, $"{sql}: {string.Join(", ", rows)}");
        }
    }

    /// <summary>What is in the queue, waiting or being read.</summary>
    public Task<IReadOnlyList<string>> QueueAsync(string where = "true") =>
        TenantPlaces.ReadAsync(CatalogDatabase, $"select scan::text from inbox_queue.scans where {where}");

    public Task WaitForEmptyQueueAsync() => WaitForRowsAsync(CatalogDatabase, "select scan::text from inbox_queue.scans", rows => rows.Count == 0);

    public async Task DisposeAsync()
    {
        try
        {
            if (_client is null)
                await StartApiAsync();
            foreach (var slug in Tenants.Values)
                await SendAsync(HttpMethod.Delete, $"/admin/tenants/{slug}", null);
        }
        finally
        {
            await KillApiAsync();
            await Ocr.DisposeAsync();
            await _deployment.DropAsync();
            _deployment.Dispose();
        }
    }
}
