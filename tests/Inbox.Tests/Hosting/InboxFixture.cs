using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Inbox.Authentication;
using Inbox.Tests.Scans;
using Tenancy.Ocr.Tests.Support;
using Tenancy.TestKit;

namespace Inbox.Tests.Hosting;

/// <summary>
/// The sample installed on PostgreSQL and served twice, in Production and in Development, with one tenant of each
/// isolation. Shared by all end-to-end tests.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "xunit calls DisposeAsync.")]
public sealed class InboxFixture : IAsyncLifetime
{
    const string AdministratorVariable = "INBOX_TESTS_ADMINISTRATOR";
    const string Issuer = "https://issuer.example";
    const string Audience = "inbox";

    readonly List<ApiProcess> _processes = [];
    readonly Dictionary<string, HttpClient> _clients = [];
    Deployment _deployment = null!;
    OcrServer _ocr = null!;

    /// <summary>A tenant of each isolation, by the isolation's name.</summary>
    public IReadOnlyDictionary<string, string> Tenants { get; private set; } = null!;

    public HttpClient Client => _clients["Production"];

    public string Administrator => Token(null, "root", "platform-admin");

    public async Task InitializeAsync()
    {
        _ocr = await OcrServer.StartAsync();
        _deployment = new Deployment(ocr: _ocr.Address);
        var (exitCode, log) = await ApiProcess.RunAsync(
            [.. _deployment.Variables, new(AdministratorVariable, PrivateCluster.Administrator)],
            "install", "--admin-env", AdministratorVariable);
        Assert.True(exitCode == 0, log);
        await ServeAsync("Production", new KeyValuePair<string, string>("Demo__UnsafeSearch", "true"));
        await ServeAsync("Development");
        Tenants = new Dictionary<string, string>
        {
            ["row"] = await CreateTenantAsync("starter", "row"),
            ["row-2"] = await CreateTenantAsync("starter", "row"),
            ["schema"] = await CreateTenantAsync("professional", "schema"),
            ["schema-2"] = await CreateTenantAsync("professional", "schema"),
            ["database"] = await CreateTenantAsync("enterprise", "database"),
        };
    }

    public async Task DisposeAsync()
    {
        try
        {
            if (_clients.ContainsKey("Production"))
                await DeleteTenantsAsync();
        }
        finally
        {
            foreach (var client in _clients.Values)
                client.Dispose();
            foreach (var process in _processes)
                await process.DisposeAsync();
            if (_deployment is not null)
            {
                await _deployment.DropAsync();
                _deployment.Dispose();
            }

            if (_ocr is not null)
                await _ocr.DisposeAsync();
        }
    }

    /// <summary>Where shared rows and schemas are.</summary>
    public string SharedDatabase => _deployment.SharedDatabase;

    /// <summary>The address of the API in Production, as a process outside would use it.</summary>
    public Uri Address => Client.BaseAddress!;

    /// <summary>The API in the environment of that name.</summary>
    public HttpClient In(string environment) => _clients[environment];

    /// <summary>What the APIs logged so far.</summary>
    public string Log => string.Concat(_processes.Select(process => process.Log));

    /// <summary>Waits until all APIs know a tenant: they share the catalog, not their memory.</summary>
    public async Task<string> CreateTenantAsync(string tier, string? isolation = null)
    {
        var slug = $"t-{Guid.NewGuid().ToString("N")[..12]}";
        var body = new JsonObject { ["slug"] = slug, ["name"] = $"Tenant {slug}", ["tier"] = tier };
        if (isolation is not null)
            body["isolation"] = isolation;
        var created = await SendAsync(HttpMethod.Post, "/admin/tenants", Administrator, body.ToJsonString());
        Assert.True(created.Status == 201, $"{created}\n{Log}");
        foreach (var environment in _clients.Keys)
            await SendAsync(HttpMethod.Get, $"/admin/tenants/{slug}", Administrator, environment: environment);
        return slug;
    }

    /// <summary>The key that the APIs trust, for tokens that no issuer would sign.</summary>
    public ECDsa Key => _deployment.Key;

    /// <summary>A token of a tenant's user.</summary>
    public string Token(string? organization, string subject = "alice", params string[] roles) => Token(claims =>
    {
        claims["sub"] = subject;
        if (organization is not null)
            claims["org"] = organization;
        if (roles.Length > 0)
            claims["roles"] = new JsonArray([.. roles.Select(role => (JsonNode)role)]);
    });

    /// <summary>A token with claims of one's choice, signed as the issuer would.</summary>
    public string Token(Action<JsonObject> change)
    {
        var claims = DevelopmentTokens.Claims(Issuer, Audience, "alice", DateTimeOffset.UtcNow, TimeSpan.FromMinutes(30));
        change(claims);
        return DevelopmentTokens.Sign(_deployment.Key, claims);
    }

    public async Task<Reply> SendAsync(
        HttpMethod method, string path, string? token, string? json = null, string environment = "Production",
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = new StringContent(json, System.Text.Encoding.UTF8,
                method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json");
        }

        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await SendAsync(request, token, environment);
    }

    public async Task<Reply> SendAsync(HttpRequestMessage request, string? token, string environment = "Production")
    {
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        using var response = await In(environment).SendAsync(request);
        return await Reply.ReadAsync(response);
    }

    async Task ServeAsync(string environment, params KeyValuePair<string, string>[] more)
    {
        var (process, address) = await ApiProcess.ServeAsync(
            [.. _deployment.Variables, .. more, new("ASPNETCORE_ENVIRONMENT", environment)]);
        _processes.Add(process);
        _clients[environment] = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address };
    }

    async Task DeleteTenantsAsync()
    {
        string? cursor = null;
        do
        {
            var page = await SendAsync(
                HttpMethod.Get, "/admin/tenants?limit=200" + (cursor is null ? "" : $"&cursor={cursor}"), Administrator);
            foreach (var tenant in page.Json["tenants"]!.AsArray())
                await SendAsync(HttpMethod.Delete, $"/admin/tenants/{tenant!["slug"]}", Administrator);
            cursor = page.Next;
        }
        while (cursor is not null);
    }
}

/// <summary>The end-to-end tests share one deployment: installing one takes longer than any of them.</summary>
[CollectionDefinition(Name)]
[SuppressMessage("Naming", "CA1711", Justification = "xunit calls it so.")]
public sealed class InboxCollection : ICollectionFixture<InboxFixture>, ICollectionFixture<ScanWorld>
{
    public const string Name = "inbox";
}
